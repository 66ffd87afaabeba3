"""Findings as SARIF 2.1.0 (OASIS), for code-scanning views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from clanback import __version__
from clanback.checks import registry
from clanback.checks.fixes import fix_of
from clanback.diagnostics import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clanback.diagnostics import Diagnostic, Span

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def sarif(diagnostics: Sequence[Diagnostic]) -> dict[str, Any]:
    """One run with its results; `rules` holds the codes that occur, with their explanations."""
    codes = sorted({found.code for found in diagnostics})
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "clanback", "version": __version__, "rules": [_rule(code) for code in codes]}},
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {"ROOT": {"description": {"text": "the repository"}}},
                "results": [_result(found, codes.index(found.code)) for found in diagnostics],
            }
        ],
    }


def _rule(code: str) -> dict[str, Any]:
    known = registry.find(code)
    if known is None:
        return {"id": code}
    explanation = " ".join(known.explanation.split())
    wrong, right = (example.strip("\n") if example else "" for example in (known.bad, known.good))
    examples = "".join(
        f"\n\n{word}:\n\n```nix\n{example}\n```" for word, example in (("Wrong", wrong), ("Right", right)) if example
    )
    return {
        "id": code,
        "shortDescription": {"text": known.title},
        "fullDescription": {"text": explanation},
        "help": {"text": f"{explanation}\nclanback explain {code} says more.", "markdown": explanation + examples},
        "defaultConfiguration": {"level": _LEVELS[Severity(known.severity)]},
        "properties": {"tags": [known.family]},
    }


def _result(found: Diagnostic, rule: int) -> dict[str, Any]:
    text = [found.message, *(f"note: {note}" for note in found.notes)]
    if found.help:
        text.append(f"help: {found.help}")
    result: dict[str, Any] = {
        "ruleId": found.code,
        "ruleIndex": rule,
        "level": _LEVELS[found.severity],
        "message": {"text": "\n".join(text)},
    }
    if found.span is not None:
        result["locations"] = [{"physicalLocation": _location(found.span)}]
    fix = fix_of(found)
    if fix is not None:
        replacement = {"deletedRegion": _location(fix.span)["region"], "insertedContent": {"text": fix.text}}
        change = {"artifactLocation": _location(fix.span)["artifactLocation"], "replacements": [replacement]}
        result["fixes"] = [{"description": {"text": fix.title}, "artifactChanges": [change]}]
    if found.labels:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": _location(label.span), "message": {"text": label.message}}
            for number, label in enumerate(found.labels)
        ]
    return result


def _location(span: Span) -> dict[str, Any]:
    return {
        "artifactLocation": {"uri": quote(span.source.name), "uriBaseId": "ROOT"},
        "region": {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        },
    }

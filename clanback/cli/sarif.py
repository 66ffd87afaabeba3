"""Findings as SARIF 2.1.0 (OASIS), for code-scanning views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from clanback import __version__
from clanback.checks import registry
from clanback.checks.fixes import fix_of
from clanback.diagnostics import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clanback.checks.registry import Code
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
    """A code as a rule. There is no `helpUri`: the standard wants an absolute one, so `help` carries the whole page instead."""
    known = registry.find(code)
    if known is None:
        return {"id": code}
    explanation = " ".join(known.explanation.split())
    return {
        "id": code,
        "shortDescription": {"text": f"{known.title[0].upper()}{known.title[1:]}."},
        "fullDescription": {"text": explanation},
        "help": {
            "text": f"{explanation}\n`clanback explain {code}` shows examples.",
            "markdown": "\n\n".join([explanation, *_examples(known), f"`clanback explain {code}` prints this page."]),
        },
        "defaultConfiguration": {"level": _LEVELS[Severity(known.severity)]},
        "properties": {"tags": [known.family]},
    }


def _examples(known: Code) -> Iterator[str]:
    """The examples of a code, in Markdown."""
    for word, language, example in (
        ("Wrong", "nix", known.bad),
        ("Right", "nix", known.good),
        ("How it looks", "console", known.console),
    ):
        for name, text in registry.files(example).items() if example else ():
            if text.strip():
                kind = "toml" if name.endswith(".toml") else language
                said = word if name == "clan.nix" else f"{word}, `{name}`"
                yield f"{said}:\n\n```{kind}\n{text.strip(chr(10))}\n```"


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

"""Findings for programs: JSON, SARIF 2.1.0, annotations of GitHub."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from clanback.checks import registry
from clanback.cli.github import annotation
from clanback.cli.sarif import sarif
from clanback.diagnostics import Diagnostic, Label, Source, Span, error, info, warning
from tests.cases.compare import run
from tests.cli.sarif_rules import faults

if TYPE_CHECKING:
    from pathlib import Path

CLAN = Source("machines/ä b/clan.nix", 'é = "x";\nlist = [\n  1\n];\n')
FINDINGS: list[Diagnostic] = [
    error(
        "CB203",
        "two values,\n100%: bad",
        Span(CLAN, 4, 7),
        labels=[Label(Span(CLAN, 9, 13), "the other")],
        notes=["n"],
        help="one",
    ),
    warning("CB402", "many lines", Span(CLAN, 16, 23)),
    info("CB217", "nowhere"),
]


def test_json_has_every_field_and_places_count_from_one() -> None:
    first, _, last = (found.as_json() for found in FINDINGS)
    assert first == {
        "code": "CB203",
        "severity": "error",
        "message": "two values,\n100%: bad",
        "file": "machines/ä b/clan.nix",
        "line": 1,
        "column": 5,
        "end_line": 1,
        "end_column": 8,
        "labels": [{"message": "the other", "file": CLAN.name, "line": 2, "column": 1, "end_line": 2, "end_column": 5}],
        "notes": ["n"],
        "help": "one",
    }
    assert (last["file"], last["line"], last["help"], last["labels"]) == (None, None, None, [])


def test_annotations_are_one_line_each_with_everything_escaped() -> None:
    assert [annotation(found) for found in FINDINGS] == [
        f"::error file={CLAN.name},line=1,endLine=1,col=5,endColumn=7,title=CB203::two values,%0A100%25: bad%0Ahelp: one\n",
        "::warning file=machines/ä b/clan.nix,line=2,endLine=4,title=CB402::many lines\n",
        "::notice title=CB217::nowhere\n",
    ]
    evil = annotation(error("CB101", "x\n::set-output name=a::b\x1b[31m", Span(Source("a,b:c\n.nix", "x"), 0, 1)))
    assert evil.count("\n") == 1
    assert evil.startswith("::error file=a%2Cb%3Ac%0A.nix,")
    assert "\x1b" not in evil


def test_sarif_is_as_the_standard_wants_it() -> None:
    assert faults(json.loads(json.dumps(sarif(FINDINGS)))) == []
    every = [error(code.code, "m", Span(CLAN, 4, 7)) for code in registry.every()]
    log = json.loads(json.dumps(sarif(every)))
    assert faults(log) == []
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    assert len(rules) == len(registry.every())
    for rule, code in zip(rules, registry.every(), strict=True):
        page = rule["help"]["markdown"]
        assert " ".join(code.explanation.split()) in page
        assert all(
            part.strip() in page
            for example in (code.bad, code.good, code.console)
            if example
            for part in registry.files(example).values()
        )
        assert page.count("```") % 2 == 0


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda log: log["runs"][0]["tool"]["driver"]["rules"][0].update(helpUri="codes/CB203.md"), "is no absolute URI"),
        (lambda log: log["runs"][0]["results"][0].update(ruleIndex=1), "points to another rule"),
        (lambda log: log["runs"][0]["results"][0].update(level="info"), "level is 'info'"),
        (lambda log: log["runs"][0]["results"][0].pop("message"), "has no message"),
        (lambda log: log["runs"][0].update(help="x"), "has help"),
    ],
)
def test_what_the_standard_does_not_want_is_noticed(spoil: Any, fault: str) -> None:
    log = json.loads(json.dumps(sarif(FINDINGS)))
    spoil(log)
    assert fault in " ".join(faults(log))


def required(value: Any, *names: str) -> None:
    assert set(names) <= set(value), value


def test_sarif_has_what_the_standard_requires() -> None:
    log = json.loads(json.dumps(sarif(FINDINGS)))
    required(log, "version", "runs", "$schema")
    assert log["version"] == "2.1.0"
    (run_of_tool,) = log["runs"]
    driver = run_of_tool["tool"]["driver"]
    required(driver, "name", "version", "rules")
    assert [rule["id"] for rule in driver["rules"]] == ["CB203", "CB217", "CB402"]
    assert all(rule["shortDescription"]["text"] for rule in driver["rules"])
    for result, found in zip(run_of_tool["results"], FINDINGS, strict=True):
        required(result, "ruleId", "level", "message")
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == found.code
        assert found.message in result["message"]["text"]
    first, second, third = run_of_tool["results"]
    assert [first["level"], second["level"], third["level"]] == ["error", "warning", "note"]
    place = first["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 1, "startColumn": 5, "endLine": 1, "endColumn": 8}
    assert re.fullmatch(r"[\w./%-]+", place["artifactLocation"]["uri"], re.ASCII), "a URI holds no other characters"
    assert place["artifactLocation"]["uriBaseId"] in run_of_tool["originalUriBaseIds"]
    assert first["relatedLocations"][0]["message"]["text"] == "the other"
    assert "locations" not in third
    for rule in driver["rules"]:
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")


def test_sarif_carries_fixes(tmp_path: Path) -> None:
    (tmp_path / "clan.nix").write_text('{ meta.name = "a"; inventory.machines.b.tag = [ ]; }')
    _, out, _ = run("--clan", str(tmp_path), "check", "--format", "sarif")
    (result,) = json.loads(out)["runs"][0]["results"]
    (fix,) = result["fixes"]
    (change,) = fix["artifactChanges"]
    (replacement,) = change["replacements"]
    assert fix["description"] == {"text": "change to tags"}
    assert change["artifactLocation"] == result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert replacement["insertedContent"] == {"text": "tags"}
    assert replacement["deletedRegion"] == {"startLine": 1, "startColumn": 41, "endLine": 1, "endColumn": 44}


@pytest.mark.parametrize("form", ["json", "sarif", "github", "text"])
def test_every_form_is_printed_with_the_same_exit_status(form: str, tmp_path: Path) -> None:
    (tmp_path / "clan.nix").write_text('{ meta.name = "a b"; fooo = 1; }')
    status, out, err = run("--clan", str(tmp_path), "check", "--format", form)
    assert status == 1
    assert err == ""
    if form == "json":
        assert [found["code"] for found in json.loads(out)["diagnostics"]] == ["CB211", "CB201"]
        assert json.loads(out)["format_version"] == 1
    elif form == "sarif":
        assert [result["ruleId"] for result in json.loads(out)["runs"][0]["results"]] == ["CB211", "CB201"]
    elif form == "github":
        assert [line.split(" ")[0] for line in out.splitlines()] == ["::error", "::error"]


@pytest.mark.parametrize("form", ["json", "sarif", "github"])
def test_without_findings_programs_still_get_an_answer(form: str, tmp_path: Path) -> None:
    (tmp_path / "clan.nix").write_text('{ meta.name = "a"; }')
    status, out, _ = run("--clan", str(tmp_path), "check", "--format", form)
    assert status == 0
    if form == "github":
        assert out == ""
    else:
        json.loads(out)

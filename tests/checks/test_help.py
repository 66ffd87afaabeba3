"""Every finding says what to do: the help lines of all the registry's examples, and of all places that report anything."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from clanback.checks import registry
from clanback.nix.errors import ADVICE
from tests.cases import compare
from tests.checks.test_examples import EXAMPLES, written

PACKAGE = Path(registry.__file__).resolve().parents[1]

REPORTS = {"error", "warning", "info", "say"}
RAISES = {"EvalError", "LimitError", "ThrowError", "AbortError", "AssertionFailedError", "UnknownNeededError"}


@pytest.mark.parametrize("code", EXAMPLES, ids=lambda code: code.code)
def test_every_finding_of_an_example_says_what_to_do(code: registry.Code, tmp_path: Path) -> None:
    clan = written(code.bad or "", tmp_path)
    _, out, err = compare.run("--clan", str(clan), "-v", "check", "--format", "json", *code.options.split())
    assert out, err
    found = json.loads(out)["diagnostics"]
    assert found
    assert [(one["code"], one["message"]) for one in found if not one["help"]] == []


def without_help(path: Path) -> list[str]:
    """The places in a module of ours that report a code without a word of help."""
    missing: list[str] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
        code = node.args[0].value
        if not isinstance(code, str) or not code.startswith("CB") or any(one.arg == "help" for one in node.keywords):
            continue
        if name in REPORTS or (name in RAISES and code not in ADVICE):
            missing.append(f"{path.relative_to(PACKAGE)}:{node.lineno} {code}")
    return missing


def test_every_place_that_reports_something_gives_help() -> None:
    assert [place for path in sorted(PACKAGE.rglob("*.py")) for place in without_help(path)] == []


def test_what_holds_for_a_code_is_about_a_registered_one() -> None:
    assert [code for code in ADVICE if registry.find(code) is None] == []

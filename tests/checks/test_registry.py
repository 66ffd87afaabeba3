"""Codes: each means one thing, all are registered, explained and used."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from clanback.checks import registry
from clanback.diagnostics import Severity

PACKAGE = Path(registry.__file__).resolve().parents[1]


def literals() -> Counter[str]:
    """Every code that stands as a string in the package, outside the registry itself."""
    found: Counter[str] = Counter()
    for path in PACKAGE.rglob("*.py"):
        if path.parent.name == "codes" or path.name == "registry.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"CB\d{3}", node.value):
                found[node.value] += 1
    return found


def test_every_code_in_the_package_is_registered() -> None:
    assert sorted(set(literals()) - {code.code for code in registry.every()}) == []


def test_every_registered_code_is_used() -> None:
    assert sorted({code.code for code in registry.every()} - set(literals())) == []


def test_codes_are_unique_and_stand_in_their_family() -> None:
    modules = [(digit, name) for digit, names in registry.MODULES.items() for name in names]
    for digit, name in modules:
        module = __import__(f"clanback.checks.codes.{name}", fromlist=["CODES"])
        assert [code.code for code in module.CODES if code.code[2] != digit] == []
        assert len({code.code for code in module.CODES}) == len(module.CODES)
        assert [code.code for code in module.CODES] == sorted(code.code for code in module.CODES)


@pytest.mark.parametrize("code", registry.every(), ids=lambda code: code.code)
def test_a_code_is_explained(code: registry.Code) -> None:
    assert code.title
    assert not code.title.endswith(".")
    assert code.explanation.strip().endswith((".", ")"))
    assert code.severity in {severity.value for severity in Severity}
    assert code.good is None or code.bad is not None


def test_no_two_modules_explain_one_code() -> None:
    codes = [one.code for one in registry.every()]
    assert len(codes) == sum(
        len(__import__(f"clanback.checks.codes.{name}", fromlist=["CODES"]).CODES)
        for names in registry.MODULES.values()
        for name in names
    )


def test_what_clan_core_accepts_is_registered() -> None:
    assert all(registry.find(code) for code in registry.CLAN_CORE_ACCEPTS)


def test_unknown_codes_are_none() -> None:
    assert registry.find("CB999") is None
    assert registry.find("X") is None
    assert registry.find("") is None

"""Every example of the registry: the wrong one gets its code, the right one does not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from clanback.checks import registry
from tests.cases import compare

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLES = [code for code in registry.every() if code.bad]


def written(example: str, folder: Path) -> Path:
    """The `clan.nix` of an example, written down with its other files."""
    for name, text in registry.complete(example).items():
        folder.joinpath(name).parent.mkdir(parents=True, exist_ok=True)
        folder.joinpath(name).write_text(text)
    return folder / "clan.nix"


def codes_of(example: str, folder: Path, options: str = "") -> dict[str, str]:
    """Code → severity of everything that `check` finds."""
    clan = written(example, folder)
    _, out, err = compare.run("--clan", str(clan), "-v", "check", "--format", "json", *options.split())
    assert out, err
    found = json.loads(out)["diagnostics"]
    assert all(one["file"] for one in found if one["code"] != "CB900"), "a place is missing"
    return {one["code"]: one["severity"] for one in found}


@pytest.mark.parametrize("code", EXAMPLES, ids=lambda code: code.code)
def test_the_wrong_example_gets_the_code(code: registry.Code, tmp_path: Path) -> None:
    assert code.bad is not None
    found = codes_of(code.bad, tmp_path, code.options)
    assert found.get(code.code) == code.severity, found


@pytest.mark.parametrize("code", [code for code in EXAMPLES if code.good], ids=lambda code: code.code)
def test_the_right_example_does_not(code: registry.Code, tmp_path: Path) -> None:
    assert code.good is not None
    found = codes_of(code.good, tmp_path, code.options)
    assert code.code not in found
    assert [other for other, severity in found.items() if severity == "error" and other[2] in "01"] == []

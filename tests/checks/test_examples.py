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


def whole(example: str) -> str:
    """An example as a complete `clan.nix`: it has the machines `laptop` and `server` unless it is complete itself."""
    if example.lstrip().startswith("{"):
        return example
    name = "" if "meta.name" in example else 'meta.name = "example";\n'
    return f"{{\n{name}inventory.machines = {{ laptop = {{ }}; server = {{ }}; }};\n{example}\n}}\n"


def codes_of(text: str, folder: Path) -> dict[str, str]:
    """Code → severity of everything that `check` finds."""
    clan = folder / "clan.nix"
    clan.write_text(text)
    _, out, err = compare.run("--clan", str(clan), "-v", "check", "--format", "json")
    assert out, err
    found = json.loads(out)["diagnostics"]
    assert all(one["file"] for one in found if one["code"] != "CB900"), "a place is missing"
    return {one["code"]: one["severity"] for one in found}


@pytest.mark.parametrize("code", EXAMPLES, ids=lambda code: code.code)
def test_the_wrong_example_gets_the_code(code: registry.Code, tmp_path: Path) -> None:
    assert code.bad is not None
    found = codes_of(whole(code.bad), tmp_path)
    assert found.get(code.code) == code.severity, found


@pytest.mark.parametrize("code", [code for code in EXAMPLES if code.good], ids=lambda code: code.code)
def test_the_right_example_does_not(code: registry.Code, tmp_path: Path) -> None:
    assert code.good is not None
    found = codes_of(whole(code.good), tmp_path)
    assert code.code not in found
    assert [other for other, severity in found.items() if severity == "error" and other[2] in "01"] == []

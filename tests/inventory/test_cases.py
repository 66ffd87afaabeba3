"""The shared cases: members, tags and settings as clan-core has them, errors at their line and column, none besides."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from clanback import inventory
from clanback.diagnostics import DiagnosticError, Severity
from clanback.services import INTERFACES

CASES = Path(__file__).parents[1] / "cases"
EXPECTED = sorted(path.name.removesuffix(".expected.json") for path in CASES.glob("*.expected.json"))
REJECTED = sorted(path.name.removesuffix(".rejected.json") for path in CASES.glob("*.rejected.json"))


def laid_out(name: str, folder: Path) -> Path:
    shutil.copy(CASES / f"{name}.nix", folder / "clan.nix")
    if (CASES / f"{name}.d").is_dir():
        shutil.copytree(CASES / f"{name}.d", folder, dirs_exist_ok=True)
    return folder


def known(value: Any) -> Any:
    """Without what only NixOS knows."""
    if not isinstance(value, dict):
        return value
    return {name: known(inner) for name, inner in value.items() if not (isinstance(inner, dict) and "__error__" in inner)}


def alike(expected: Any, value: Any) -> Any:
    """The parts of `value` that `expected` speaks of."""
    if not isinstance(expected, dict) or not isinstance(value, dict):
        return value
    return {name: alike(expected[name], inner) for name, inner in value.items() if name in expected or inner is not None}


@pytest.mark.parametrize("name", EXPECTED)
def test_the_inventory_is_what_clan_core_says(name: str, tmp_path: Path) -> None:
    expected = json.loads((CASES / f"{name}.expected.json").read_text())
    made = inventory.resolve(inventory.load(laid_out(name, tmp_path)), INTERFACES)
    assert {m.name: (list(m.tags), m.machine_class, m.target_host) for m in made.machines.values()} == {
        machine: (facts["tags"], facts["machineClass"], facts["targetHost"]) for machine, facts in expected["machines"].items()
    }
    for key, value in expected["meta"].items():
        assert getattr(made.meta, key) == value
    assert set(made.instances) == set(expected["instances"])
    for instance, facts in expected["instances"].items():
        assert f"<clan-core>-{made.instances[instance].service}" == facts["service"]
        for role, members in facts["roles"].items():
            mine = made.instances[instance].roles[role].members if role in made.instances[instance].roles else {}
            assert set(mine) == set(members)
            if not made.instances[instance].opaque:
                for machine, settings in members.items():
                    assert alike(known(settings), mine[machine]) == known(settings)


@pytest.mark.parametrize("name", REJECTED)
def test_the_error_is_at_its_place_and_alone(name: str, tmp_path: Path) -> None:
    wanted = json.loads((CASES / f"{name}.rejected.json").read_text())
    try:
        found = inventory.resolve(inventory.load(laid_out(name, tmp_path)), INTERFACES).diagnostics
    except DiagnosticError as stop:
        found = stop.diagnostics
    errors = [d for d in found if d.severity is Severity.ERROR]
    assert [(d.span.line, d.span.column) for d in errors if d.span is not None] == [(wanted["line"], wanted["column"])]

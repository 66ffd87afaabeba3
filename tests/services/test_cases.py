"""With `compat="clan-core"`, a plan stands for every option value that clan-core evaluates in the cases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clanback.plan.show import to_json
from clanback.services import plan
from tests.services.facts import EXPECTED, case_name, facts_of, inventory_of, load, unknowable


def assert_same(expected: Any, got: Any, path: str) -> None:
    """Equal, but for what cannot be evaluated there."""
    if unknowable(expected):
        return
    if isinstance(expected, dict) and isinstance(got, dict):
        assert sorted(expected) == sorted(got), path
        for name in expected:
            assert_same(expected[name], got[name], f"{path}.{name}")
    else:
        assert expected == got, path


@pytest.mark.parametrize("path", EXPECTED, ids=case_name)
def test_plan_stands_for_the_option_values_of_clan_core(path: Path) -> None:
    expected = load(path)
    inventory = inventory_of(expected)
    got = facts_of(plan(inventory, compat="clan-core"))
    for machine, facts in expected["nixos"].items():
        for name, value in facts.items():
            if name in ("failed_assertions", "warnings"):  # what NixOS finds, not what is declared
                continue
            if name == "users":  # below: machines may add users of their own
                continue
            assert_same(value, got[machine][name], f"{machine}.{name}")


@pytest.mark.parametrize("path", [p for p in EXPECTED if case_name(p) != "order_tmpfiles"], ids=case_name)
def test_users_are_those_of_clan_core(path: Path) -> None:
    expected = load(path)
    got = facts_of(plan(inventory_of(expected), compat="clan-core"))
    for machine, facts in expected["nixos"].items():
        if "users" in facts:
            assert_same(facts["users"], got[machine]["users"], machine)


@pytest.mark.parametrize("path", EXPECTED, ids=case_name)
def test_shown_settings_are_complete(path: Path) -> None:
    expected = load(path)
    inventory = inventory_of(expected)
    shown = to_json(inventory, plan(inventory, compat="clan-core"))
    for instance, facts in expected["instances"].items():
        for role, members in facts["roles"].items():
            for machine, settings in members.items():
                got = shown["instances"][instance]["roles"][role][machine]
                if got is not None:
                    assert_same(settings, got, f"{instance}.{role}.{machine}")
                    assert got.get("user", "") is not None

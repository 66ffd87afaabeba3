"""What is wrong with a plan that could be made: each family of checks in a file of its own, every code in `registry`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clanback.diagnostics import Diagnostic
    from clanback.inventory.loading import ClanConfig
    from clanback.inventory.model import Inventory
    from clanback.plan.model import Plan

FAMILIES = (
    *("topology", "borgbackup", "coverage", "access", "public_values", "addresses", "names", "placeholders"),
    *("connections", "folders", "patterns", "hooks", "databases", "tmpfiles"),
)
"""Each has `check(inventory, plan, places)`, which yields diagnostics."""


def check(inventory: Inventory, plan: Plan, config: ClanConfig | None = None) -> tuple[Diagnostic, ...]:
    """Judge the plan with all families; pure but for reading sources again to point into them.

    With `config`, what the inventory comes from, machines' modules are asked for more where a finding hangs on it.
    """
    from clanback.checks.places import Places

    places = Places(inventory)
    found: list[Diagnostic] = []
    for family in FAMILIES:
        found.extend(import_module(f"clanback.checks.{family}").check(inventory, plan, places))
    if config is not None:
        from clanback.checks.databases import check_enabled

        found.extend(check_enabled(plan, places, config))
    return tuple(found)

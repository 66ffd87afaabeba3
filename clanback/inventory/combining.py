"""Machines whose own modules and the `extraModules` of whose roles depend on each other: they are merged as one, as NixOS does.

Mostly what a role adds simply comes on top. It does not where either says `mkForce`, `mkDefault`, `mkBefore` or the like of state
or tmpfiles, or where both import the same file, which counts once.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import attrs

from clanback.diagnostics import DiagnosticError
from clanback.inventory.machine_modules import MachineAnalysis, ModuleDefinition, analyse_together

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from clanback.inventory.loading import ClanConfig
    from clanback.inventory.model import Combined, Instance, Role


@attrs.frozen(eq=False, repr=False)
class Modules:
    """The modules of a machine or of a role, and what they say by themselves."""

    definitions: Sequence[ModuleDefinition]
    analysis: MachineAnalysis


def order_of_import(instance: Instance, role: Role) -> tuple[str, str, str, str]:
    """By what clan-core's modules for a machine are sorted: service, role, instance."""
    return instance.input or "", instance.service, role.name, instance.name


def combined(
    config: ClanConfig,
    machines: Mapping[str, Modules],
    instances: Mapping[str, Instance],
    extra: Mapping[tuple[str, str], Modules],
    options: Callable[[str], Mapping[str, Any]],
) -> dict[str, Combined]:
    """What the machines that need it say together with their roles.

    `extra` has the modules of (instance, role); `options` gives those of a machine that are known beforehand.
    """
    by_machine: dict[str, list[tuple[tuple[str, str, str, str], Modules]]] = {}
    for (instance, role), modules in extra.items():
        known = instances[instance]
        for machine in known.roles[role].members if role in known.roles else ():
            if machine in machines:
                by_machine.setdefault(machine, []).append((order_of_import(known, known.roles[role]), modules))
    found: dict[str, Combined] = {}
    for machine, of_roles in by_machine.items():
        of_roles.sort(key=lambda one: one[0])
        every = [machines[machine], *(modules for _, modules in of_roles)]
        if _depend_on_each_other([modules.analysis for modules in every]):
            try:
                found[machine] = analyse_together(
                    config.evaluator,
                    machine,
                    [modules.definitions for modules in every],
                    known_config=options(machine),
                    special=config.special_arguments(),
                )
            except DiagnosticError as problem:
                config.found.extend(problem.diagnostics)
    return found


def _depend_on_each_other(analyses: Sequence[MachineAnalysis]) -> bool:
    return any(one.ranked for one in analyses) or any(a.keys & b.keys for a, b in combinations(analyses, 2))

"""`extraModules` of a role: a list like any other in the module system, of modules that nobody looks into.

`mkForce`, `mkDefault`, `mkIf`, `mkMerge`, `mkBefore` and `mkAfter` mean in it what they mean in every list, around the list and
around an element.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from clanback.diagnostics import error
from clanback.inventory.machines import as_module
from clanback.modules.choosing import holds, winners
from clanback.modules.definition import is_property_call, misplacement, ordered, push_down
from clanback.modules.merge import Merger
from clanback.modules.types import Deferred
from clanback.nix import ast
from clanback.nix.values import Unknown

if TYPE_CHECKING:
    from clanback.inventory.loading import ClanConfig
    from clanback.inventory.machine_modules import ModuleDefinition
    from clanback.modules.definition import Definition


def extra_modules(config: ClanConfig, merged: Any, instance: str, role: str) -> list[ModuleDefinition]:
    """The elements of a role's `extraModules`; of a list that only Nix can know, the list."""
    deferred = config.evaluator.force(merged)
    if not isinstance(deferred, Deferred):
        return []
    merger = Merger(config.evaluator, config.report, subject=f" of role `{role}` of instance `{instance}`")
    path = ("extraModules",)
    parts = [one for definition in deferred.definitions for one in push_down(config.evaluator, definition)]
    found: list[ModuleDefinition] = []
    for one in ordered([one for one in winners(merger, path, parts) if _is_list(config, one)]):
        if isinstance(one.value, Unknown):
            found.append(attrs.evolve(as_module(config, one), is_list=True))
            continue
        written = one.value_expr
        exact = isinstance(written, ast.List) and len(written.items) == len(one.value)
        for element in one.elements(one.value):
            found += [as_module(config, part, exact=exact and at) for part, at in _modules(config, merger, path, element)]
    return found


def _is_list(config: ClanConfig, definition: Definition) -> bool:
    wrong = misplacement(config.evaluator, definition)
    if wrong is not None:
        config.report(wrong)
        return False
    if isinstance(definition.value, tuple | Unknown):
        return True
    hint = "write a list: `extraModules = [ ./module.nix ];`"
    config.report(error("CB202", "`extraModules` must be a list of modules", definition.value_span, help=hint))
    return False


def _modules(config: ClanConfig, merger: Merger, path: tuple[str, ...], element: Definition) -> list[tuple[Definition, bool]]:
    """What an element stands for, and whether the text of that is known.

    Only what is written as a call of `mkIf` and the like is looked at: the text of a module is found by its unforced value.
    """
    written = element.value_expr
    if isinstance(written, ast.Int | ast.Float | ast.List) or (isinstance(written, ast.String) and not _is_absolute(written)):
        what = "a string" if isinstance(written, ast.String) else "a list" if isinstance(written, ast.List) else "a number"
        hint = "write a path without quotes: `./module.nix`" if what == "a string" else "write a path, a set or a function"
        message = f"an element of `extraModules` must be a module, not {what}"
        config.report(error("CB202", message, element.value_span, help=hint))
        return []
    if not is_property_call(element):
        return [(element, True)]
    return [(part, part.content is not None) for part in push_down(config.evaluator, element) if holds(merger, path, part)]


def _is_absolute(written: ast.String) -> bool:
    """Whether a string may be an absolute path; one that begins with something computed may."""
    first = written.parts[0] if written.parts else ""
    return not isinstance(first, str) or first.startswith("/")

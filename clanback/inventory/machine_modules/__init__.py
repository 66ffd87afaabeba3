"""A machine's own NixOS modules: what they say about state without NixOS, and how they are split for rendering.

`analyse` reads the modules of one machine (`machines.<name>`, `machines/<name>/*.nix`) or of one role (`extraModules`):
the *facts* that backups need, as far as they are known without evaluating NixOS, and the *parts* that `render` writes out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from clanback.diagnostics import Span
from clanback.inventory.model import Combined, MachineModules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clanback.diagnostics import Diagnostic, Source
    from clanback.inventory.model import Place, StateEntry, UnknownText
    from clanback.inventory.origins import Seen
    from clanback.nix import ast
    from clanback.nix.evaluator import Evaluator

__all__ = ["MachineAnalysis", "ModuleDefinition", "analyse", "analyse_together"]


@attrs.frozen(eq=False, repr=False)
class ModuleDefinition:
    """One module of a machine or role, in the order in which the clan's modules define it.

    `value` is the module itself, a value or a thunk, never forced by the caller: a set, a function, a path, an Unknown.
    `source` and `expr` are the text it is written in and its expression there (`Attrs.positions` of the set that holds it), where
    known; `root_expr` is the whole parsed file around `expr`, so that the bindings in scope can be found. `file` is how people
    call that file. `path` is set, relative to the root of the repository, for a module that is a file of the repository which
    nothing in clan.nix names: `machines/<name>/configuration.nix`. `is_list` marks what is no module but a whole list of modules,
    which only Nix can know.
    """

    value: Any
    source: Source | None = None
    expr: ast.Expr | None = None
    file: str | None = None
    path: str | None = None
    root_expr: ast.File | None = None
    is_list: bool = False


@attrs.frozen(eq=False, repr=False)
class MachineAnalysis:
    """What is known of a machine's (or a role's) own modules.

    `state_complete` is False when modules that only Nix can read may declare more state. `places` maps dotted paths below the
    machine (`state.docs.folders`, `tmpfiles`, `tmpfiles.<the rule's text>`) to where they are defined. `host_name` is
    `networking.hostName` where the modules set it to something known, else None.
    """

    state: Mapping[str, StateEntry] = attrs.field(factory=dict)
    state_complete: bool = True
    tmpfiles: tuple[str, ...] = ()
    unknown_tmpfiles: tuple[UnknownText, ...] = ()
    root_keys: tuple[str, ...] = ()
    host_name: str | None = None
    modules: MachineModules = attrs.field(factory=MachineModules)
    diagnostics: tuple[Diagnostic, ...] = ()
    places: Mapping[str, tuple[Place, ...]] = attrs.field(factory=dict)
    keys: frozenset[str] = frozenset()
    """Paths, and other keys, of the modules that were read: of several with one key the first counts."""
    ranked: bool = False
    """Whether priorities or `mkBefore` and the like stand in what was found: what other modules say may then depend on it."""
    origins: Mapping[str, Sequence[Seen]] = attrs.field(factory=dict)
    """The definitions of each of these options, those that lost included, where that was asked for (`recording`)."""


def analyse(
    evaluator: Evaluator,
    machine_name: str,
    definitions: Sequence[ModuleDefinition],
    *,
    root: str,
    known_config: Mapping[str, Any] | None = None,
    split: bool = True,
    special: Mapping[str, Any] | None = None,
    recording: bool = False,
) -> MachineAnalysis:
    """Facts and parts of the modules of one machine.

    `root` is the repository's folder, absolute; paths in parts are relative to it. `known_config` gives values of NixOS options
    that are known beforehand, by dotted name (`{"clan.core.settings.machine.name": "a"}`); `networking.hostName` is
    `machine_name` unless the modules say otherwise. With `split=False` (the `extraModules` of a role) every module is one part
    of `modules.rest`. `special` are the clan's `specialArgs`. Never raises for what the modules contain: what is wrong is in
    `diagnostics`, what only Nix can know makes `state_complete` False.
    """
    from clanback.inventory.machine_modules.collecting import collect, module_arguments
    from clanback.inventory.machine_modules.facts import ROOT_KEYS, TMPFILES, Facts
    from clanback.inventory.machine_modules.parts import Parts
    from clanback.inventory.machine_modules.statements import Statement

    parts = Parts(evaluator, machine_name, root)
    prepared = [parts.prepare(each) for each in definitions]
    modules = [Statement(each.value, each.span, expr=each.definition.expr) for each in prepared]
    options = dict(known_config or {})
    host_name = None
    while True:
        if machine_name:
            options.setdefault("networking.hostName", machine_name)
            options.setdefault("clan.core.settings.machine.name", machine_name)
        arguments = module_arguments(evaluator, options, special)
        collected = collect(evaluator, modules, arguments)
        facts = Facts(evaluator, collected.configurations, arguments, recording=recording)
        if host_name is not None:
            break
        host_name = facts.host_name()
        if host_name is None or host_name == options.get("networking.hostName"):
            break
        options["networking.hostName"] = host_name  # and once more, for what is named after it
    state = facts.state()
    parts.add_all(prepared, arguments, split=split)
    tmpfiles = facts.strings(TMPFILES, "tmpfiles")
    facts.places.update({f"tmpfiles.{rule}": (place,) for rule, place in tmpfiles.places.items()})
    return MachineAnalysis(
        state=state,
        state_complete=facts.complete and not collected.unreadable,
        tmpfiles=tmpfiles.values,
        unknown_tmpfiles=tmpfiles.unknown,
        root_keys=facts.strings(ROOT_KEYS, "root_keys").values,
        host_name=host_name,
        modules=parts.modules(),
        diagnostics=(*collected.problems, *facts.diagnostics, *parts.diagnostics()),
        places=facts.places,
        keys=collected.keys,
        ranked=facts.ranked,
        origins=facts.origins,
    )


def analyse_together(
    evaluator: Evaluator,
    machine_name: str,
    groups: Sequence[Sequence[ModuleDefinition]],
    *,
    known_config: Mapping[str, Any],
    special: Mapping[str, Any] | None = None,
) -> Combined:
    """State and tmpfiles of a machine's own modules (the first group) and of those of its roles, in the order of import, merged
    as one: for where priorities, or a module that several import, make that something else than what each says by itself.
    """
    from clanback.inventory.machine_modules.collecting import collect, module_arguments
    from clanback.inventory.machine_modules.facts import TMPFILES, Facts
    from clanback.inventory.machine_modules.statements import Statement

    arguments = module_arguments(evaluator, {"networking.hostName": machine_name, **known_config}, special)
    configurations: list[Statement] = []
    keys: frozenset[str] = frozenset()
    unreadable = False
    for group in groups:
        modules = [
            Statement(
                each.value,
                None if each.source is None or each.expr is None else Span(each.source, each.expr.start, each.expr.end),
                expr=each.expr,
            )
            for each in group
        ]
        collected = collect(evaluator, modules, arguments, keys)
        configurations = [*collected.configurations, *configurations]
        keys = collected.keys
        unreadable = unreadable or bool(collected.unreadable)
    facts = Facts(evaluator, configurations, arguments)
    state = facts.state()
    return Combined(state, facts.complete and not unreadable, facts.strings(TMPFILES, "tmpfiles").values)

"""A machine's own NixOS modules: what they say about state without NixOS, and how they are split for rendering.

`analyse` reads the modules of one machine (`machines.<name>`, `machines/<name>/*.nix`) or of one role (`extraModules`):
the *facts* that backups need, as far as they are known without evaluating NixOS, and the *parts* that `render` writes out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from clanback.inventory.model import MachineModules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clanback.diagnostics import Diagnostic, Source
    from clanback.inventory.model import Place, StateEntry, UnknownText
    from clanback.nix import ast
    from clanback.nix.evaluator import Evaluator

__all__ = ["MachineAnalysis", "ModuleDefinition", "analyse"]


@attrs.frozen(eq=False)
class ModuleDefinition:
    """One module of a machine or role, in the order in which the clan's modules define it.

    `value` is the module itself, a value or a thunk, never forced by the caller: a set, a function, a path, an Unknown.
    `source` and `expr` are the text it is written in and its expression there (`Attrs.positions` of the set that holds it), where
    known; `root_expr` is the whole parsed file around `expr`, so that the bindings in scope can be found. `file` is how people
    call that file. `path` is set, relative to the root of the repository, for a module that is a file of the repository which
    nothing in clan.nix names: `machines/<name>/configuration.nix`.
    """

    value: Any
    source: Source | None = None
    expr: ast.Expr | None = None
    file: str | None = None
    path: str | None = None
    root_expr: ast.File | None = None


@attrs.frozen
class MachineAnalysis:
    """What is known of a machine's (or a role's) own modules.

    `state_complete` is False when modules that only Nix can read may declare more state. `places` maps dotted paths below the
    machine (`state.docs.folders`, `tmpfiles`) to where they are defined. `host_name` is `networking.hostName` where the modules
    set it to something known, else None.
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


def analyse(
    evaluator: Evaluator,
    machine_name: str,
    definitions: Sequence[ModuleDefinition],
    *,
    root: str,
    known_config: Mapping[str, Any] | None = None,
    split: bool = True,
) -> MachineAnalysis:
    """Facts and parts of the modules of one machine.

    `root` is the repository's folder, absolute; paths in parts are relative to it. `known_config` gives values of NixOS options
    that are known beforehand, by dotted name (`{"clan.core.settings.machine.name": "a"}`); `networking.hostName` is
    `machine_name` unless the modules say otherwise. With `split=False` (the `extraModules` of a role) every module is one part
    of `modules.rest`. Never raises for what the modules contain: what is wrong is in `diagnostics`, what only Nix can
    know makes `state_complete` False.
    """
    raise NotImplementedError

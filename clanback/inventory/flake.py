"""A clan inside a `flake.nix` that calls `clan-core.lib.clan { … }` itself.

The flake's `outputs` are called with inputs of which only `self`, `nixpkgs.lib` and clan-core's `lib.clan` are known; what that
function is given is the clan. Nothing else of the flake needs to be evaluable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.diagnostics import DiagnosticError, error
from clanback.inventory.flake_inputs import is_clan_core
from clanback.modules.definition import Definition
from clanback.nix.values import Attrs, Builtin, Closure, OpenAttrs, Unknown

if TYPE_CHECKING:
    from clanback.nix.evaluator import Evaluator

_REASON = "`{name}` comes from another flake: it is not known without Nix"


def foreign(text: str, known: dict[str, Any] | None = None) -> OpenAttrs:
    """A flake of which only some attributes are known."""
    return OpenAttrs(known or {}, text=text, reason=_REASON)


def inputs_of(evaluator: Evaluator, root: str, names: list[str] | None = None) -> dict[str, Any]:
    """The flake inputs as far as they are known: `self` by its folder, `nixpkgs.lib` and every input's `lib` by ours."""
    library = evaluator.thunk(lambda: evaluator.lib)
    known: dict[str, Any] = {"nixpkgs": foreign("nixpkgs", {"lib": library})}
    known["self"] = foreign("self", {"outPath": root, "inputs": foreign("self.inputs", dict(known))})
    for name in names or ():
        known.setdefault(name, foreign(name))
    return known


def clan_of_flake(evaluator: Evaluator, file: str, root: str) -> Definition:
    """What a flake gives to clan-core's `lib.clan`, as a module. Raises `DiagnosticError` (CB200) if it does not call it."""
    flake = evaluator.force(evaluator.evaluate_file(file))
    captured: list[Any] = []

    def clan(_: Evaluator, argument: Any) -> Any:
        captured.append(argument)
        return foreign("clan", {"config": foreign("clan.config")})

    capture = Builtin("clan", 1, clan)
    declared = evaluator.force(flake["inputs"]) if isinstance(flake, Attrs) and "inputs" in flake else Attrs()
    known = inputs_of(evaluator, root, sorted(declared) if isinstance(declared, Attrs) else [])
    clan_library = foreign("clan-core.lib", {"clan": capture, "buildClan": capture})
    for name in list(known):
        if name not in ("self", "nixpkgs"):
            known[name] = foreign(name, {"lib": clan_library} if is_clan_core(evaluator, name, declared) else None)
    known.setdefault("clan-core", foreign("clan-core", {"lib": clan_library}))
    known["self"] = foreign("self", {"outPath": root, "inputs": foreign("self.inputs", dict(known))})
    if not isinstance(flake, Attrs) or "outputs" not in flake:
        raise DiagnosticError(error("CB200", f"{file} is not a flake: it has no `outputs`"))
    function = evaluator.force(flake["outputs"])
    node = function.node if isinstance(function, Closure) else None
    given = known if node is None or node.formals is None or node.ellipsis else {f.name: known.get(f.name) for f in node.formals}
    given = {name: Unknown(name, _REASON) if value is None else value for name, value in given.items()}
    outputs = evaluator.force(evaluator.call(function, Attrs(given)))
    if isinstance(outputs, Attrs):
        for name in sorted(outputs):
            if captured:
                break
            try:
                evaluator.force(outputs[name])
            except DiagnosticError:
                continue
    if not captured:
        raise DiagnosticError(
            error(
                "CB200",
                f"{file} does not call `clan-core.lib.clan`",
                help="give the file that defines the clan with `--clan PATH`",
            )
        )
    return Definition(captured[0], file=file)

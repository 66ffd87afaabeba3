"""What a flake's inputs are called and what they are, as far as its `inputs` say: clan-core, nixpkgs, or nothing known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.diagnostics import DiagnosticError
from clanback.nix.values import Attrs, OpenAttrs, Unknown

if TYPE_CHECKING:
    from clanback.inventory.loading import ClanConfig
    from clanback.nix.evaluator import Evaluator

REASON = "`{name}` comes from another flake: it is not known without Nix"

OWN = "`{name}` is none of the outputs that this flake defines itself: it is not known without Nix"


def foreign(text: str, known: dict[str, Any] | None = None) -> OpenAttrs:
    """A flake of which only some attributes are known; `text` is the expression that means it."""
    made = OpenAttrs(known or {}, text=text, reason=REASON)
    made.setdefault("outPath", Unknown(text, REASON.replace("{name}", text)))
    return made


def inputs_of(evaluator: Evaluator, root: str) -> dict[str, Any]:
    """What a clan without a flake may use of one: `self` by its folder, `nixpkgs.lib` by ours."""
    library = evaluator.thunk(lambda: evaluator.lib)
    known: dict[str, Any] = {"nixpkgs": foreign("inputs.nixpkgs", {"lib": library})}
    inside = OpenAttrs(dict(known), text="self.inputs", reason=REASON)
    known["self"] = OpenAttrs({"outPath": root, "inputs": inside}, text="self", reason=REASON)
    return known


def is_clan_core(evaluator: Evaluator, name: str, declared: Attrs) -> bool:
    """Whether the input `name` of a flake's `inputs` is clan-core, by its name or its URL; not if it is an input of clan-core."""
    followed = url_of(evaluator, name, declared, ("follows",))
    if followed:
        return followed.rpartition("/")[2] == "clan-core"
    return name == "clan-core" or "clan-core" in url_of(evaluator, name, declared)


def url_of(evaluator: Evaluator, name: str, declared: Attrs, among: tuple[str, ...] = ("url", "follows", "repo")) -> str:
    """Where a flake says that an input comes from (its `url`, or what it `follows`); empty if it does not say."""
    try:
        entry = evaluator.force(declared[name])
        for attribute in among:
            found = evaluator.force(entry[attribute]) if isinstance(entry, Attrs) and attribute in entry else None
            if isinstance(found, str):
                return str(found)
    except (DiagnosticError, KeyError):
        pass
    return ""


def clan_core_inputs(config: ClanConfig, instances: Attrs) -> frozenset[str]:
    """The names that mean clan-core. `flake.nix` is looked at only when an instance names some other input."""
    evaluator = config.evaluator
    named: set[str] = set()
    for name in instances:
        module = evaluator.force(evaluator.force(instances[name]).get("module"))
        given = evaluator.force(module.get("input")) if isinstance(module, Attrs) else None
        if isinstance(given, str):
            named.add(str(given))
    if not named - {"clan-core", "self"}:
        return frozenset({"clan-core"})
    path = f"{config.root}/flake.nix"
    try:
        if not evaluator.paths.exists(path):
            return frozenset({"clan-core"})
        flake = evaluator.evaluate_file(path)
        declared = evaluator.force(flake["inputs"]) if isinstance(flake, Attrs) and "inputs" in flake else Attrs()
    except DiagnosticError:
        return frozenset({"clan-core"})
    if not isinstance(declared, Attrs):
        return frozenset({"clan-core"})
    found = {name for name in named if name in declared and is_clan_core(evaluator, name, declared)}
    return frozenset({"clan-core", *found, *config.clan_core_names})

"""What the repository's `flake.nix` calls clan-core: `module.input` may use that name for the services that clan-core brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.diagnostics import DiagnosticError
from clanback.nix.values import Attrs

if TYPE_CHECKING:
    from clanback.inventory.loading import ClanConfig
    from clanback.nix.evaluator import Evaluator


def is_clan_core(evaluator: Evaluator, name: str, declared: Attrs) -> bool:
    """Whether the input `name` of a flake's `inputs` is clan-core, by its name or its URL."""
    if name == "clan-core":
        return True
    try:
        entry = evaluator.force(declared[name])
        url = evaluator.force(entry["url"]) if isinstance(entry, Attrs) and "url" in entry else None
    except (DiagnosticError, KeyError):
        return False
    return isinstance(url, str) and "clan-core" in url


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
    return frozenset({"clan-core", *(name for name in named if name in declared and is_clan_core(evaluator, name, declared))})

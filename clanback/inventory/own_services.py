"""Services that the clan brings itself (`modules.<name>`): opaque, but for the names of their roles where these are plain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.diagnostics import DiagnosticError
from clanback.modules.collect import module_arguments
from clanback.nix.values import Attrs, Builtin, Closure, OpenAttrs, PathValue

if TYPE_CHECKING:
    from clanback.inventory.loading import ClanConfig

_MOST_STEPS = 8
"""How many functions around a module, or files that lead to others, are gone through."""


def own_roles(config: ClanConfig, service: str) -> frozenset[str] | None:
    """The roles that `modules.<service>` of the clan has; None where that is not plain to see."""
    for place in (config.value, config.leniently(config.value.get("inventory"))):
        modules = config.leniently(place.get("modules")) if isinstance(place, Attrs) else None
        if isinstance(modules, Attrs) and service in modules:
            return _roles(config, modules[service])
    return None


def _roles(config: ClanConfig, module: Any) -> frozenset[str] | None:
    evaluator = config.evaluator
    try:
        value = evaluator.force(module)
        for _ in range(_MOST_STEPS):
            if isinstance(value, PathValue):
                value = evaluator.force(evaluator.evaluate_file(value.path))
            elif isinstance(value, (Closure, Builtin)):
                given = module_arguments(value, {"lib": evaluator.lib, "directory": PathValue(config.directory)})
                value = evaluator.force(evaluator.call(value, given))
        if isinstance(value, OpenAttrs) or not isinstance(value, Attrs) or "imports" in value:
            return None
        if "config" in value:
            value = evaluator.force(value["config"])
        roles = evaluator.force(value.get("roles")) if isinstance(value, Attrs) and "_type" not in value else None
    except DiagnosticError:
        return None
    plain = isinstance(roles, Attrs) and not isinstance(roles, OpenAttrs) and "_type" not in roles
    return frozenset(roles) if plain and roles else None

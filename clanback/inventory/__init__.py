"""From a repository to the resolved inventory: loading, tags, membership, settings, machines.

config = load("/path/to/repository")
inventory = resolve(config, services.INTERFACES)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clanback.inventory.loading import ClanConfig, load
    from clanback.inventory.resolution import resolve

__all__ = ["ClanConfig", "load", "resolve"]

_HOMES = {"ClanConfig": "loading", "load": "loading", "resolve": "resolution"}


def __getattr__(name: str) -> Any:
    """Import what is exported when it is first asked for: the models alone need neither the evaluator nor the merging."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{home}"), name)

"""From a `Plan` to NixOS modules: `render` makes texts, `write` puts them on disk, all or none, `compare` tells differences.

Importing this package costs nothing; each function is imported when it is first asked for.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from clanback.render.comparison import compare
    from clanback.render.inputs import variable_inputs
    from clanback.render.manifest import unchanged
    from clanback.render.rendering import render
    from clanback.render.writing import WriteResult, require_fit, write

__all__ = ["WriteResult", "compare", "render", "require_fit", "unchanged", "variable_inputs", "write"]

_HOMES = {
    "WriteResult": "writing",
    "write": "writing",
    "require_fit": "writing",
    "compare": "comparison",
    "render": "rendering",
    "unchanged": "manifest",
    "variable_inputs": "inputs",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(name)
    from importlib import import_module

    found = getattr(import_module(f"clanback.render.{_HOMES[name]}"), name)
    globals()[name] = found
    return found

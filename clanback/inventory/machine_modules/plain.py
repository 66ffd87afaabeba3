"""Which values can be written out as they are."""

from __future__ import annotations

from typing import Any

from clanback.nix.values import Attrs, Builtin, Closure, OpenAttrs, PathValue, Unknown


def is_plain(value: Any) -> bool:
    """Whether a deeply forced value consists of strings, numbers, booleans, null, lists and sets of such only."""
    pending = [value]
    seen: set[int] = set()
    while pending:
        here = pending.pop()
        while type(here) is list:
            if here[0] is not None:
                return False
            here = here[1]
        if isinstance(here, Unknown | Closure | Builtin | OpenAttrs | PathValue):
            return False
        if isinstance(here, tuple | Attrs):
            if id(here) in seen:
                continue
            seen.add(id(here))
            pending += here if isinstance(here, tuple) else here.values()
        elif getattr(here, "context", None):
            return False
    return True

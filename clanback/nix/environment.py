"""Static scopes: which frame and slot of the running environment a name means.

A scope at compile time is a frame at run time. A name found `hops` frames up in `slot` needs no search when the code runs; a name
found in no scope is a global or comes from a `with`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Scope:
    """The names of one frame. Slot 0 of every frame is its parent; a `with` scope keeps its set in slot 1 and has no names."""

    __slots__ = ("is_with", "parent", "slots")

    def __init__(self, parent: Scope | None, names: Iterable[str] = (), *, is_with: bool = False) -> None:
        self.parent = parent
        self.slots = {name: slot for slot, name in enumerate(names, 1)}
        self.is_with = is_with

    def find(self, name: str) -> tuple[int, int] | None:
        """Hops and slot of a name that is bound lexically."""
        hops, scope = 0, self
        while True:
            slot = scope.slots.get(name)
            if slot is not None:
                return hops, slot
            if scope.parent is None:
                return None
            scope, hops = scope.parent, hops + 1

    def withs(self) -> tuple[int, ...]:
        """Hops to each `with` around, the innermost first."""
        found, hops, scope = [], 0, self
        while True:
            if scope.is_with:
                found.append(hops)
            if scope.parent is None:
                return tuple(found)
            scope, hops = scope.parent, hops + 1

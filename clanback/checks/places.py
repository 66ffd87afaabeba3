"""From the places that the plain models carry (`inventory.model.Place`) back to spans of sources."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from clanback.diagnostics import Source, Span
from clanback.nix.reads import content

if TYPE_CHECKING:
    from clanback.inventory.model import Inventory, Place


class Places:
    """Finds spans of what an inventory says. Every file is read once."""

    def __init__(self, inventory: Inventory) -> None:
        self._root = inventory.root
        self._known = inventory.places
        self._sources: dict[str, Source | None] = dict(inventory.sources)

    def of(self, path: str) -> Span | None:
        """Where `path` (`machines.a.deploy.targetHost`) is written; else the nearest thing around it that has a place."""
        while path:
            if found := self._known.get(path):
                return self.span(found[0])
            path = path.rpartition(".")[0]
        return None

    def of_setting(self, instance: str, role: str, machine: str, setting: str = "") -> Span | None:
        """Where a setting of a member is written; else where the member is, its role, or the instance."""
        member = f"instances.{instance}.roles.{role}.{machine}"
        names = setting.split(".") if setting else []
        # A destination's or a machine's name may hold dots, so shorten only below the member.
        around = [".".join([member, *names[:count]]) for count in range(len(names), 0, -1)]
        for path in (*around, member, f"instances.{instance}.roles.{role}", f"instances.{instance}"):
            if found := self._known.get(path):
                return self.span(found[0])
        return None

    def of_rule(self, machine: str, rule: str) -> Span | None:
        """Where a rule of `systemd.tmpfiles.rules` of a machine is written, if that is known."""
        found = self._known.get(f"machines.{machine}.tmpfiles.{rule}")
        return self.span(found[0]) if found else None

    def of_hook(self, machine: str, state: str, hook: str) -> Span | None:
        """Where a script of a state is written, else where the state is."""
        return self.of(f"machines.{machine}.state.{state}.{hook}")

    def span(self, place: Place | None) -> Span | None:
        """The span of a place, or None where there is no place or its file can no longer be read."""
        if place is None:
            return None
        source = self._source(place.file)
        if source is None:
            return None
        start = _offset(source, place.line, place.column)
        return Span(source, start, max(start, _offset(source, place.end_line, place.end_column)))

    def _source(self, name: str) -> Source | None:
        if name not in self._sources:
            path = os.path.join(self._root, name)
            found = content(path)
            self._sources[name] = None if found is None else Source(name, found.decode("utf-8", "replace"), path)
        return self._sources[name]


def _offset(source: Source, line: int, column: int) -> int:
    """The offset of a line and column, kept inside the text in case the file has changed since."""
    starts = source.line_starts()
    if line > len(starts):
        return len(source.text)
    return min(starts[line - 1] + column - 1, len(source.text))

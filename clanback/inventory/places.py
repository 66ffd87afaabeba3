"""Writing down where things are defined, for `explain` and for diagnostics of later stages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.inventory.model import Place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clanback.diagnostics import Source, Span
    from clanback.nix.values import Attrs


class PlaceBook:
    """Places by dotted path, and the sources they lie in."""

    def __init__(self) -> None:
        self.by_path: dict[str, tuple[Place, ...]] = {}
        self.sources: dict[str, Source] = {}

    def place(self, span: Span | None) -> Place | None:
        """The plain form of a span."""
        if span is None:
            return None
        source = span.source
        self.sources.setdefault(source.name, source)
        line, column = source.position(span.start)
        end_line, end_column = source.position(span.end)
        return Place(source.name, line, column, end_line, end_column)

    def add(self, path: str, spans: Iterable[Span | None]) -> None:
        """Note where `path` is defined, the winning definition first. Definitions without a place are left out."""
        places = tuple(place for span in spans if (place := self.place(span)) is not None)
        if places:
            self.by_path[path] = places

    def add_attributes(self, prefix: str, attributes: Attrs) -> None:
        """Note the places of all attributes of a merged set, below `prefix`."""
        for name in attributes.positions or ():
            self.add(f"{prefix}.{name}", (attributes.value_span(name),))

"""Remembering which definitions made a value, for `explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clanback.diagnostics import Span
    from clanback.modules.definition import Definition


class Recorder:
    """Takes down the places of definitions by option path; those that hold come before those that were overridden."""

    def __init__(self) -> None:
        self._spans: dict[tuple[str, ...], list[Span]] = {}

    def note(self, path: tuple[str, ...], holding: Sequence[Definition], overridden: Sequence[Definition]) -> None:
        """Note a merge."""
        spans = [span for d in (*holding, *overridden) if (span := d.value_span) is not None]
        if spans:
            self._spans[path] = spans

    def leave_out(self, path: tuple[str, ...], definition: Definition) -> None:
        """Told of a definition whose condition is false; where it is written does not matter here."""

    def spans(self) -> dict[str, list[Span]]:
        """Spans by dotted path."""
        from clanback.modules.show import dotted

        return {dotted(path): spans for path, spans in self._spans.items()}

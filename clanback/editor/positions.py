"""Places as the language server protocol counts them (lines from 0, columns in UTF-16 units) and as we do (offsets)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clanback.diagnostics import Source

Position = tuple[int, int]
"""Line and column, both from 0, the column in UTF-16 code units."""

Range = tuple[Position, Position]


def position(source: Source, offset: int) -> Position:
    """Where an offset is."""
    line, column = source.position(max(0, min(offset, len(source.text))))
    start = source.line_starts()[line - 1]
    return line - 1, units(source.text[start : start + column - 1])


def span(source: Source, start: int, end: int) -> Range:
    """Where a piece of text is."""
    return position(source, start), position(source, end)


def offset(source: Source, at: Position) -> int:
    """The offset of a position, kept inside the text."""
    line, column = at
    starts = source.line_starts()
    if line >= len(starts):
        return len(source.text)
    text = source.line(max(line, 0) + 1)
    if text.isascii():
        return starts[line] + min(column, len(text))
    count = 0
    for index, character in enumerate(text):
        if count >= column:
            return starts[line] + index
        count += 2 if ord(character) > 0xFFFF else 1
    return starts[line] + len(text)


def units(text: str) -> int:
    """The length of a text in UTF-16 code units."""
    return len(text) if text.isascii() else len(text) + sum(ord(character) > 0xFFFF for character in text)

"""The pieces of source that a diagnostic shows: lines with numbers, spans underlined, labels beside or below them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.cli.terminal import safe, shown, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clanback.diagnostics import Diagnostic, Source, Span

Row = tuple[str, str, str]
"""Number or nothing, text, and what it is: `source`, `primary` (marks), `label` (marks)."""

Block = tuple[str, str, "list[Row]"]
"""An arrow, a place, and the rows below it."""

WIDEST = 140
"""Columns of a source line that are shown; a longer line is cut around what is marked."""

MOST_LINES = 6
"""Lines of a span that are shown before its middle is left out."""


class _Mark:
    """A span to be underlined in one source."""

    __slots__ = ("end", "end_column", "first", "last", "message", "primary", "start_column")

    def __init__(self, span: Span, message: str, primary: bool) -> None:
        source = span.source
        self.first, self.start_column = source.position(max(0, min(span.start, len(source.text))))
        self.last, self.end_column = source.position(max(0, min(max(span.end, span.start), len(source.text))))
        if self.last > self.first and self.end_column == 1:  # ends with a line's end: that line is the last
            self.last -= 1
            self.end_column = len(source.line(self.last)) + 1
        self.message = message
        self.primary = primary


def snippets(found: Diagnostic) -> tuple[list[Block], int]:
    """The blocks of a diagnostic, one for each source, the primary one first, and the width of their line numbers."""
    if found.span is None:
        places = [(label.span, label.message, False) for label in found.labels]
    else:
        places = [(found.span, "", True), *((label.span, label.message, False) for label in found.labels)]
    grouped: dict[str, tuple[Source, list[_Mark]]] = {}
    for span, message, primary in places:
        grouped.setdefault(span.source.name, (span.source, []))[1].append(_Mark(span, message, primary))
    last = max((mark.last for _, marks in grouped.values() for mark in marks), default=0)
    gutter = max(2, len(str(last)) + 1)
    blocks: list[Block] = []
    for source, marks in grouped.values():
        place = f"{source.name}:{marks[0].first}:{marks[0].start_column}"
        blocks.append(("-->" if not blocks else ":::", place, _rows(source, marks)))
    return blocks, gutter


def _rows(source: Source, marks: Sequence[_Mark]) -> list[Row]:
    rows: list[Row] = [("", "", "source")]
    by_line: dict[int, list[_Mark]] = {}
    for mark in marks:
        by_line.setdefault(mark.first, []).append(mark)
        if mark.primary:
            for line in range(mark.first, mark.last + 1):
                if (
                    mark.last - mark.first < MOST_LINES
                    or line < mark.first + MOST_LINES // 2
                    or line > mark.last - MOST_LINES // 2
                ):
                    by_line.setdefault(line, [])
    before = None
    for number in sorted(by_line):
        if before is not None and number == before + 2:
            rows.append(_source_row(source, before + 1, None))
        elif before is not None and number > before + 2:
            rows.append(("...", "", "source"))
        rows.extend(_marked(source, number, by_line[number], marks))
        before = number
    return rows


def _source_row(source: Source, number: int, window: tuple[int, int] | None) -> Row:
    line = source.line(number)
    return (str(number), _cut(line, window or (0, _fitting(line))), "source")


def _marked(source: Source, number: int, starting: Sequence[_Mark], marks: Sequence[_Mark]) -> list[Row]:
    """A source line with a row of marks for each span on it (a span of several lines is underlined on each)."""
    line = source.line(number)
    here = sorted(
        [mark for mark in marks if mark in starting or (mark.primary and mark.first <= number <= mark.last)],
        key=lambda mark: (not mark.primary, mark.start_column),
    )
    ranges = []
    for mark in here:
        begin = mark.start_column - 1 if number == mark.first else len(line) - len(line.lstrip())
        end = mark.end_column - 1 if number == mark.last else len(line)
        ranges.append((min(begin, len(line)), max(min(end, len(line)), begin)))
    window = _window(line, ranges)
    rows: list[Row] = [(str(number), _cut(line, window), "source")]
    for mark, (begin, end) in zip(here, ranges, strict=True):
        sign = "^" if mark.primary else "-"
        margin = (1 if window[0] else 0) + _columns(line, window[0], begin)
        length = max(1, _columns(line, max(begin, window[0]), min(end, window[1])))
        message = safe(mark.message.replace("\n", " ")) if number == mark.first else ""
        rows.append(("", f"{' ' * margin}{sign * length} {message}".rstrip(), "primary" if mark.primary else "label"))
    return rows


def _columns(line: str, begin: int, end: int) -> int:
    piece = line[begin:end]
    if piece.isascii() and piece.isprintable():
        return len(piece)
    return sum(map(width, piece))


def _fitting(line: str) -> int:
    return len(line) if len(line) <= WIDEST else WIDEST


def _window(line: str, ranges: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Which characters of a line are shown: all, or for a very long line those around the first mark."""
    if len(line) <= WIDEST or not ranges:
        return 0, _fitting(line)
    begin = ranges[0][0]
    if begin < WIDEST // 2:
        return 0, WIDEST
    start = min(begin - WIDEST // 3, max(0, len(line) - WIDEST))
    return start, min(len(line), start + WIDEST)


def _cut(line: str, window: tuple[int, int]) -> str:
    begin, end = window
    text = "".join([shown(character) for character in line[begin:end]])
    return f"{'…' if begin else ''}{text}{'…' if end < len(line) else ''}"

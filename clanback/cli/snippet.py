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
    long = next((mark for mark in marks if mark.primary and mark.last > mark.first), None)
    rows: list[Row] = [("", "", "source")]
    before = None
    for number in _lines_to_show(marks, long):
        if before is not None and number > before + 1:
            if number == before + 2:
                rows.append(_source_row(source, before + 1, (0, WIDEST), _edge(long, before + 1)))
            else:
                rows.append(("...", _edge(long, before + 1).rstrip(), "source"))
        rows.extend(_marked(source, number, marks, long))
        before = number
    return rows


def _lines_to_show(marks: Sequence[_Mark], long: _Mark | None) -> list[int]:
    lines = {mark.first for mark in marks}
    if long is not None:
        inside = range(long.first, long.last + 1)
        lines.update(inside if len(inside) <= MOST_LINES else [*inside[: MOST_LINES // 2], *inside[-MOST_LINES // 2 :]])
    return sorted(lines)


def _edge(long: _Mark | None, number: int) -> str:
    """What stands left of a line where a span of several lines is shown: a bar while it is going on."""
    if long is None:
        return ""
    return "| " if long.first < number <= long.last else "  "


def _source_row(source: Source, number: int, window: tuple[int, int], edge: str) -> Row:
    return (str(number), f"{edge}{_cut(source.line(number), window)}".rstrip(), "source")


def _marked(source: Source, number: int, marks: Sequence[_Mark], long: _Mark | None) -> list[Row]:
    """A source line with a row of marks below it for each span that begins (or, of several lines, ends) on it."""
    line = source.line(number)
    here = sorted((mark for mark in marks if mark.first == number), key=lambda mark: (not mark.primary, mark.start_column))
    window = _window(line, [mark.start_column - 1 for mark in here])
    edge = _edge(long, number)
    rows: list[Row] = [_source_row(source, number, window, edge)]
    for mark in here:
        begin = min(max(mark.start_column - 1, window[0]), window[1])
        margin = (1 if window[0] else 0) + _columns(line, window[0], begin)
        if mark is long:
            rows.append(("", f" {'_' * (margin + 1)}^", "primary"))
            continue
        end = min(mark.end_column - 1 if mark.last == number else len(line), window[1])
        signs = ("^" if mark.primary else "-") * max(1, _columns(line, begin, max(end, begin)))
        message = safe(mark.message.replace("\n", " "))
        rows.append(("", f"{edge}{' ' * margin}{signs} {message}".rstrip(), "primary" if mark.primary else "label"))
    if long is not None and long.last == number:
        margin = _columns(line, 0, min(max(long.end_column - 2, 0), window[1]))
        rows.append(("", f"|{'_' * (margin + 1)}^", "primary"))
    return rows


def _columns(line: str, begin: int, end: int) -> int:
    piece = line[begin:end]
    if piece.isascii() and piece.isprintable():
        return len(piece)
    return sum(map(width, piece))


def _window(line: str, starts: Sequence[int]) -> tuple[int, int]:
    """Which characters of a line are shown: all, or for a very long line those around the first mark."""
    if len(line) <= WIDEST or not starts or starts[0] < WIDEST // 2:
        return 0, min(len(line), WIDEST)
    start = min(starts[0] - WIDEST // 3, len(line) - WIDEST // 2)
    return start, min(len(line), start + WIDEST)


def _cut(line: str, window: tuple[int, int]) -> str:
    begin, end = window
    text = "".join([shown(character) for character in line[begin:end]])
    return f"{'…' if begin else ''}{text}{'…' if end < len(line) else ''}"

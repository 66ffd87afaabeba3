"""Tables for terminals (drawn by rich, in colour and folded to its width) and for everything else (plain columns)."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from clanback.cli.colour import wanted
from clanback.cli.terminal import width

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

Row = tuple["list[str]", ...]

NARROW = 16  # columns up to this width stay in one piece, where that leaves ROOM for each of the others
ROOM = 10


class Table:
    """A title, the headings of its columns, and rows of cells; a cell is a list of lines, all of them safe to print.

    `spare` names columns that a narrow terminal may leave out, the first to go first.
    """

    __slots__ = ("headings", "rows", "spare", "title")

    def __init__(self, title: str, headings: Sequence[str], spare: Sequence[str] = ()) -> None:
        self.title = title
        self.headings = tuple(headings)
        self.spare = tuple(spare)
        self.rows: list[Row] = []


def draw(headline: str, tables: Sequence[Table], options: argparse.Namespace) -> None:
    """Print to stdout: to a terminal as wide as it is, to anything else whole."""
    coloured = wanted(options.color, sys.stdout)
    if coloured or (sys.stdout.isatty() and os.environ.get("TERM") != "dumb"):
        _rich(headline, tables, coloured=coloured)
    else:
        sys.stdout.write(plain(headline, tables))


def plain(headline: str, tables: Sequence[Table]) -> str:
    """The tables as text in columns; equal leading cells of neighbours are left out."""
    parts = [headline]
    for table in tables:
        cells = [[[heading.upper()] for heading in table.headings], *_quieter(table.rows)]
        widths = [max(_width(line) for row in cells for line in row[at]) for at in range(len(table.headings))]
        lines = [f"{table.title}", ""]
        for row in cells:
            for number in range(max(map(len, row))):
                texts = [cell[number] if number < len(cell) else "" for cell in row]
                lines.append("  " + "   ".join(_padded(text, size) for text, size in zip(texts, widths, strict=True)).rstrip())
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _quieter(rows: Sequence[Row]) -> list[list[list[str]]]:
    """Repeat the first cell (the machine) only where it changes."""
    quiet, before = [], None
    for row in rows:
        quiet.append([[""] if row[0] == before else row[0], *row[1:]])
        before = row[0]
    return quiet


def _width(text: str) -> int:
    return len(text) if text.isascii() else sum(map(width, text))


def _padded(text: str, size: int) -> str:
    return text + " " * (size - _width(text))


def _widths(table: Table) -> list[int]:
    return [
        max([_width(heading), *(_width(line) for row in table.rows for line in row[at])])
        for at, heading in enumerate(table.headings)
    ]


def fitted(table: Table, columns: int) -> tuple[Table, list[str]]:
    """The table without the columns that it can spare and that are empty or have no room, and the names of the latter."""
    widths = dict(zip(table.headings, _widths(table), strict=True))
    filled = {name for at, name in enumerate(table.headings) if any("".join(row[at]) for row in table.rows)}
    left = columns - 2 - sum(size + 3 for name, size in widths.items() if name not in table.spare)
    kept = set(table.headings) - set(table.spare)
    for name in reversed(table.spare):
        if name in filled and widths[name] + 3 <= left:
            kept.add(name)
            left -= widths[name] + 3
    places = [at for at, name in enumerate(table.headings) if name in kept]
    smaller = Table(table.title, [table.headings[at] for at in places])
    smaller.rows = [tuple(row[at] for at in places) for row in table.rows]
    return smaller, [name for name in table.headings if name in filled and name not in kept]


def _whole(table: Table, columns: int) -> list[bool]:
    """Which columns are not folded, so that names stay in one piece: narrow ones, from the left, while the others have room."""
    widths = _widths(table)
    left = columns - 2 - 3 * len(widths) - sum(min(size, ROOM) for size in widths)
    whole = []
    for size in widths:
        more = max(0, size - ROOM)
        whole.append(size <= NARROW and more <= left)
        left -= more if whole[-1] else 0
    return whole


def _rich(headline: str, tables: Sequence[Table], *, coloured: bool) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    console = Console(
        force_terminal=coloured, color_system="auto" if coloured else None, highlight=False, emoji=False, markup=False
    )
    console.print(Text(headline, "bold"))
    for whole_table in tables:
        table, gone = fitted(whole_table, console.width)
        drawn = RichTable(
            title=table.title,
            title_justify="left",
            title_style="bold",
            box=box.SIMPLE_HEAD,
            header_style="bold cyan",
            border_style="dim",
        )
        for heading, whole in zip(table.headings, _whole(table, console.width), strict=True):
            drawn.add_column(heading, overflow="fold", no_wrap=whole)
        before = None
        for row in table.rows:
            first = [""] if row[0] == before else row[0]
            before = row[0]
            drawn.add_row(*(Text("\n".join(cell)) for cell in (first, *row[1:])))
        console.print()
        console.print(drawn)
        if gone:
            console.print(Text(f"no room for: {', '.join(gone)}", "dim"))

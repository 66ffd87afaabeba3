"""Moving source text to another indentation without changing what it means.

The inside of strings decides: lines of a `"…"` string stay where they are, those of a `''…''` string move together, and
only where Nix strips the difference again.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from clanback.nix import ast
from clanback.nix.free_variables import children

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SPACES = re.compile(" *")


def reindent(text: str, indent: int) -> str:
    """The text of an expression with every line but the first moved `indent` columns to the right. Raises `NixSyntaxError`."""
    from clanback.diagnostics import Source
    from clanback.nix.parser import parse_source

    if not indent or "\n" not in text:
        return text
    before = "with { }; "  # so that variables may be defined elsewhere
    text = before + text
    tree = parse_source(Source("rendered", text))
    pieces: list[str] = []
    at = len(before)
    for start, end, spaces in line_edits(text, 0, len(text), strings_in([tree]), indent):
        pieces += (text[at:start], spaces)
        at = end
    return "".join(pieces) + text[at:]


def strings_in(nodes: Iterable[ast.Expr]) -> list[ast.String]:
    """All strings inside some expressions."""
    found: list[ast.String] = []
    pending = list(nodes)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.String):
            found.append(node)
        pending += children(node)
    return found


def line_edits(text: str, start: int, end: int, strings: list[ast.String], shift: int) -> Iterator[tuple[int, int, str]]:
    """What to replace, range and new text, so that each line that begins between `start` and `end` moves by `shift` columns.

    `strings` are all strings in that range. Lines that lack the room move as far as they can.
    """
    if shift == 0 or text.find("\n", start, end) < 0:
        return
    fixed = _fixed_ranges(text, strings, shift)
    begins = [begin for begin, _ in fixed]
    at = start
    while (at := text.find("\n", at, end)) >= 0:
        at += 1
        inside = bisect_right(begins, at) - 1
        if inside >= 0 and at < fixed[inside][1]:
            continue
        width = min(spaces_at(text, at), end - at)
        if width == 0 and (at >= end or text[at] in "\r\n"):
            continue
        yield at, at + width, " " * max(0, width + shift)


def indentation(text: str, offset: int) -> int:
    """How many spaces begin the line of an offset."""
    return spaces_at(text, text.rfind("\n", 0, offset) + 1)


def spaces_at(text: str, offset: int) -> int:
    """How many spaces stand at an offset."""
    found = _SPACES.match(text, offset)
    return found.end() - offset if found is not None else 0


def _fixed_ranges(text: str, strings: list[ast.String], shift: int) -> list[tuple[int, int]]:
    """Ranges whose lines must not move, none inside another."""
    fixed = sorted(
        (node.start, node.end)
        for node in strings
        if text.find("\n", node.start, node.end) >= 0 and not (node.indented and _movable(text, node, shift))
    )
    outermost: list[tuple[int, int]] = []
    for begin, finish in fixed:
        if not outermost or begin >= outermost[-1][1]:
            outermost.append((begin, finish))
    return outermost


def _movable(text: str, node: ast.String, shift: int) -> bool:
    """Whether Nix strips all lines of a `''` string alike after the move: nothing on the first line, indentation enough."""
    begin = text.index("''", node.start) + 2
    close = text.rindex("''", begin, node.end)
    first = text.find("\n", begin, close)
    if first < 0:
        return True  # its only line breaks are outside the quotes
    if text[begin:first].strip(" "):
        return False
    holes: list[tuple[int, int]] = []
    for part in node.parts:
        if not isinstance(part, str):
            hole = _hole(text, part)
            if hole is None:
                return False
            holes.append(hole)
    at = first
    while (at := text.find("\n", at, close)) >= 0:
        at += 1
        if any(a < at < b for a, b in holes):
            continue
        width = spaces_at(text, at)
        if at + width >= close or text[at + width] == "\n":
            continue
        if width + shift < 0 or text[at + width] == "\r":
            return False
    return True


def _hole(text: str, part: ast.Expr) -> tuple[int, int] | None:
    """From `${` to behind `}` around an interpolated expression, None if comments make that hard to say."""
    begin, finish = part.start, part.end
    while text[begin - 1] in " \t\r\n":
        begin -= 1
    while text[finish] in " \t\r\n":
        finish += 1
    return (begin - 2, finish + 1) if text[begin - 2 : begin] == "${" and text[finish] == "}" else None

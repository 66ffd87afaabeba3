"""How strings are printed: what must be escaped, and where the lines of a `''` string begin.

These are printers as those of `printer`: they yield the expressions they want printed, with the level those need (0: any).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from clanback.nix import ast
from clanback.nix.layout import HARD, Doc, concat, nest

if TYPE_CHECKING:
    from collections.abc import Generator

    Printing: TypeAlias = Generator[tuple[ast.Expr, int], Doc, Doc]

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "${": "\\${"}
_TO_ESCAPE = re.compile(r'["\\\n\r\t]|\$\{')
_INDENTED_TO_ESCAPE = re.compile(r"''|'(?=[$\r])|\$(?=\{)|\r")
_INDENTED_END_TO_ESCAPE = re.compile(r"''|'(?=[$\r]|\Z)|\$(?=\{)|\r")
_INDENTED_ESCAPES = {"''": "'''", "'": "''\\'", "$": "''$", "\r": "''\\r"}


def escape(text: str) -> str:
    """The text as it stands between double quotes."""
    return _TO_ESCAPE.sub(lambda found: _ESCAPES[found[0]], text)


def string(parts: tuple[str | ast.Expr, ...]) -> Printing:
    """A string in double quotes."""
    docs: list[Doc] = ['"']
    last = len(parts) - 1
    for index, part in enumerate(parts):
        if isinstance(part, str):
            text = escape(part)
            if index < last and text.endswith("$"):  # `$${` would be text
                text = text[:-1] + "\\$"
            docs.append(text)
        else:
            docs += ["${", (yield part, 0), "}"]
    docs.append('"')
    return concat(*docs)


def indented(expr: ast.String) -> Printing:
    """A `''` string: one of several lines has each on a line of its own, indented."""
    parts = expr.parts
    several = any(isinstance(part, str) and "\n" in part for part in parts)
    pinned = not _needs_pin(parts)  # whether some line shows where the indentation ends
    lines: list[list[Doc]] = [[]]
    last = len(parts) - 1
    for index, part in enumerate(parts):
        if not isinstance(part, str):
            lines[-1] += ["${", (yield part, 0), "}"]
            continue
        pieces = part.split("\n")
        for number, piece in enumerate(pieces):
            if number:
                lines.append([])
            final = number == len(pieces) - 1
            text = (_INDENTED_END_TO_ESCAPE if final else _INDENTED_TO_ESCAPE).sub(_indented_escape, piece)
            if final and index < last and text.endswith("$") and not text.endswith("''$"):
                text = text[:-1] + "''$"
            begins = not lines[-1]
            lonely = final and index == last and begins and piece and not piece.strip(" ")  # spaces alone at the end are dropped
            if begins and text.startswith(" ") and (lonely or not pinned or not several):
                text = "''\\" + text
                pinned = True
            if text:
                lines[-1].append(text)
    if not several:
        return concat("''", *lines[0], "''")
    docs: list[Doc] = []
    for line in lines[:-1]:
        docs += [HARD, *line]
    if not lines[-1]:
        return concat("''", nest(*docs), HARD, "''")
    return concat("''", nest(*docs, HARD, *lines[-1]), "''")


def _indented_escape(found: re.Match[str]) -> str:
    return _INDENTED_ESCAPES[found[0]]


def _needs_pin(parts: tuple[str | ast.Expr, ...]) -> bool:
    """Whether every line that counts begins with a space, so that stripping would take it too."""
    line_start = True
    spaces = False
    for part in parts:
        if not isinstance(part, str):
            if line_start:
                return False
            continue
        for number, piece in enumerate(part.split("\n")):
            if number:
                line_start = True
            if line_start and piece:
                if piece[0] != " ":
                    return False
                spaces = True
                line_start = False
    return spaces

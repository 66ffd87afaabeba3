"""What the texts of strings mean: escapes of `"…"`, and the indentation that `''…''` does not mean.

Rules of Nix' `unescapeStr` and `stripIndentation`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clanback.nix.ast import Expr

_ESCAPE = re.compile(r"\\(.)|\r\n?", re.DOTALL)
_MEANING = {"n": "\n", "r": "\r", "t": "\t"}


def _meaning(match: re.Match[str]) -> str:
    escaped = match[1]
    return "\n" if escaped is None else _MEANING.get(escaped, escaped)


def unescape(text: str) -> str:
    r"""What the text of a `"…"` string means: `\n`, `\r`, `\t`, `\x` for x itself; CR and CR LF are LF."""
    return _ESCAPE.sub(_meaning, text)


def strip_indentation(parts: Sequence[tuple[str, bool] | Expr]) -> tuple[str | Expr, ...]:
    """The parts of a `''…''` string without the indentation that all its lines share, neighbouring texts joined.

    A text comes with whether it may be indentation (False for what stood as an escape). Lines of spaces only do not
    count; a last one is emptied. Only spaces are indentation.
    """
    smallest = _shared_indentation(parts)
    result: list[str | Expr] = []
    line_start = True
    dropped = 0
    last = len(parts) - 1
    for index, part in enumerate(parts):
        if not isinstance(part, tuple):
            line_start = False
            dropped = 0
            result.append(part)
            continue
        text = part[0]
        lines = text.split("\n")
        kept: list[str] = []
        for number, line in enumerate(lines):
            if number:
                line_start = True
                dropped = 0
            if line_start:
                content = line.lstrip(" ")
                spaces = len(line) - len(content)
                drop = min(spaces, max(0, smallest - dropped))
                dropped += spaces
                kept.append(line[drop:])
                if content:
                    line_start = False
                    dropped = 0
            else:
                kept.append(line)
        if index == last and len(kept) > 1 and not kept[-1].strip(" "):
            kept[-1] = ""
        stripped = "\n".join(kept)
        if not stripped:
            continue
        if result and isinstance(result[-1], str):
            result[-1] += stripped
        else:
            result.append(stripped)
    return tuple(result)


def _shared_indentation(parts: Sequence[tuple[str, bool] | Expr]) -> int:
    smallest = 1_000_000
    line_start = True
    current = 0
    for part in parts:
        if not isinstance(part, tuple) or not part[1]:
            if line_start:
                line_start = False
                smallest = min(smallest, current)
            continue
        lines = part[0].split("\n")
        for number, line in enumerate(lines):
            if number:
                line_start = True
                current = 0
            if line_start:
                content = line.lstrip(" ")
                current += len(line) - len(content)
                if content:
                    line_start = False
                    smallest = min(smallest, current)
    return smallest

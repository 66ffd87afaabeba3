"""Tokens with their places in the text, for whoever reports errors or drives Lark itself (the parser needs less)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from clanback.nix import lexer
from clanback.nix.errors import NixSyntaxError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clanback.diagnostics import Diagnostic, Source

_CLOSING = {lexer.STRING_CLOSE: 1, lexer.INDENTED_CLOSE: 2, lexer.PATH_CLOSE: 0}
_FIRST_FIXED = len(lexer.CLASSES)


class Token(NamedTuple):
    """A token: its kind (index into `lexer.TERMINALS`) and its place."""

    kind: int
    start: int
    end: int


def token_places(source: Source, *, pipe_operators: bool = False) -> tuple[list[Token], tuple[Diagnostic, ...]]:
    """The tokens up to the first one that is none, and what is wrong with that one (empty if all is well)."""
    found: list[Token] = []
    try:
        for token in places(source, pipe_operators=pipe_operators):
            found.append(token)
    except NixSyntaxError as problem:
        return found, problem.diagnostics
    return found, ()


def places(source: Source, *, pipe_operators: bool = False) -> Iterator[Token]:
    """The tokens, with their places. A piece of text reaches to the token that follows it."""
    held: int | None = None  # where a piece of text begins that has not been given yet
    end = 0
    for kind, value in lexer.tokens(source, pipe_operators=pipe_operators):
        if kind == lexer.TEXT:
            if held is not None:
                yield Token(lexer.TEXT, held, held)
            held = end
            continue
        start, after = _place(kind, value)
        if held is not None:
            yield Token(lexer.TEXT, held, start)
            held = None
        yield Token(kind, start, after)
        end = after


def _place(kind: int, value: Any) -> tuple[int, int]:
    if kind == lexer.PATH_OPEN:
        return value[0], value[0] + len(value[1])
    if not isinstance(value, int):
        return value.start, value.end
    if kind in _CLOSING:
        return value - _CLOSING[kind], value
    if kind >= _FIRST_FIXED:
        return value, value + len(lexer.TERMINALS[kind])
    return value, value + {lexer.STRING_OPEN: 1, lexer.INDENTED_OPEN: 2}.get(kind, 0)

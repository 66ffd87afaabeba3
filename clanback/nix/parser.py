"""Drives the LALR(1) tables made from `grammar/nix.lark`; nothing here imports Lark."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

from clanback.diagnostics import Source, Span, error
from clanback.nix._tables import ACCEPT, RULES, STATES
from clanback.nix.ast import File
from clanback.nix.builder import Builder
from clanback.nix.errors import NixSyntaxError
from clanback.nix.lexer import tokens
from clanback.nix.reading import read_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from os import PathLike

    from clanback.nix.ast import Expr


def parse(text: str, name: str = "<string>", *, scope: Iterable[str] = ()) -> File:
    """The syntax tree of a text; `name` is what diagnostics call it, `scope` holds names that are defined around it."""
    return parse_source(Source(name, text), scope=scope)


def parse_file(path: str | PathLike[str], name: str | None = None, *, scope: Iterable[str] = ()) -> File:
    """The syntax tree of a file. Raises `NixSyntaxError`, also when it cannot be read."""
    return parse_source(read_source(path, name), scope=scope)


def parse_source(source: Source, *, pipe_operators: bool = False, scope: Iterable[str] = ()) -> File:
    """The syntax tree of a source. Raises `NixSyntaxError`."""
    _check_characters(source)
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _parse(source, pipe_operators, scope)
    finally:
        if collecting:
            gc.enable()


def _check_characters(source: Source) -> None:
    text = source.text
    if "\0" in text:
        at = text.index("\0")
        raise NixSyntaxError(error("CB022", "file contains a NUL byte", Span(source, at, at + 1), help="is this a text file?"))
    if text.startswith("\ufeff"):
        hint = "save the file as UTF-8 without byte order mark"
        raise NixSyntaxError(
            error("CB023", "file begins with a byte order mark, which Nix does not accept", Span(source, 0, 1), help=hint)
        )


def _parse(source: Source, pipe_operators: bool, scope: Iterable[str]) -> File:
    builder = Builder(source)
    expr = _run(builder, tokens(source, pipe_operators=pipe_operators))
    if expr is None:
        from clanback.nix.syntax_errors import find_errors  # only who errs waits for it

        raise NixSyntaxError(*find_errors(source, pipe_operators=pipe_operators))
    errors = builder.errors
    builder.names.check(source, scope, errors)
    if errors:
        errors.sort(key=lambda e: e.span.start if e.span else 0)
        raise NixSyntaxError(*errors)
    return File(0, len(source.text), expr, source)


def _run(builder: Builder, stream: Iterator[tuple[int, Any]]) -> Expr | None:
    """The expression that the tokens make, or None if they make none.

    `rows` and `values` are the parser's stack: the rows of the states it is in, and what their symbols stand for. The top
    of `rows` is kept in `row`.
    """
    table = STATES
    rules: list[tuple[int, Any, int]] = [
        (length, getattr(builder, method or "", None), symbol) for method, length, symbol in RULES
    ]
    count = len(table)
    row = table[0]
    rows: list[dict[int, int]] = [row]
    values: list[Any] = []
    push = values.append
    pop = values.pop
    for kind, value in stream:
        action = row.get(kind, ACCEPT)
        while action < 0:
            # Reduce, and again when what was made is all that can be there.
            while action < 0:
                length, method, symbol = rules[-1 - action]
                if length == 1:
                    values[-1] = method(values[-1])
                    del rows[-1:]
                elif length == 2:
                    last = pop()
                    values[-1] = method(values[-1], last)
                    del rows[-2:]
                elif length == 3:
                    last = pop()
                    middle = pop()
                    values[-1] = method(values[-1], middle, last)
                    del rows[-3:]
                elif length:
                    values[-length:] = (method(*values[-length:]),)
                    del rows[-length:]
                else:
                    push(method())
                action = rows[-1][symbol]
                if action < 0:
                    rows.append(row)  # stands for the state that is not entered
            row = table[action]
            rows.append(row)
            action = row.get(kind, ACCEPT)
        if action < count:
            row = table[action]
            rows.append(row)
            push(value)
        elif action < ACCEPT:
            push(value)
            rows.append(row)
            action = count - 1 - action
            while action < 0:
                length, method, symbol = rules[-1 - action]
                if length == 1:
                    values[-1] = method(values[-1])
                    del rows[-1:]
                elif length == 2:
                    last = pop()
                    values[-1] = method(values[-1], last)
                    del rows[-2:]
                elif length == 3:
                    last = pop()
                    middle = pop()
                    values[-1] = method(values[-1], middle, last)
                    del rows[-3:]
                else:
                    values[-length:] = (method(*values[-length:]),)
                    del rows[-length:]
                action = rows[-1][symbol]
                if action < 0:
                    rows.append(row)
            row = table[action]
            rows.append(row)
        elif kind:
            return None
        else:
            return values[0] if row.get(0) == ACCEPT else None
    return None

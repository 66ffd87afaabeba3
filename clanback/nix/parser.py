"""Drives the LALR(1) tables made from `grammar/nix.lark`; nothing here imports Lark."""

from __future__ import annotations

import gc
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from clanback.diagnostics import Source, Span, error
from clanback.nix._tables import ACTIONS, FINAL, GOTOS, RULES, START
from clanback.nix.ast import File
from clanback.nix.builder import Builder
from clanback.nix.errors import NixSyntaxError
from clanback.nix.lexer import KIND, TERMINALS, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

_OPERATORS = {KIND[o]: o for o in "-> || && == != < > <= >= // ! + - * / ++ |> <|".split()}


def parse(text: str, name: str = "<string>", *, scope: Iterable[str] = ()) -> File:
    """The syntax tree of a text; `name` is what diagnostics call it, `scope` holds names that are defined around it."""
    return parse_source(Source(name, text), scope=scope)


def parse_file(path: str | FilePath) -> File:
    """The syntax tree of a file."""
    text = FilePath(path).read_text(encoding="utf-8")
    return parse_source(Source(str(path), text, str(path)))


def parse_source(source: Source, *, pipe_operators: bool = False, scope: Iterable[str] = ()) -> File:
    """The syntax tree of a source. Raises `NixSyntaxError`."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _parse(source, pipe_operators, scope)
    finally:
        if collecting:
            gc.enable()


def _parse(source: Source, pipe_operators: bool, scope: Iterable[str]) -> File:
    builder = Builder(source)
    methods = [getattr(builder, name) if name else None for name, _, _ in RULES]
    states = [START]
    values: list[Any] = []
    for kind, value in tokens(source, pipe_operators=pipe_operators):
        if kind in _OPERATORS:
            value = (value, _OPERATORS[kind])
        while True:
            action = ACTIONS[states[-1]].get(kind)
            if action is None:
                _syntax_error(source, kind, value, states[-1])
            if action >= 0:
                states.append(action)
                values.append(value)
                break
            rule = -1 - action
            _, length, nonterminal = RULES[rule]
            method = methods[rule]
            if length:
                if method is not None:
                    values[-length:] = (method(*values[-length:]),)
                del states[-length:]
            else:
                assert method is not None
                values.append(method())
            states.append(GOTOS[states[-1]][nonterminal])
            if states[-1] == FINAL and kind == 0:
                break
    errors = builder.errors
    builder.names.check(source, scope, errors)
    if errors:
        errors.sort(key=lambda e: e.span.start if e.span else 0)
        raise NixSyntaxError(*errors)
    return File(0, len(source.text), values[-1], source)


def _syntax_error(source: Source, kind: int, value: Any, state: int) -> None:
    offset = value if isinstance(value, int) else value[0] if isinstance(value, tuple) else getattr(value, "start", 0)
    expected = ", ".join(f"`{TERMINALS[k]}`" for k in sorted(ACTIONS[state]))
    raise NixSyntaxError(error("CB001", f"unexpected {TERMINALS[kind]}, expected one of {expected}", Span(source, offset, offset + 1)))

# ruff: noqa: D102  # each method builds the node of the rule it is named after; the grammar documents them
"""Builds the syntax tree: one method for each `-> name` of the grammar, called as soon as the parser has seen the rule's end.

Arguments are the values of the rule's symbols: leaves and nodes, lists of them, offsets for punctuation (of closing
quotes and the like, the offset behind them).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.ast import (
    Apply,
    Assert,
    AttrSet,
    Binary,
    Binding,
    DynamicName,
    Expr,
    Formal,
    HasAttr,
    If,
    Inherit,
    Lambda,
    LegacyLet,
    Let,
    List,
    Path,
    Select,
    StaticName,
    String,
    Unary,
    Uri,
    Var,
    With,
)
from clanback.nix.desugar import Desugarer
from clanback.nix.errors import SyntaxErrors
from clanback.nix.lexer import INDENTED_OPEN_SPACE, INDENTED_TEXT
from clanback.nix.scope import Scopes
from clanback.nix.strings import strip_indentation

if TYPE_CHECKING:
    from clanback.diagnostics import Source
    from clanback.nix.ast import AttrName

_LONG_OPERATORS = frozenset({"->", "||", "&&", "==", "!=", "<=", ">=", "//", "++", "|>", "<|"})

_INDENTED_ESCAPES = frozenset({"''$", "'''", "''\\"})

_Bindings = list[Binding | Inherit]
_Formals = tuple[int, list[Formal], bool]


class Builder:
    """Makes the nodes of one file, and remembers what `scope` and `desugar` must check."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.errors = SyntaxErrors()
        self.names = Scopes()
        self.desugar = Desugarer(source, self.names, self.errors)
        self.variables = self.names.variables
        self.scopes = self.names.nodes

    # Lists of things

    def none(self) -> list[Any]:
        return []

    def one(self, item: Any) -> list[Any]:
        return [item]

    def two(self, first: Any, second: Any) -> list[Any]:
        return [first, second]

    def more(self, items: list[Any], item: Any) -> list[Any]:
        items.append(item)
        return items

    def more_separated(self, items: list[Any], _separator: int, item: Any) -> list[Any]:
        items.append(item)
        return items

    # Functions and what extends as far to the right as it can

    def lambda_simple(self, name: StaticName, _colon: int, body: Expr) -> Expr:
        return self._lambda(Lambda(name.start, body.end, name.name, None, False, body))

    def lambda_formals(self, formals: _Formals, _colon: int, body: Expr) -> Expr:
        return self._lambda(Lambda(formals[0], body.end, None, tuple(formals[1]), formals[2], body))

    def lambda_formals_first(self, formals: _Formals, _at: int, name: StaticName, _colon: int, body: Expr) -> Expr:
        return self._lambda(Lambda(formals[0], body.end, name.name, tuple(formals[1]), formals[2], body, False), name)

    def lambda_name_first(self, name: StaticName, _at: int, formals: _Formals, _colon: int, body: Expr) -> Expr:
        return self._lambda(Lambda(name.start, body.end, name.name, tuple(formals[1]), formals[2], body), name)

    def _lambda(self, node: Lambda, name: StaticName | None = None) -> Lambda:
        if node.formals:
            self.desugar.check_formals(node, name)
        self.scopes.append(node)
        return node

    def formals_none(self, start: int, _end: int) -> _Formals:
        return start, [], False

    def formals_any(self, start: int, _ellipsis: int, _end: int) -> _Formals:
        return start, [], True

    def formals_exact(self, start: int, formals: list[Formal], _end: int) -> _Formals:
        return start, formals, False

    def formals_trailing(self, start: int, formals: list[Formal], _comma: int, _end: int) -> _Formals:
        return start, formals, False

    def formals_open(self, start: int, formals: list[Formal], _comma: int, _ellipsis: int, _end: int) -> _Formals:
        return start, formals, True

    def formal(self, name: StaticName) -> Formal:
        return Formal(name.start, name.end, name.name, None)

    def formal_default(self, name: StaticName, _question: int, default: Expr) -> Formal:
        return Formal(name.start, default.end, name.name, default)

    def assertion(self, start: int, condition: Expr, _semicolon: int, body: Expr) -> Expr:
        return Assert(start, body.end, condition, body)

    def with_(self, start: int, scope: Expr, _semicolon: int, body: Expr) -> Expr:
        node = With(start, body.end, scope, body)
        self.scopes.append(node)
        return node

    def let_empty(self, start: int, _in: int, body: Expr) -> Expr:
        return Let(start, body.end, (), {}, body)

    def let(self, start: int, bindings: _Bindings, _in: int, body: Expr) -> Expr:
        node = Let(start, body.end, tuple(bindings), {}, body)
        self.desugar.fill(node, bindings)
        self.scopes.append(node)
        return node

    def if_(self, start: int, condition: Expr, _then: int, consequence: Expr, _else: int, alternative: Expr) -> Expr:
        return If(start, alternative.end, condition, consequence, alternative)

    # Operators

    def binary(self, left: Expr, at: int, right: Expr) -> Expr:
        operator = self.source.text[at : at + 2]
        if operator not in _LONG_OPERATORS:
            operator = operator[0]
        return Binary(left.start, right.end, operator, left, right, at)

    def unary(self, at: int, operand: Expr) -> Expr:
        return Unary(at, operand.end, self.source.text[at], operand)

    def has_attr(self, subject: Expr, _question: Any, path: list[AttrName]) -> Expr:
        return HasAttr(subject.start, path[-1].end, subject, tuple(path))

    # Application and selection

    def apply(self, function: Expr, arguments: list[Expr]) -> Expr:
        end = arguments[-1].end
        if type(function) is Apply:  # as Nix does: `(f a) b` is `f a b`
            return Apply(function.start, end, function.function, (*function.arguments, *arguments))
        return Apply(function.start, end, function, tuple(arguments))

    def apply_or(self, function: Expr, start: int) -> Expr:
        argument = Var(start, start + 2, "or")
        self.variables.append(argument)
        return Apply(function.start, start + 2, function, (argument,))

    def select(self, subject: Expr, _dot: int, path: list[AttrName]) -> Expr:
        return Select(subject.start, path[-1].end, subject, tuple(path), None)

    def select_or(self, subject: Expr, _dot: int, path: list[AttrName], _or: int, default: Expr) -> Expr:
        return Select(subject.start, default.end, subject, tuple(path), default)

    def variable(self, name: StaticName) -> Expr:
        node = Var(name.start, name.end, name.name)
        self.variables.append(node)
        return node

    def parentheses(self, start: int, inner: Expr, end: int) -> Expr:
        inner.start = start
        inner.end = end + 1
        return inner

    def list_empty(self, start: int, end: int) -> Expr:
        return List(start, end + 1, ())

    def list_(self, start: int, items: list[Expr], end: int) -> Expr:
        return List(start, end + 1, tuple(items))

    # Attribute sets

    def attrset_empty(self, start: int, end: int) -> Expr:
        return AttrSet(start, end + 1, False, (), {})

    def attrset(self, start: int, bindings: _Bindings, end: int) -> AttrSet:
        node = AttrSet(start, end + 1, False, tuple(bindings), {})
        self.desugar.fill(node, bindings)
        return node

    def rec_empty(self, start: int, _brace: int, end: int) -> Expr:
        return AttrSet(start, end + 1, True, (), {})

    def rec(self, start: int, _brace: int, bindings: _Bindings, end: int) -> AttrSet:
        node = AttrSet(start, end + 1, True, tuple(bindings), {})
        self.desugar.fill(node, bindings)
        self.scopes.append(node)
        return node

    def legacy_let_empty(self, start: int, brace: int, end: int) -> Expr:
        return LegacyLet(start, end + 1, AttrSet(brace, end + 1, True, (), {}))

    def legacy_let(self, start: int, brace: int, bindings: _Bindings, end: int) -> Expr:
        return LegacyLet(start, end + 1, self.rec(brace, brace, bindings, end))

    def binding(self, path: list[AttrName], _assign: int, value: Expr, semicolon: int) -> Binding:
        return Binding(path[0].start, semicolon + 1, tuple(path), value)

    def inherit(self, start: int, names: list[AttrName], semicolon: int) -> Inherit:
        return Inherit(start, semicolon + 1, None, self.desugar.static_names(names))

    def inherit_from(self, start: int, _open: int, source: Expr, _close: int, names: list[AttrName], semicolon: int) -> Inherit:
        return Inherit(start, semicolon + 1, source, self.desugar.static_names(names))

    def attr_or(self, start: int) -> AttrName:
        return StaticName(start, start + 2, "or")

    def attr_string(self, string: String) -> AttrName:
        return self._name(string.start, string.end, string)

    def attr_dynamic(self, start: int, expr: Expr, end: int) -> AttrName:
        return self._name(start, end + 1, expr)

    def _name(self, start: int, end: int, expr: Expr) -> AttrName:
        if type(expr) is String:
            parts = expr.parts
            if not parts:
                return StaticName(start, end, "")
            if len(parts) == 1 and isinstance(parts[0], str) and (not expr.indented or self._is_one_piece(expr)):
                return StaticName(start, end, parts[0])
        elif type(expr) is Uri:
            return StaticName(start, end, expr.value)
        return DynamicName(start, end, expr)

    def _is_one_piece(self, string: String) -> bool:
        """Whether Nix keeps a `''` string as one: with an escape in it, it counts as computed, and so as a dynamic name."""
        text = self.source.text
        opening = INDENTED_OPEN_SPACE.search(text, string.start)
        assert opening is not None
        piece = INDENTED_TEXT.match(text, opening.end())
        return (
            piece is not None
            and text.startswith("''", piece.end())
            and text[piece.end() : piece.end() + 3] not in _INDENTED_ESCAPES
        )

    # Strings and paths with interpolation

    def string_empty(self, start: int, end: int) -> Expr:
        return String(start, end, (), self.source.text[start] == "'")

    def string(self, start: int, parts: list[str | Expr], end: int) -> Expr:
        return String(start, end, tuple(parts))

    def indented_string(self, start: int, parts: list[tuple[str, bool] | Expr], end: int) -> Expr:
        return String(start, end, strip_indentation(parts), True)

    def interpolation(self, _start: int, expr: Expr, _end: int) -> Expr:
        return expr

    def path(self, opening: tuple[int, str], parts: list[str | Expr], end: int) -> Expr:
        joined: list[str | Expr] = [opening[1]]
        for part in parts:
            if isinstance(part, str) and isinstance(joined[-1], str):
                joined[-1] += part
            else:
                joined.append(part)
        return Path(opening[0], end, tuple(joined))

"""`inventory.json`, which clan's own tools write: read like a module, with the places of its names and values.

JSON is read by a parser of our own because errors must point at lines and columns; it accepts exactly JSON (RFC 8259).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from clanback.diagnostics import DiagnosticError, Source, Span, error
from clanback.modules.definition import Definition
from clanback.nix import ast
from clanback.nix.values import Attrs

if TYPE_CHECKING:
    from clanback.inventory.loading import ClanConfig

_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_STRING = re.compile(r'"((?:[^"\\\x00-\x1f]|\\.)*)"', re.DOTALL)
_ESCAPE = re.compile(r"\\(u([0-9a-fA-F]{4})|.)", re.DOTALL)
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_DEEPEST = 100


def read_inventory_json(config: ClanConfig) -> Definition | None:
    """The module `{ inventory = … }` of the file; None if it cannot be used, which is reported."""
    paths = config.evaluator.paths
    path = f"{config.directory}/inventory.json"
    try:
        source = Source("inventory.json", paths.text(path), path)
        value, expr = _Reader(source).document()
    except DiagnosticError as problem:
        config.found.extend(problem.diagnostics)
        return None
    if not isinstance(value, Attrs):
        config.report(
            error("CB223", "inventory.json must hold an object", Span(source, expr.start, expr.end), help="write `{ … }`")
        )
        return None
    attribute = ast.Attribute("inventory", expr.start, expr.start, expr)
    return Definition(Attrs({"inventory": value}, positions={"inventory": (source, attribute)}), source, None, expr, file=path)


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.at = 0

    def document(self) -> tuple[Any, ast.Expr]:
        value = self.value(0)
        self._space()
        if self.at < len(self.text):
            raise self._wrong("expected the end of the file")
        return value

    def value(self, depth: int) -> tuple[Any, ast.Expr]:
        self._space()
        start = self.at
        if depth > _DEEPEST:
            raise self._wrong(f"nested more than {_DEEPEST} deep")
        first = self.text[start : start + 1]
        if first == "{":
            return self._object(depth)
        if first == "[":
            return self._array(depth)
        if first == '"':
            return self._string(), ast.Var(start, self.at, "string")
        for word, constant in (("true", True), ("false", False), ("null", None)):
            if self.text.startswith(word, start):
                self.at += len(word)
                return constant, ast.Var(start, self.at, word)
        number = _NUMBER.match(self.text, start)
        if number is None:
            raise self._wrong("expected a value")
        self.at = number.end()
        text = number.group()
        whole = number.group(1) is None and number.group(2) is None
        if whole and len(text) > 20:
            raise self._wrong("the number is too large")
        return int(text) if whole else float(text), ast.Var(start, self.at, "number")

    def _object(self, depth: int) -> tuple[Any, ast.Expr]:
        start = self.at
        values: dict[str, Any] = {}
        positions: dict[str, Any] = {}
        self.at += 1
        self._space()
        if not self._taken("}"):
            while True:
                self._space()
                name_start = self.at
                if self.text[self.at : self.at + 1] != '"':
                    raise self._wrong("expected a name in quotes")
                name = self._string()
                name_end = self.at
                self._space()
                if not self._taken(":"):
                    raise self._wrong("expected ':'")
                values[name], expr = self.value(depth + 1)
                positions[name] = (self.source, ast.Attribute(name, name_start, name_end, expr))
                self._space()
                if self._taken("}"):
                    break
                if not self._taken(","):
                    raise self._wrong("expected ',' or '}'")
        return Attrs(values, positions=positions), ast.Var(start, self.at, "object")

    def _array(self, depth: int) -> tuple[Any, ast.Expr]:
        start = self.at
        values: list[Any] = []
        items: list[ast.Expr] = []
        self.at += 1
        self._space()
        if not self._taken("]"):
            while True:
                value, expr = self.value(depth + 1)
                values.append(value)
                items.append(expr)
                self._space()
                if self._taken("]"):
                    break
                if not self._taken(","):
                    raise self._wrong("expected ',' or ']'")
        return tuple(values), ast.List(start, self.at, tuple(items))

    def _string(self) -> str:
        match = _STRING.match(self.text, self.at)
        if match is None:
            raise self._wrong("a string is not closed, or holds a control character")
        self.at = match.end()
        text = match.group(1)
        if "\\" not in text:
            return text
        unescaped = _ESCAPE.sub(self._escape, text)
        return unescaped.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def _escape(self, match: re.Match[str]) -> str:
        if match.group(2) is not None:
            return chr(int(match.group(2), 16))
        plain = _ESCAPES.get(match.group(1))
        if plain is None:
            raise self._wrong(f"no such escape: \\{match.group(1)}")
        return plain

    def _space(self) -> None:
        match = _SPACE.match(self.text, self.at)
        if match is not None:
            self.at = match.end()

    def _taken(self, character: str) -> bool:
        if self.text.startswith(character, self.at):
            self.at += 1
            return True
        return False

    def _wrong(self, what: str) -> DiagnosticError:
        end = min(self.at + 1, len(self.text))
        hint = "correct it: names and strings are in double quotes, and the last element has no comma"
        return DiagnosticError(error("CB223", f"inventory.json is not JSON: {what}", Span(self.source, self.at, end), help=hint))

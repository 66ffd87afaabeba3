"""Values as Nix source: literals that real Nix reads back as exactly the same value."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Any

from clanback.nix.errors import EvalError
from clanback.nix.runtime import INT_MIN, force
from clanback.nix.values import Attrs, PathValue, Unknown, type_name

if TYPE_CHECKING:
    from clanback.nix.values import Value

KEYWORDS = frozenset({"assert", "else", "if", "in", "inherit", "let", "or", "rec", "then", "with"})
_START = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_LATER = _START | frozenset("0123456789'-")


def to_nix(value: Any, *, indent: int = 0, unknown_as_source: bool = False) -> str:
    """Source text of a value, which is forced deeply on the way; lines after the first are indented by `indent` spaces.

    Sets come sorted by name. Paths, functions, strings with a NUL and (unless `unknown_as_source`) unknown values have no
    literal: `EvalError` CB140. With `unknown_as_source` an unknown value is its source text, in parentheses where it must be.
    """
    return _Writer(unknown_as_source).text(value, indent, nested=False)


def string(text: str) -> str:
    """A string literal in double quotes. Only `\\n`, `\\r` and `\\t` have escapes in Nix; other control characters stand for
    themselves.
    """
    if "\0" in text:
        raise EvalError("CB140", "a string with a NUL character cannot be written in Nix")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("${", "\\${")
    escaped = escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return f'"{escaped}"'


def attribute_name(name: str) -> str:
    """A name as it stands before `=`: quoted when it is no identifier."""
    if name and name[0] in _START and _LATER.issuperset(name) and name not in KEYWORDS:
        return name
    return string(name)


def number(value: float) -> str:
    """A number, negative ones without parentheses (but for the smallest integer, which only a subtraction can say)."""
    if type(value) is int:
        return "(-9223372036854775807 - 1)" if value == INT_MIN else str(value)
    if not math.isfinite(value):
        raise EvalError("CB140", f"the number {value} cannot be written in Nix")
    if value == 0 and math.copysign(1.0, value) < 0:
        return "(-1 * 0.0)"
    if abs(value) < sys.float_info.min and value != 0:
        return f"({number(value * 2.0**60)} / {number(2.0**60)})"  # Nix refuses literals that are not normalised; this is exact
    text = repr(value)
    mantissa, exponent_mark, exponent = text.partition("e")
    if "." not in mantissa:
        mantissa += ".0"
    return mantissa + exponent_mark + exponent


class _Writer:
    def __init__(self, unknown_as_source: bool) -> None:
        self.unknown_as_source = unknown_as_source

    def text(self, x: Any, indent: int, *, nested: bool) -> str:
        """`nested`: as an element of a list, where an application or a negative number needs parentheses."""
        value: Value = force(x)
        if value is None:
            return "null"
        if value is True:
            return "true"
        if value is False:
            return "false"
        if type(value) is int or type(value) is float:
            written = number(value)
            return f"({written})" if nested and written.startswith("-") else written
        if isinstance(value, str):
            return string(str.__str__(value))
        if type(value) is tuple:
            return self._list(value, indent)
        if isinstance(value, Attrs):
            return self._set(value, indent)
        if type(value) is Unknown:
            if not self.unknown_as_source:
                raise EvalError(
                    "CB140", f"'{value.text}' is not known, so it cannot be written", value.span, notes=(value.reason,)
                )
            return f"({value.text})" if nested and not _simple(value.text) else value.text
        if type(value) is PathValue:
            raise EvalError("CB140", f"the path {value.path} cannot be written here: it would mean another file")
        raise EvalError("CB140", f"{type_name(value)} cannot be written as Nix source")

    def _list(self, items: tuple[Any, ...], indent: int) -> str:
        if not items:
            return "[ ]"
        inner = " " * (indent + 2)
        lines = [f"{inner}{self.text(item, indent + 2, nested=True)}\n" for item in items]
        return "[\n" + "".join(lines) + " " * indent + "]"

    def _set(self, attributes: Attrs, indent: int) -> str:
        if not attributes:
            return "{ }"
        inner = " " * (indent + 2)
        lines = [
            f"{inner}{attribute_name(name)} = {self.text(attributes[name], indent + 2, nested=False)};\n"
            for name in sorted(attributes)
        ]
        return "{\n" + "".join(lines) + " " * indent + "}"


def _simple(text: str) -> bool:
    """Whether a piece of source can be an element of a list as it is: a name or a selection."""
    return all(part and part[0] in _START and _LATER.issuperset(part) and part not in KEYWORDS for part in text.split("."))

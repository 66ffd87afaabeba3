"""What Nix expressions evaluate to, in Python.

| Nix            | Python                                                                               |
|----------------|--------------------------------------------------------------------------------------|
| null, booleans | `None`, `True`, `False` (test with `is`; `True == 1` in Python, never in Nix)         |
| integer, float | `int` (64 bits, checked by the operators), `float`                                   |
| string         | `str`; with a context, its subclass `ContextString`                                  |
| path           | `PathValue`                                                                          |
| list           | `tuple` of values or thunks                                                          |
| attribute set  | `Attrs`, a `dict` from names to values or thunks, in no promised order (sort to show) |
| function       | `Closure` (from a lambda), `Builtin` (native, curried); a set with `__functor`        |
| not knowable   | `Unknown`                                                                            |

A *thunk* is a Python `list` `[code, environment]`, and once forced `[None, value]`; nothing else is ever a `list`. Whoever takes
something out of a tuple or an `Attrs` forces it with `Evaluator.force`.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from clanback.diagnostics import Source, Span
    from clanback.nix import ast


class ContextString(str):
    """A string that refers to store paths: `context` holds one text each, as Nix encodes them.

    That is `/nix/store/…`, `!out!….drv` or `=….drv`.
    """

    __slots__ = ("context",)

    context: frozenset[str]

    def __new__(cls, text: str, context: frozenset[str]) -> ContextString:  # noqa: PYI034 - never subclassed
        """`text` with `context`."""
        made = super().__new__(cls, text)
        made.context = context
        return made


class PathValue:
    """An absolute, normalised path (as Nix' `canonPath`: no `.`, `..`, doubled or trailing slashes)."""

    __slots__ = ("path",)

    def __init__(self, path: str) -> None:
        self.path = path

    def __repr__(self) -> str:
        return f"PathValue({self.path!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PathValue) and other.path == self.path

    def __hash__(self) -> int:
        return hash(self.path)


class Attrs(dict[str, Any]):
    """An attribute set. `positions[name]` is `(source, attribute)`, the place that defined the name, where one is known.

    `attribute` is the `ast.Attribute` (or `ast.DynamicAttribute`), so that both the name's span and the value's span can
    be had. Never change one after it has become a value: they are shared.
    """

    __slots__ = ("positions",)

    def __init__(
        self, *args: Any, positions: Mapping[str, tuple[Source, ast.Attribute | ast.DynamicAttribute]] | None = None
    ) -> None:
        super().__init__(*args)
        self.positions = positions

    __hash__ = None

    def name_span(self, name: str) -> Span | None:
        """Where `name` is written in the definition that won, or None."""
        from clanback.diagnostics import Span

        if self.positions is None or name not in self.positions:
            return None
        source, attribute = self.positions[name]
        return Span(source, attribute.name_start, attribute.name_end)

    def value_span(self, name: str) -> Span | None:
        """Where the value of `name` is written, or None."""
        from clanback.diagnostics import Span

        if self.positions is None or name not in self.positions:
            return None
        source, attribute = self.positions[name]
        return Span(source, attribute.expr.start, attribute.expr.end)


class OpenAttrs(Attrs):
    """An attribute set of which only some names are known here, such as `lib`: a missing name is unknown, never an error.

    `text` is the source text that means the set (`lib.strings`), `reason` why a further name is not known, with `{name}`
    in place of the name. Select, `?`, `or` and `with` ask `unknown(name)` on a miss; `//` with one gives one.
    """

    __slots__ = ("reason", "text")

    def __init__(self, *args: Any, text: str, reason: str) -> None:
        super().__init__(*args)
        self.text = text
        self.reason = reason

    def unknown(self, name: str, span: Span | None = None) -> Unknown:
        """What `self.name` is when `name` is not among the known names."""
        return Unknown(f"{self.text}.{name}", self.reason.replace("{name}", f"{self.text}.{name}"), span)


class Closure:
    """A function written in Nix: its node, the environment it closes over, and the source both are from.

    To call one, use `Evaluator.call`. Inside: `code(frame)` evaluates the body in the frame that `enter(closure, argument)`
    builds (None: `[environment, argument]`); `curried([environment, a, b])`, where there is one, takes two arguments at once.
    """

    __slots__ = ("code", "curried", "enter", "environment", "node", "source")

    def __init__(
        self, node: ast.Lambda, code: Any, environment: Any, source: Source, enter: Any = None, curried: Any = None
    ) -> None:
        self.node = node
        self.code = code
        self.environment = environment
        self.source = source
        self.enter = enter
        self.curried = curried


class Builtin:
    """A native function of `arity` arguments, `arguments` of which are already there.

    `call(evaluator, *arguments)` gets all arguments unforced and returns a value or a thunk.
    """

    __slots__ = ("arguments", "arity", "call", "name")

    def __init__(self, name: str, arity: int, call: Callable[..., Any], arguments: tuple[Any, ...] = ()) -> None:
        self.name = name
        self.arity = arity
        self.call = call
        self.arguments = arguments


@attrs.frozen(eq=False)
class Unknown:
    """A value that only Nix can know: `text` is its source (`config.networking.hostName`), `reason` why it is not known here."""

    text: str
    reason: str
    span: Span | None = None

    def __attrs_post_init__(self) -> None:
        if _MET:
            _MET[-1].append(self)


_MET: list[list[Unknown]] = []


@contextmanager
def unknowns_met() -> Iterator[list[Unknown]]:
    """Take down every unknown value that is made meanwhile."""
    found: list[Unknown] = []
    _MET.append(found)
    try:
        yield found
    finally:
        _MET.remove(found)


def made_up(name: str, cause: Unknown) -> Unknown:
    """What is unknown because a function `name` of `lib` met `cause`: its text cannot be taken for source."""
    return cause if is_made_up(cause) else Unknown(f"{name} … {cause.text}", cause.reason, cause.span)


def is_made_up(unknown: Unknown) -> bool:
    """Whether `made_up` made it."""
    return unknown.text.startswith("lib.") and " … " in unknown.text


Value: TypeAlias = Any
"""A forced value, as the table above says."""

Thunk: TypeAlias = list[Any]
"""`[code, environment]` or, forced, `[None, value]`."""


def whole(text: str) -> str:
    """A string in which halves of characters that have come together are characters again (strings of Nix are bytes)."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")
    return text


def type_name(value: Value) -> str:
    """What Nix calls the type of a forced value in messages: `an integer`, `a string`, `a set`, …"""
    match value:
        case None:
            return "null"
        case bool():
            return "a Boolean"
        case int():
            return "an integer"
        case float():
            return "a float"
        case str():
            return "a string"
        case PathValue():
            return "a path"
        case tuple():
            return "a list"
        case dict():
            return "a set"
        case Closure() | Builtin():
            return "a function"
        case Unknown():
            return "an unknown value"
    return "a value"

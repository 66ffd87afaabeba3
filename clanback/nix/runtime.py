"""What compiled code shares while it runs: forcing thunks, finding infinite recursion, giving errors their places.

A *frame* is a list `[parent frame, slot, …]`; *code* is a function from a frame to a forced value. A thunk `[code, frame]` has
the code `blackhole` while it is being forced: whoever forces it then depends on itself. When its evaluation fails the thunk is
put back as it was, because `builtins.tryEval` may have caught the error, and evaluating again must give the same error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from clanback.diagnostics import Span
from clanback.nix.builtins.coerce import UnknownEncountered
from clanback.nix.errors import EvalError, LimitError

if TYPE_CHECKING:
    from collections.abc import Callable

    from clanback.diagnostics import Source
    from clanback.nix.values import Attrs, Value

Frame: TypeAlias = list[Any]
Code: TypeAlias = "Callable[[Frame], Value]"

INT_MIN = -(1 << 63)
INT_MAX = (1 << 63) - 1

MISSING: Any = object()
"""Stands for an attribute that is not there, where None is a value."""


def blackhole(_: Frame) -> Value:
    """Code of a thunk that is being forced."""
    raise LimitError("CB191", "infinite recursion encountered", help="the value needs itself to be computed")


def force(x: Any) -> Value:
    """The value of a value or thunk."""
    if type(x) is list:
        code = x[0]
        if code is None:
            return x[1]
        x[0] = blackhole
        try:
            value = code(x[1])
        except BaseException:
            x[0] = code
            raise
        x[1] = value
        x[0] = None
        return value
    return x


def force_at(x: list[Any], source: Source, node: Any) -> Value:
    """The value of a thunk that is not forced yet, needed by `node`: an error without a place gets that one."""
    code = x[0]
    x[0] = blackhole
    try:
        value = code(x[1])
    except EvalError as error:
        x[0] = code
        error.locate(Span(source, node.start, node.end))
        raise
    except BaseException:
        x[0] = code
        raise
    x[1] = value
    x[0] = None
    return value


def native(function: Any) -> Value:
    """Code of a native thunk."""
    try:
        return force(function())
    except UnknownEncountered as met:
        return met.unknown


def noted(attributes: Attrs, name: str) -> Any:
    """An attribute whose error, if it has one, says which attribute it was."""
    x = attributes[name]
    if type(x) is not list or x[0] is None:
        return x

    def code(_: Any) -> Value:
        try:
            return force(x)
        except EvalError as error:
            span = attributes.name_span(name)
            if span is not None:
                error.locate(span)
            error.note(f"while evaluating the attribute '{name}'", span)
            raise

    return [code, None]

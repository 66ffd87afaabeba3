"""The arguments of the functions around an expression, as they were when it was evaluated.

Reads the frames that compiled code runs in (`environment`, `compiler_functions`): every `let`, `with`, `rec` set and function has
one, `[frame around, slot, …]`, and `x: y: body` has one for both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix import ast
from clanback.nix.values import Attrs, Closure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clanback.diagnostics import Source
    from clanback.nix.runtime import Frame


def frame_around(value: Any, expr: ast.Expr) -> Frame | None:
    """The frame in which `expr`, written out in a file, was evaluated to `value`, or None where that is no longer known.

    `value` may be an unforced thunk, a function, or a set of which at least one attribute has not been forced.
    """
    if type(value) is list:
        if value[0] is not None:
            return value[1] if _makes_thunk(expr) else None
        value = value[1]
    if isinstance(value, Closure):
        return value.environment if value.node is expr else None
    if isinstance(value, Attrs) and isinstance(expr, ast.AttrSet):
        for name, attribute in expr.attributes.items():
            found = value.get(name)
            if attribute.inherited is None and found is not None and _belongs(value, name, attribute):
                frame = frame_around(found, attribute.expr)
                if frame is not None:
                    return frame[0] if expr.recursive else frame
    return None


def delayed_call(thunk: Any, force: Callable[[Any], Any]) -> tuple[Source, ast.Expr, Frame] | None:
    """For an unforced thunk that applies a function, such as an attribute of `mapAttrs f set`: the function's body and frame.

    `force` gives the function's value. None for any other thunk, and when the body cannot be told: too few arguments, named
    ones, a native function.
    """
    if type(thunk) is not list or thunk[0] is None or not isinstance(thunk[1], tuple):
        return None
    match thunk[1]:
        case (function, tuple() as arguments):
            pass
        case _:
            return None
    function = force(function)
    if not isinstance(function, Closure) or function.node.formals is not None or not arguments:
        return None
    partial = function.enter is not None  # the second of two functions that share a frame
    node = function.node
    frame = [*function.environment, arguments[0]] if partial else [function.environment, arguments[0]]
    first = not partial
    for argument in arguments[1:]:
        inner = node.body
        if not isinstance(inner, ast.Lambda) or inner.formals is not None:
            return None
        shared = first and _are_one(node, inner)
        frame = [*frame, argument] if shared else [frame, argument]
        node, first = inner, not shared
    return function.source, node.body, frame


def arguments_around(frame: Frame, binders: Sequence[ast.Let | ast.AttrSet | ast.Lambda | ast.With]) -> dict[int, dict[str, Any]]:
    """For each function among `binders` (as `Ancestry.binders` gives them), by its index: its names, with values or thunks."""
    found: dict[int, dict[str, Any]] = {}
    seconds = _seconds(binders)
    here: Any = frame
    for index, binder in enumerate(binders):
        if not isinstance(here, list) or not here:
            break
        if isinstance(binder, ast.Lambda):
            names = [binder.param] if binder.param is not None else []
            names += [formal.name for formal in binder.formals or ()]
            found[index] = dict(zip(names, here[2:] if index in seconds else here[1:], strict=False))
            if index in seconds:
                continue
        here = here[0]
    return found


def _seconds(binders: Sequence[ast.Let | ast.AttrSet | ast.Lambda | ast.With]) -> set[int]:
    """Indexes of the functions that have their frame together with the function around them. Pairs form from the outside in."""
    found: set[int] = set()
    index = len(binders) - 1
    while index > 0:
        outer, inner = binders[index], binders[index - 1]
        if isinstance(outer, ast.Lambda) and isinstance(inner, ast.Lambda) and _are_one(outer, inner):
            found.add(index - 1)
            index -= 1
        index -= 1
    return found


def _are_one(outer: ast.Lambda, inner: ast.Lambda) -> bool:
    """Whether two functions share a frame."""
    return outer.body is inner and outer.formals is None and inner.formals is None and outer.param != inner.param


def _belongs(value: Attrs, name: str, attribute: ast.Attribute) -> bool:
    place = value.positions.get(name) if value.positions is not None else None
    return place is not None and place[1] is attribute


def _makes_thunk(expr: ast.Expr) -> bool:
    """Whether delaying the expression makes a thunk of its own, rather than passing on what a name already stands for."""
    return not isinstance(expr, ast.Var | ast.Lambda | ast.Int | ast.Float | ast.Uri)

"""Builtins on attribute sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.builtins.coerce import force_attrs, force_function, force_list, force_string_no_context, wrong_type
from clanback.nix.builtins.registry import builtin
from clanback.nix.errors import EvalError
from clanback.nix.runtime import MISSING, force
from clanback.nix.values import Attrs, Builtin, Closure, OpenAttrs, Unknown

if TYPE_CHECKING:
    from clanback.nix import ast
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value


@builtin("attrNames", 1)
def _attr_names(evaluator: Evaluator, attributes: Any) -> Value:
    return tuple(sorted(force_attrs(evaluator, attributes)))


@builtin("attrValues", 1)
def _attr_values(evaluator: Evaluator, attributes: Any) -> Value:
    found = force_attrs(evaluator, attributes)
    return tuple([found[name] for name in sorted(found)])


@builtin("hasAttr", 2)
def _has_attr(evaluator: Evaluator, name: Any, attributes: Any) -> Value:
    wanted = force_string_no_context(evaluator, name)
    found = force_attrs(evaluator, attributes)
    if wanted not in found and isinstance(found, OpenAttrs):
        value = found.unknown(wanted)
        return value if isinstance(value, Unknown) else True
    return wanted in found


@builtin("getAttr", 2)
def _get_attr(evaluator: Evaluator, name: Any, attributes: Any) -> Value:
    wanted = force_string_no_context(evaluator, name)
    return evaluator.select(force_attrs(evaluator, attributes), wanted)


@builtin("unsafeGetAttrPos", 2)
def _position(evaluator: Evaluator, name: Any, attributes: Any) -> Value:
    wanted = force_string_no_context(evaluator, name)
    found = force_attrs(evaluator, attributes)
    if wanted not in found or found.positions is None or wanted not in found.positions:
        return None
    source, attribute = found.positions[wanted]
    return evaluator.position_of(source, attribute.name_start)


@builtin("removeAttrs", 2)
def _remove_attrs(evaluator: Evaluator, attributes: Any, names: Any) -> Value:
    found = force_attrs(evaluator, attributes)
    gone = {force_string_no_context(evaluator, name) for name in force_list(evaluator, names)}
    if gone.isdisjoint(found):
        return found
    kept = {name: value for name, value in found.items() if name not in gone}
    places = {name: place for name, place in (found.positions or {}).items() if name not in gone}
    if isinstance(found, OpenAttrs):
        made = OpenAttrs(kept, text=found.text, reason=found.reason)
        made.positions = places
        return made
    return Attrs(kept, positions=places)


@builtin("intersectAttrs", 2)
def _intersect_attrs(evaluator: Evaluator, left: Any, right: Any) -> Value:
    a, b = force_attrs(evaluator, left), force_attrs(evaluator, right)
    kept = {name: b[name] for name in (b if len(b) < len(a) else a) if name in a and name in b}
    return Attrs(kept, positions={name: place for name, place in (b.positions or {}).items() if name in kept})


@builtin("catAttrs", 2)
def _cat_attrs(evaluator: Evaluator, name: Any, sets: Any) -> Value:
    wanted = force_string_no_context(evaluator, name)
    found = [force_attrs(evaluator, x) for x in force_list(evaluator, sets)]
    return tuple([attributes[wanted] for attributes in found if wanted in attributes])


@builtin("listToAttrs", 1)
def _list_to_attrs(evaluator: Evaluator, items: Any) -> Value:
    made = Attrs()
    for item in force_list(evaluator, items):
        pair = force_attrs(evaluator, item)
        name = force_string_no_context(evaluator, evaluator.select(pair, "name"))
        if name in made:
            continue
        value = pair.get("value", MISSING)
        if value is MISSING:
            value = evaluator.select(pair, "value")
        made[name] = value
    return made


@builtin("mapAttrs", 2)
def _map_attrs(evaluator: Evaluator, function: Any, attributes: Any) -> Value:
    found = force_attrs(evaluator, attributes)
    delayed = evaluator._delayed_call
    return Attrs({name: [delayed, (function, (name, value))] for name, value in found.items()}, positions=found.positions)


@builtin("zipAttrsWith", 2)
def _zip_attrs_with(evaluator: Evaluator, function: Any, sets: Any) -> Value:
    groups: dict[str, list[Any]] = {}
    f = force_function(evaluator, function)
    for item in force_list(evaluator, sets):
        for name, value in force_attrs(evaluator, item).items():
            groups.setdefault(name, []).append(value)
    delayed = evaluator._delayed_call
    return Attrs({name: [delayed, (f, (name, tuple(values)))] for name, values in groups.items()})


@builtin("functionArgs", 1)
def _function_args(evaluator: Evaluator, function: Any) -> Value:
    f = force(function)
    if type(f) is Builtin:
        return Attrs()
    if type(f) is not Closure:
        if isinstance(f, Attrs) and "__functor" in f:
            raise EvalError("CB110", "'functionArgs' requires a function")
        raise wrong_type(f, "a function")
    formals = f.node.formals or ()
    places: Any = {formal.name: (f.source, _FormalPlace(formal)) for formal in formals}
    return Attrs({formal.name: formal.default is not None for formal in formals}, positions=places)


class _FormalPlace:
    """A formal where a position is asked for: it is defined where it is written in the function's head."""

    __slots__ = ("expr", "name_end", "name_start")

    def __init__(self, formal: ast.Formal) -> None:
        self.name_start = formal.start
        self.name_end = formal.start + len(formal.name)
        self.expr = formal.default if formal.default is not None else formal

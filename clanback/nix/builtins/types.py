"""Builtins that ask for the type of a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.builtins.coerce import force_known
from clanback.nix.builtins.registry import builtin, constant
from clanback.nix.values import Attrs, Builtin, Closure, PathValue

if TYPE_CHECKING:
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value

constant("true", True)
constant("false", False)
constant("null", None)


@builtin("typeOf", 1)
def _type_of(evaluator: Evaluator, x: Any) -> Value:
    match force_known(evaluator, x):
        case None:
            return "null"
        case bool():
            return "bool"
        case int():
            return "int"
        case float():
            return "float"
        case str():
            return "string"
        case PathValue():
            return "path"
        case tuple():
            return "list"
        case Attrs():
            return "set"
    return "lambda"


@builtin("isNull", 1)
def _is_null(evaluator: Evaluator, x: Any) -> Value:
    return force_known(evaluator, x) is None


@builtin("isBool", 1)
def _is_bool(evaluator: Evaluator, x: Any) -> Value:
    return type(force_known(evaluator, x)) is bool


@builtin("isInt", 1)
def _is_int(evaluator: Evaluator, x: Any) -> Value:
    return type(force_known(evaluator, x)) is int


@builtin("isFloat", 1)
def _is_float(evaluator: Evaluator, x: Any) -> Value:
    return type(force_known(evaluator, x)) is float


@builtin("isString", 1)
def _is_string(evaluator: Evaluator, x: Any) -> Value:
    return isinstance(force_known(evaluator, x), str)


@builtin("isPath", 1)
def _is_path(evaluator: Evaluator, x: Any) -> Value:
    return type(force_known(evaluator, x)) is PathValue


@builtin("isList", 1)
def _is_list(evaluator: Evaluator, x: Any) -> Value:
    return type(force_known(evaluator, x)) is tuple


@builtin("isAttrs", 1)
def _is_attrs(evaluator: Evaluator, x: Any) -> Value:
    return isinstance(force_known(evaluator, x), Attrs)


@builtin("isFunction", 1)
def _is_function(evaluator: Evaluator, x: Any) -> Value:
    return type(force_known(evaluator, x)) in (Closure, Builtin)

"""Builtins on numbers: arithmetic, comparison, bit operations, rounding."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from clanback.nix import operators
from clanback.nix.builtins.coerce import force_int, force_number
from clanback.nix.builtins.registry import builtin
from clanback.nix.errors import EvalError
from clanback.nix.runtime import INT_MAX, INT_MIN, force

if TYPE_CHECKING:
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value


@builtin("add", 2)
def _add(evaluator: Evaluator, a: Any, b: Any) -> Value:
    return operators.add_numbers(force(a), force(b))


@builtin("sub", 2)
def _sub(evaluator: Evaluator, a: Any, b: Any) -> Value:
    return operators.subtract(force(a), force(b))


@builtin("mul", 2)
def _mul(evaluator: Evaluator, a: Any, b: Any) -> Value:
    return operators.multiply(force(a), force(b))


@builtin("div", 2)
def _div(evaluator: Evaluator, a: Any, b: Any) -> Value:
    return operators.divide(force(a), force(b))


@builtin("lessThan", 2)
def _less_than(evaluator: Evaluator, a: Any, b: Any) -> Value:
    return operators.less_than(force(a), force(b))


@builtin("bitAnd", 2)
def _bit_and(evaluator: Evaluator, a: Any, b: Any) -> Value:
    return force_int(evaluator, a) & force_int(evaluator, b)


@builtin("bitOr", 2)
def _bit_or(evaluator: Evaluator, a: Any, b: Any) -> Value:
    return force_int(evaluator, a) | force_int(evaluator, b)


@builtin("bitXor", 2)
def _bit_xor(evaluator: Evaluator, a: Any, b: Any) -> Value:
    return force_int(evaluator, a) ^ force_int(evaluator, b)


def _whole(name: str, value: float, rounded: float) -> int:
    if not math.isfinite(rounded) or not INT_MIN <= rounded <= INT_MAX:
        raise EvalError("CB116", f"the result of '{name}' on {value:g} does not fit in an integer")
    return int(rounded)


@builtin("floor", 1)
def _floor(evaluator: Evaluator, x: Any) -> Value:
    value = force_number(evaluator, x)
    return value if type(value) is int else _whole("floor", value, math.floor(value) if math.isfinite(value) else value)


@builtin("ceil", 1)
def _ceil(evaluator: Evaluator, x: Any) -> Value:
    value = force_number(evaluator, x)
    return value if type(value) is int else _whole("ceil", value, math.ceil(value) if math.isfinite(value) else value)

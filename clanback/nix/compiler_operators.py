"""Compiling operators. The common cases (integers, plain strings) are decided here, all others by `operators`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from clanback.nix import ast, operators
from clanback.nix.builtins.coerce import UnknownEncountered
from clanback.nix.compiler import COMPILE, Compiler
from clanback.nix.errors import EvalError
from clanback.nix.limits import LARGE
from clanback.nix.runtime import INT_MAX, INT_MIN, Code, Frame
from clanback.nix.values import ContextString, PathValue, Unknown, whole

if TYPE_CHECKING:
    from clanback.nix.environment import Scope
    from clanback.nix.values import Value

_Apply: Any = ast.Apply
"""The constructor, which mypy does not see through `ast.node`."""


def _binary(compiler: Compiler, node: ast.Binary, scope: Scope) -> Code:
    operator = node.operator
    if operator in ("|>", "<|"):
        function, argument = (node.right, node.left) if operator == "|>" else (node.left, node.right)
        applied: ast.Apply = _Apply(node.start, node.end, function, (argument,))
        return compiler.compile(applied, scope)
    left = compiler.compile(node.left, scope)
    right = compiler.compile(node.right, scope)
    return _OPERATORS[operator](compiler, node, left, right)


def slowly(compiler: Compiler, node: ast.Binary | ast.Unary, operation: Callable[..., Value], *operands: Value) -> Value:
    """Run an operation of `operators`; an unknown operand makes the result unknown, an error gets the operator's place."""
    try:
        return operation(*operands)
    except UnknownEncountered as met:
        return compiler.unknown(node, met.unknown)
    except EvalError as error:
        error.locate(compiler.span(node))
        raise


_SUMMANDS = frozenset((int, float, str, ContextString, PathValue, Unknown))


def _add(compiler: Compiler, node: ast.Binary, left: Code, right: Code) -> Code:
    evaluator = compiler.evaluator

    def code(frame: Frame) -> Value:
        a = left(frame)
        if type(a) not in _SUMMANDS:
            # What cannot be a summand fails before anybody looks at the other one.
            slowly(compiler, node, operators.add, evaluator, a, "")
        b = right(frame)
        if type(a) is int and type(b) is int:
            total = a + b
            if INT_MIN <= total <= INT_MAX:
                return total
        elif type(a) is str and type(b) is str and len(a) < LARGE and len(b) < LARGE:
            return whole(a + b)
        return slowly(compiler, node, operators.add, evaluator, a, b)

    return code


def _subtract(compiler: Compiler, node: ast.Binary, left: Code, right: Code) -> Code:
    def code(frame: Frame) -> Value:
        a, b = left(frame), right(frame)
        if type(a) is int and type(b) is int:
            difference = a - b
            if INT_MIN <= difference <= INT_MAX:
                return difference
        return slowly(compiler, node, operators.subtract, a, b)

    return code


def _multiply(compiler: Compiler, node: ast.Binary, left: Code, right: Code) -> Code:
    def code(frame: Frame) -> Value:
        a, b = left(frame), right(frame)
        if type(a) is int and type(b) is int:
            product = a * b
            if INT_MIN <= product <= INT_MAX:
                return product
        return slowly(compiler, node, operators.multiply, a, b)

    return code


def _divide(compiler: Compiler, node: ast.Binary, left: Code, right: Code) -> Code:
    def code(frame: Frame) -> Value:
        a, b = left(frame), right(frame)
        if type(a) is int and type(b) is int and a >= 0 and b > 0:
            return a // b
        return slowly(compiler, node, operators.divide, a, b)

    return code


_SIMPLE = frozenset({int, str, bool, type(None)})


def _equal(compiler: Compiler, node: ast.Binary, left: Code, right: Code) -> Code:
    def code(frame: Frame) -> Value:
        a, b = left(frame), right(frame)
        if type(a) is type(b) and type(a) in _SIMPLE:
            return a == b
        return slowly(compiler, node, operators.equal_values, a, b)

    return code


def _not_equal(compiler: Compiler, node: ast.Binary, left: Code, right: Code) -> Code:
    def differ(a: Value, b: Value) -> bool:
        return not operators.equal_values(a, b)

    def code(frame: Frame) -> Value:
        a, b = left(frame), right(frame)
        if type(a) is type(b) and type(a) in _SIMPLE:
            return a != b
        return slowly(compiler, node, differ, a, b)

    return code


def _less(compiler: Compiler, node: ast.Binary, left: Code, right: Code) -> Code:
    def code(frame: Frame) -> Value:
        a, b = left(frame), right(frame)
        if type(a) is int and type(b) is int:
            return a < b
        return slowly(compiler, node, operators.less_than, a, b)

    return code


def _greater(compiler: Compiler, node: ast.Binary, left: Code, right: Code) -> Code:
    """`a > b` is `b < a`, the right operand evaluated first."""

    def code(frame: Frame) -> Value:
        b, a = right(frame), left(frame)
        if type(a) is int and type(b) is int:
            return a > b
        return slowly(compiler, node, operators.less_than, b, a)

    return code


def _less_equal(compiler: Compiler, node: ast.Binary, left: Code, right: Code) -> Code:
    """`a <= b` is `!(b < a)`."""

    def not_less(b: Value, a: Value) -> bool:
        return not operators.less_than(b, a)

    def code(frame: Frame) -> Value:
        b, a = right(frame), left(frame)
        if type(a) is int and type(b) is int:
            return a <= b
        return slowly(compiler, node, not_less, b, a)

    return code


def _greater_equal(compiler: Compiler, node: ast.Binary, left: Code, right: Code) -> Code:
    """`a >= b` is `!(a < b)`."""

    def not_less(a: Value, b: Value) -> bool:
        return not operators.less_than(a, b)

    def code(frame: Frame) -> Value:
        a, b = left(frame), right(frame)
        if type(a) is int and type(b) is int:
            return a >= b
        return slowly(compiler, node, not_less, a, b)

    return code


def _concatenate(compiler: Compiler, node: ast.Binary, left: Code, right: Code) -> Code:
    evaluator = compiler.evaluator

    def code(frame: Frame) -> Value:
        a, b = left(frame), right(frame)
        if type(a) is tuple and type(b) is tuple and len(a) < LARGE and len(b) < LARGE:
            return a + b
        return slowly(compiler, node, operators.concatenate, evaluator, a, b)

    return code


def _update(compiler: Compiler, node: ast.Binary, left: Code, right: Code) -> Code:
    evaluator = compiler.evaluator
    return lambda frame: slowly(compiler, node, operators.update, evaluator, left(frame), right(frame))


def _logical(compiler: Compiler, node: ast.Binary, left: Code, right: Code, *, goes_on: bool, decided: bool) -> Code:
    """An operator that needs its right side only when the left one is `goes_on`, and is `decided` otherwise."""
    stops = not goes_on

    def code(frame: Frame) -> Value:
        a = left(frame)
        if a is goes_on:
            b = right(frame)
            if b is True or b is False:
                return b
            return compiler.unknown(node, compiler.condition(b, node.right))
        if a is stops:
            return decided
        return compiler.unknown(node, compiler.condition(a, node.left))

    return code


def _unary(compiler: Compiler, node: ast.Unary, scope: Scope) -> Code:
    operand = compiler.compile(node.operand, scope)
    if node.operator == "-":
        if isinstance(node.operand, ast.Int):
            negative = -node.operand.value
            return lambda _: negative
        return lambda frame: slowly(compiler, node, operators.subtract, 0, operand(frame))

    def code(frame: Frame) -> Value:
        value = operand(frame)
        if value is True:
            return False
        if value is False:
            return True
        if type(value) is Unknown:
            return compiler.unknown(node, value)
        return compiler.unknown(node, compiler.condition(value, node.operand))

    return code


_OPERATORS: dict[str, Callable[[Compiler, ast.Binary, Code, Code], Code]] = {
    "&&": partial(_logical, goes_on=True, decided=False),
    "||": partial(_logical, goes_on=False, decided=True),
    "->": partial(_logical, goes_on=True, decided=True),
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    "==": _equal,
    "!=": _not_equal,
    "<": _less,
    ">": _greater,
    "<=": _less_equal,
    ">=": _greater_equal,
    "++": _concatenate,
    "//": _update,
}

COMPILE[ast.Binary] = _binary
COMPILE[ast.Unary] = _unary

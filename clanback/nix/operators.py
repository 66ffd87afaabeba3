"""What the operators mean for forced values: arithmetic, comparison, equality, joining. Errors as Nix words them, without a
place.

An unknown operand raises `UnknownEncountered`; the compiled operator turns it into an `Unknown`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.builtins.coerce import UnknownEncountered, wrong_type
from clanback.nix.errors import EvalError
from clanback.nix.limits import LARGE, SET_WEIGHT
from clanback.nix.runtime import INT_MAX, INT_MIN, force
from clanback.nix.values import Attrs, ContextString, OpenAttrs, PathValue, Unknown, type_name, whole

if TYPE_CHECKING:
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value


def check_known(*values: Value) -> None:
    """Raise `UnknownEncountered` for the first unknown one."""
    for value in values:
        if type(value) is Unknown:
            raise UnknownEncountered(value)


def _overflow(doing: str, left: int, sign: str, right: int) -> EvalError:
    return EvalError("CB116", f"integer overflow in {doing} {left} {sign} {right}")


def _number(value: Value, expected: str = "an integer") -> int | float:
    if type(value) is int or type(value) is float:
        return value
    raise wrong_type(value, expected)


def add_numbers(left: Value, right: Value) -> int | float:
    """`builtins.add`, and `+` of numbers."""
    check_known(left, right)
    either = "a float" if type(left) is float or type(right) is float else "an integer"
    total = _number(left, either) + _number(right, either)
    if type(total) is int and not INT_MIN <= total <= INT_MAX:
        raise _overflow("adding", left, "+", right)
    return total


def subtract(left: Value, right: Value) -> int | float:
    """`-`."""
    check_known(left, right)
    either = "a float" if type(left) is float or type(right) is float else "an integer"
    difference = _number(left, either) - _number(right, either)
    if type(difference) is int and not INT_MIN <= difference <= INT_MAX:
        raise _overflow("subtracting", left, "-", right)
    return difference


def multiply(left: Value, right: Value) -> int | float:
    """`*`."""
    check_known(left, right)
    either = "a float" if type(left) is float or type(right) is float else "an integer"
    product = _number(left, either) * _number(right, either)
    if type(product) is int and not INT_MIN <= product <= INT_MAX:
        raise _overflow("multiplying", left, "*", right)
    return product


def divide(left: Value, right: Value) -> int | float:
    """`/`: integers are cut towards zero."""
    check_known(left, right)
    divisor = _number(right, "a float")
    if divisor == 0:
        raise EvalError("CB116", "division by zero")
    either = "a float" if type(left) is float or type(right) is float else "an integer"
    dividend = _number(left, either)
    if type(dividend) is float or type(divisor) is float:
        return dividend / divisor
    assert isinstance(dividend, int)
    assert isinstance(divisor, int)
    quotient = abs(dividend) // abs(divisor)
    if (dividend < 0) != (divisor < 0):
        quotient = -quotient
    if quotient > INT_MAX:
        raise _overflow("dividing", dividend, "/", divisor)
    return quotient


def add(evaluator: Evaluator, left: Value, right: Value) -> Value:
    """`+` of any values: what it does is decided by the left one."""
    check_known(left, right)
    kind = type(left)
    if kind is int or kind is float:
        if type(right) is int or type(right) is float:
            return add_numbers(left, right)
        raise EvalError("CB117", f"cannot add {type_name(right)} to {'an integer' if kind is int else 'a float'}")
    if kind is PathValue:
        text = evaluator.coerce_to_string(right, copy_paths=False)
        if type(text) is ContextString and text.context:
            raise EvalError("CB132", "a string that refers to a store path cannot be appended to a path")
        return PathValue(evaluator.paths.canonical(left.path + text))
    copy = kind is str or kind is ContextString
    first = evaluator.coerce_to_string(left, copy_paths=copy)
    second = evaluator.coerce_to_string(right, copy_paths=copy)
    return join(evaluator, first, second)


def join(evaluator: Evaluator, first: str, second: str) -> str:
    """Two strings as one, with the contexts of both."""
    evaluator.count_string(len(first) + len(second))
    joined = whole(str.__add__(first, second))
    context = context_of(first) | context_of(second)
    return ContextString(joined, context) if context else joined


NO_CONTEXT: frozenset[str] = frozenset()


def context_of(text: str) -> frozenset[str]:
    """The store paths a string refers to."""
    return text.context if type(text) is ContextString else NO_CONTEXT


def concatenate(evaluator: Evaluator, left: Value, right: Value) -> tuple[Any, ...]:
    """`++`."""
    for value in (left, right):
        if type(value) is not tuple:
            check_known(left)
            raise wrong_type(value, "a list")
    evaluator.count_list(len(left) + len(right))
    return left + right  # type: ignore[no-any-return]


def update(evaluator: Evaluator, left: Value, right: Value) -> Attrs:
    """`//`: the right one wins, places included. With a partly known set on either side the result is one."""
    for value in (left, right):
        if not isinstance(value, Attrs):
            if evaluator.joins_unknown and (type(left) is Unknown or type(right) is Unknown):
                return _joined_with_unknown(left, right)
            check_known(left)
            raise wrong_type(value, "a set")
    if not right and not isinstance(right, OpenAttrs):
        return left  # type: ignore[no-any-return]
    if not left and not isinstance(left, OpenAttrs):
        return right  # type: ignore[no-any-return]
    opened = left if isinstance(left, OpenAttrs) else right if isinstance(right, OpenAttrs) else None
    made = Attrs(left) if opened is None else OpenAttrs(left, text=opened.text, reason=opened.reason)
    made.update(right)
    if len(made) >= LARGE:
        evaluator.count_copy(len(made) * SET_WEIGHT)
    made.positions = _joined_positions(left, right)
    return made


def _joined_with_unknown(left: Value, right: Value) -> Attrs:
    """What is known of a set joined with an unknown one; where nothing is, that."""
    known, unknown = (right, left) if type(left) is Unknown else (left, right)
    if not isinstance(known, Attrs):
        raise UnknownEncountered(unknown)
    made = OpenAttrs(known, text=unknown.text, reason=unknown.reason)
    made.positions = known.positions
    return made


def _joined_positions(left: Attrs, right: Attrs) -> Any:
    if not left.positions:
        return right.positions
    if right.positions is not None and len(right.positions) == len(right):
        return {**left.positions, **right.positions}
    if right.positions is None and left.keys().isdisjoint(right):
        return left.positions
    joined = {name: place for name, place in left.positions.items() if name not in right}
    joined.update(right.positions or {})
    return joined


def less_than(left: Value, right: Value) -> bool:
    """`<` of forced values: numbers, strings, paths, lists of these."""
    check_known(left, right)
    a, b = type(left), type(right)
    if (a is int or a is float) and (b is int or b is float):
        if a is not b:
            return float(left) < float(right)
        return left < right  # type: ignore[no-any-return]
    if isinstance(left, str) and isinstance(right, str):
        return str.__lt__(left, right)
    if a is PathValue and b is PathValue:
        return left.path < right.path  # type: ignore[no-any-return]
    if a is tuple and b is tuple:
        for x, y in zip(left, right, strict=False):
            if not equal(x, y):
                return less_than(force(x), force(y))
        return len(left) < len(right)
    if (a is b) or (isinstance(left, Attrs) and isinstance(right, Attrs)):
        raise EvalError(
            "CB117", f"cannot compare {type_name(left)} with {type_name(right)}; values of that type are incomparable"
        )
    raise EvalError("CB117", f"cannot compare {type_name(left)} with {type_name(right)}")


def equal(x: Any, y: Any) -> bool:
    """Equality of values or thunks that lie in lists or sets: the very same one is equal to itself, functions included."""
    if x is y:
        if type(x) is list:
            x = force(x)
        check_known(x)
        return True
    return equal_values(force(x), force(y))


def equal_values(left: Value, right: Value) -> bool:
    """`==` of forced values. Functions are never equal; derivations are when their `outPath` is."""
    check_known(left, right)
    a, b = type(left), type(right)
    if a is bool or b is bool or left is None or right is None:
        return left is right
    if (a is int or a is float) and (b is int or b is float):
        return left == right if a is b else float(left) == float(right)
    if isinstance(left, str):
        return isinstance(right, str) and str.__eq__(left, right)
    if a is PathValue:
        return b is PathValue and left.path == right.path
    if a is tuple:
        if b is not tuple or len(left) != len(right):
            return False
        for x, y in zip(left, right, strict=False):
            if not equal(x, y):
                return False
        return True
    if isinstance(left, Attrs):
        return isinstance(right, Attrs) and _equal_sets(left, right)
    return False  # a number against something else, or functions


def is_derivation(attributes: Attrs) -> bool:
    """Whether a set has `type = "derivation"`."""
    if "type" not in attributes:
        return False
    kind = force(attributes["type"])
    return isinstance(kind, str) and str.__eq__(kind, "derivation")


def _equal_sets(left: Attrs, right: Attrs) -> bool:
    if isinstance(left, OpenAttrs) or isinstance(right, OpenAttrs):
        opened = left if isinstance(left, OpenAttrs) else right
        assert isinstance(opened, OpenAttrs)
        raise UnknownEncountered(Unknown(opened.text, opened.reason.replace("{name}", opened.text)))
    if is_derivation(left) and is_derivation(right) and "outPath" in left and "outPath" in right:
        return equal(left["outPath"], right["outPath"])
    if len(left) != len(right):
        return False
    for name in left:
        if name not in right:
            return False
    for name in sorted(left):
        if not equal(left[name], right[name]):
            return False
    return True

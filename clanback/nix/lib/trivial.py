"""`lib.trivial`: small functions on anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.builtins.coerce import (
    force_attrs,
    force_bool,
    force_int,
    force_known,
    force_list,
    force_path,
    force_string,
)
from clanback.nix.builtins.registry import TABLE
from clanback.nix.errors import AssertionFailedError, EvalError, ThrowError
from clanback.nix.lib.family import Family
from clanback.nix.operators import update
from clanback.nix.runtime import INT_MAX, INT_MIN, force
from clanback.nix.values import Attrs, Builtin, Closure, Unknown

if TYPE_CHECKING:
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value

FAMILY = Family("trivial")
native, nix = FAMILY.native, FAMILY.nix


@native("id", 1)
def _id(evaluator: Evaluator, x: Any) -> Value:
    return x


@native("const", 2)
def _const(evaluator: Evaluator, x: Any, _: Any) -> Value:
    return x


@native("pipe", 2)
def _pipe(evaluator: Evaluator, value: Any, functions: Any) -> Value:
    result = value
    for function in force_list(evaluator, functions):
        result = evaluator.call(function, result)
    return result


@native("concat", 2)
def _concat(evaluator: Evaluator, left: Any, right: Any) -> Value:
    return force_list(evaluator, left) + force_list(evaluator, right)


@native("or", 2)
def _or(evaluator: Evaluator, left: Any, right: Any) -> Value:
    return force_bool(evaluator, left) or force_bool(evaluator, right)


@native("and", 2)
def _and(evaluator: Evaluator, left: Any, right: Any) -> Value:
    return force_bool(evaluator, left) and force_bool(evaluator, right)


@native("xor", 2)
def _xor(evaluator: Evaluator, left: Any, right: Any) -> Value:
    return force_bool(evaluator, left) is not force_bool(evaluator, right)


@native("bitNot", 1)
def _bit_not(evaluator: Evaluator, x: Any) -> Value:
    return -1 - force_int(evaluator, x)


@native("boolToString", 1)
def _bool_to_string(evaluator: Evaluator, x: Any) -> Value:
    return "true" if force_bool(evaluator, x) else "false"


@native("boolToYesNo", 1)
def _bool_to_yes_no(evaluator: Evaluator, x: Any) -> Value:
    return "yes" if force_bool(evaluator, x) else "no"


@native("mergeAttrs", 2)
def _merge_attrs(evaluator: Evaluator, left: Any, right: Any) -> Value:
    return update(evaluator, force_attrs(evaluator, left), force_attrs(evaluator, right))


@native("flip", 3)
def _flip(evaluator: Evaluator, function: Any, a: Any, b: Any) -> Value:
    return evaluator.call(function, b, a)


@native("defaultTo", 2)
def _default_to(evaluator: Evaluator, default: Any, x: Any) -> Value:
    return default if force_known(evaluator, x) is None else x


@native("mapNullable", 2)
def _map_nullable(evaluator: Evaluator, function: Any, x: Any) -> Value:
    return None if force_known(evaluator, x) is None else evaluator.call(function, x)


@native("min", 2)
def _min(evaluator: Evaluator, a: Any, b: Any) -> Value:
    from clanback.nix.operators import less_than

    return a if less_than(force_known(evaluator, a), force_known(evaluator, b)) else b


@native("max", 2)
def _max(evaluator: Evaluator, a: Any, b: Any) -> Value:
    from clanback.nix.operators import less_than

    return a if less_than(force_known(evaluator, b), force_known(evaluator, a)) else b


@native("mod", 2)
def _mod(evaluator: Evaluator, base: Any, divisor: Any) -> Value:
    a, b = force_int(evaluator, base), force_int(evaluator, divisor)
    if b == 0:
        raise EvalError("CB116", "division by zero")
    rest = abs(a) % abs(b)
    return -rest if a < 0 else rest


nix("compare", "a: b: if a < b then -1 else if a > b then 1 else 0")
nix(
    "splitByAndCompare",
    "p: yes: no: a: b: if p a then (if p b then yes a b else -1) else if p b then 1 else no a b",
)


@native("importJSON", 1)
def _import_json(evaluator: Evaluator, path: Any) -> Value:
    where = force_path(evaluator, path).path
    try:
        return TABLE["fromJSON"].call(evaluator, TABLE["readFile"].call(evaluator, path))
    except EvalError as error:
        error.note(f"while reading '{where}'", None)
        raise


@native("importTOML", 1)
def _import_toml(evaluator: Evaluator, path: Any) -> Value:
    return TABLE["fromTOML"].call(evaluator, TABLE["readFile"].call(evaluator, path))


def warn(evaluator: Evaluator, message: Any) -> None:
    """Note a warning; it never changes a value."""
    text = force(message)
    shown = "…" if type(text) is Unknown else str.__str__(force_string(evaluator, text))
    evaluator.traced.append(f"evaluation warning: {shown}")


@native("warn", 2)
def _warn(evaluator: Evaluator, message: Any, value: Any) -> Value:
    warn(evaluator, message)
    return value


@native("info", 2)
def _info(evaluator: Evaluator, message: Any, value: Any) -> Value:
    evaluator.traced.append("INFO: " + str.__str__(force_string(evaluator, message)))
    return value


@native("warnIf", 3)
def _warn_if(evaluator: Evaluator, condition: Any, message: Any, value: Any) -> Value:
    if force_bool(evaluator, condition):
        warn(evaluator, message)
    return value


@native("warnIfNot", 3)
def _warn_if_not(evaluator: Evaluator, condition: Any, message: Any, value: Any) -> Value:
    if not force_bool(evaluator, condition):
        warn(evaluator, message)
    return value


@native("throwIf", 3)
def _throw_if(evaluator: Evaluator, condition: Any, message: Any, value: Any) -> Value:
    if force_bool(evaluator, condition):
        raise ThrowError("CB101", str.__str__(force_string(evaluator, message)))
    return value


@native("throwIfNot", 3)
def _throw_if_not(evaluator: Evaluator, condition: Any, message: Any, value: Any) -> Value:
    if not force_bool(evaluator, condition):
        raise ThrowError("CB101", str.__str__(force_string(evaluator, message)))
    return value


nix("showWarnings", "warnings: value: builtins.foldl' (result: message: lib.warn message result) value warnings")
nix(
    "checkListOfEnum",
    """
    message: valid: given: let bad = lib.subtractLists valid given; in
      if bad == [ ] then lib.id
      else throw "${message}: ${toString bad}; valid ones: ${toString valid}"
    """,
)
nix("setFunctionArgs", "f: args: { __functor = _: f; __functionArgs = args; }")
nix(
    "functionArgs",
    """
    f: if f ? __functor then f.__functionArgs or (lib.functionArgs (f.__functor f)) else builtins.functionArgs f
    """,
)


@native("isFunction", 1)
def _is_function(evaluator: Evaluator, x: Any) -> Value:
    value = force_known(evaluator, x)
    if isinstance(value, Attrs) and "__functor" in value:
        return _is_function(evaluator, evaluator.call(value["__functor"], value))
    return type(value) in (Closure, Builtin)


nix("mirrorFunctionArgs", "f: let args = lib.functionArgs f; in g: lib.setFunctionArgs g args")
nix("toFunction", "x: if lib.isFunction x then x else _: x")


@native("toHexString", 1)
def _to_hex_string(evaluator: Evaluator, x: Any) -> Value:
    number = force_known(evaluator, x)
    if type(number) is not int or number < 0:
        raise AssertionFailedError("CB102", "toHexString: the number must be an integer that is not negative")
    return f"{number:X}"


@native("fromHexString", 1)
def _from_hex_string(evaluator: Evaluator, text: Any) -> Value:
    found = str.__str__(force_string(evaluator, text))
    digits = found.lower().removeprefix("0x")
    if not digits or not set(digits) <= set("0123456789abcdef"):
        raise ThrowError("CB101", f'fromHexString: "{found}" is not a hexadecimal number')
    value = int(digits, 16)
    if not INT_MIN <= value <= INT_MAX:
        raise EvalError("CB116", f"integer overflow in fromHexString: {found}")
    return value


@native("toBaseDigits", 2)
def _to_base_digits(evaluator: Evaluator, base: Any, x: Any) -> Value:
    radix = force_known(evaluator, base)
    left = force_known(evaluator, x) if type(radix) is int else None
    if type(radix) is not int or type(left) is not int or radix < 2 or left < 0:
        raise AssertionFailedError("CB102", "toBaseDigits: the base must be an integer of at least 2, the number none below 0")
    digits = [left % radix]
    while left := left // radix:
        digits.insert(0, left % radix)
    return tuple(digits)

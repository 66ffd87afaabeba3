"""Forcing an argument and checking its type, with Nix' messages.

Each function takes the evaluator and a value or thunk, and gives the forced Python value. A wrong type raises `EvalError`
(CB110); an unknown value raises `UnknownEncountered`, which the call of the builtin turns into an `Unknown` result: builtins
therefore need not think of unknown values, unless they only pass them on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.errors import EvalError
from clanback.nix.values import Attrs, Builtin, Closure, ContextString, PathValue, Unknown, type_name

if TYPE_CHECKING:
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value


class UnknownEncountered(Exception):  # noqa: N818 (control flow, not an error)
    """A builtin had to look inside an unknown value. Caught where the builtin was called; never leaves the evaluator."""

    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown.text)
        self.unknown = unknown


def wrong_type(value: Value, expected: str) -> Exception:
    """The exception to raise for a forced value of the wrong type; `expected` as `an integer`."""
    if type(value) is Unknown:
        return UnknownEncountered(value)
    return EvalError("CB110", f"expected {expected} but found {type_name(value)}: {describe(value)}")


def force_known(evaluator: Evaluator, x: Any) -> Value:
    """Any value but an unknown one."""
    if type(x) is list:
        x = evaluator.force(x)
    if type(x) is Unknown:
        raise UnknownEncountered(x)
    return x


def force_int(evaluator: Evaluator, x: Any) -> int:
    """An integer."""
    if type(x) is list:
        x = evaluator.force(x)
    if type(x) is not int:
        raise wrong_type(x, "an integer")
    return x


def force_number(evaluator: Evaluator, x: Any) -> int | float:
    """An integer or a float."""
    if type(x) is list:
        x = evaluator.force(x)
    if type(x) is not int and type(x) is not float:
        raise wrong_type(x, "a float")
    return x


def force_bool(evaluator: Evaluator, x: Any) -> bool:
    """A Boolean."""
    if type(x) is list:
        x = evaluator.force(x)
    if x is not True and x is not False:
        raise wrong_type(x, "a Boolean")
    return x


def force_string(evaluator: Evaluator, x: Any) -> str:
    """A string, perhaps a `ContextString`; nothing is coerced."""
    if type(x) is list:
        x = evaluator.force(x)
    if type(x) is not str and type(x) is not ContextString:
        raise wrong_type(x, "a string")
    return x


def force_string_no_context(evaluator: Evaluator, x: Any) -> str:
    """A string that refers to no store path."""
    text = force_string(evaluator, x)
    if type(text) is ContextString:
        if text.context:
            raise EvalError(
                "CB111", f"the string {describe(text)} is not allowed to refer to a store path (such as '{min(text.context)}')"
            )
        return str.__str__(text)
    return text


def force_list(evaluator: Evaluator, x: Any) -> tuple[Any, ...]:
    """A list; its elements are not forced."""
    if type(x) is list:
        x = evaluator.force(x)
    if type(x) is not tuple:
        raise wrong_type(x, "a list")
    return x


def force_attrs(evaluator: Evaluator, x: Any) -> Attrs:
    """An attribute set; its values are not forced."""
    if type(x) is list:
        x = evaluator.force(x)
    if not isinstance(x, Attrs):
        raise wrong_type(x, "a set")
    return x


def force_function(evaluator: Evaluator, x: Any) -> Value:
    """Something that can be called: a function, a builtin, or a set with `__functor`."""
    if type(x) is list:
        x = evaluator.force(x)
    if type(x) is Closure or type(x) is Builtin or (isinstance(x, Attrs) and "__functor" in x):
        return x
    raise wrong_type(x, "a function")


def force_path(evaluator: Evaluator, x: Any) -> PathValue:
    """A path, or a string (or set) that is coerced to an absolute path."""
    if type(x) is list:
        x = evaluator.force(x)
    if type(x) is PathValue:
        return x
    return evaluator.to_path(x)


def describe(value: Value, depth: int = 0) -> str:
    """A short text of a value for messages, as Nix prints it; nothing is forced."""
    if type(value) is list:
        if value[0] is not None:
            return "«thunk»"
        value = value[1]
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return f"{value:g}"
        case str():
            text = str.__str__(value)
            shown = text if len(text) <= 60 else text[:60] + "…"
            for raw, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"), ("${", "\\${")):
                shown = shown.replace(raw, escaped)
            return f'"{shown}"'
        case PathValue():
            return value.path
        case tuple():
            if not value:
                return "[ ]"
            if depth:
                return "[ … ]"
            items = " ".join(describe(x, depth + 1) for x in value[:4])
            return f"[ {items} {'… ' if len(value) > 4 else ''}]"
        case dict():
            if not value:
                return "{ }"
            if depth:
                return "{ … }"
            names = sorted(value)
            items = " ".join(f"{n} = {describe(value[n], depth + 1)};" for n in names[:4])
            return f"{{ {items} {'… ' if len(names) > 4 else ''}}}"
        case Closure():
            return "«lambda»"
        case Builtin():
            return f"«primop {value.name}»"
        case Unknown():
            return value.text
    return "«value»"

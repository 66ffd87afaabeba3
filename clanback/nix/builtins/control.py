"""Builtins that steer evaluation: errors and catching them, forcing, tracing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.builtins.coerce import UnknownEncountered, describe, force_string
from clanback.nix.builtins.registry import builtin
from clanback.nix.errors import AbortError, EvalError, ThrowError
from clanback.nix.runtime import force
from clanback.nix.values import Attrs, Unknown

if TYPE_CHECKING:
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value


def _message(evaluator: Evaluator, text: Any) -> str:
    """The text of a message; an unknown one is quoted, since the failure itself is certain."""
    try:
        return str.__str__(evaluator.coerce_to_string(force(text), copy_paths=False))
    except UnknownEncountered as met:
        return met.unknown.text


@builtin("throw", 1)
def _throw(evaluator: Evaluator, text: Any) -> Value:
    raise ThrowError("CB101", _message(evaluator, text).strip() or "`throw` without a word why")


@builtin("abort", 1)
def _abort(evaluator: Evaluator, text: Any) -> Value:
    raise AbortError("CB103", f"evaluation aborted with the following error message: '{_message(evaluator, text)}'")


@builtin("tryEval", 1)
def _try_eval(evaluator: Evaluator, x: Any) -> Value:
    depth = evaluator.depth[0]
    try:
        value = force(x)
    except EvalError as error:
        if not error.catchable:
            raise
        evaluator.depth[0] = depth
        return Attrs({"success": False, "value": False})
    if type(value) is Unknown:
        raise UnknownEncountered(value)
    return Attrs({"success": True, "value": value})


@builtin("seq", 2)
def _seq(evaluator: Evaluator, first: Any, second: Any) -> Value:
    force(first)
    return second


@builtin("deepSeq", 2)
def _deep_seq(evaluator: Evaluator, first: Any, second: Any) -> Value:
    evaluator._force_deep(first)
    return second


def _say(evaluator: Evaluator, text: Any) -> None:
    value = force(text)
    evaluator.traced.append(str.__str__(value) if isinstance(value, str) else describe(value))


@builtin("trace", 2)
def _trace(evaluator: Evaluator, text: Any, value: Any) -> Value:
    _say(evaluator, text)
    return value


@builtin("traceVerbose", 2)
def _trace_verbose(evaluator: Evaluator, text: Any, value: Any) -> Value:
    return value


@builtin("warn", 2)
def _warn(evaluator: Evaluator, text: Any, value: Any) -> Value:
    force_string(evaluator, text)
    _say(evaluator, text)
    return value


@builtin("break", 1)
def _break(evaluator: Evaluator, value: Any) -> Value:
    return value


@builtin("addErrorContext", 2)
def _add_error_context(evaluator: Evaluator, text: Any, value: Any) -> Value:
    try:
        return force(value)
    except EvalError as error:
        error.note(_message(evaluator, text), None)
        raise

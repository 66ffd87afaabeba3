"""Builtins on strings. Nix' strings are bytes: positions and lengths count the bytes of UTF-8."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.builtins.coerce import force_int, force_list, force_string
from clanback.nix.builtins.registry import builtin
from clanback.nix.errors import EvalError
from clanback.nix.operators import context_of
from clanback.nix.runtime import force
from clanback.nix.values import ContextString, PathValue, whole

if TYPE_CHECKING:
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value


def to_bytes(text: str) -> bytes:
    """The bytes of a string; lone surrogates stand for bytes that are no UTF-8."""
    return text.encode("utf-8", "surrogateescape")


def from_bytes(text: bytes) -> str:
    """The inverse of `to_bytes`."""
    return text.decode("utf-8", "surrogateescape")


def with_context(text: str, context: frozenset[str]) -> str:
    """A string with a context, when there is one."""
    return ContextString(text, context) if context else text


@builtin("toString", 1)
def _to_string(evaluator: Evaluator, x: Any) -> Value:
    return evaluator.coerce_to_string(force(x), copy_paths=False, more=True)


@builtin("stringLength", 1)
def _string_length(evaluator: Evaluator, text: Any) -> Value:
    found = evaluator.coerce_to_string(force(text), copy_paths=True)
    return len(found) if found.isascii() else len(to_bytes(found))


@builtin("substring", 3)
def _substring(evaluator: Evaluator, start: Any, length: Any, text: Any) -> Value:
    begin, count = force_int(evaluator, start), force_int(evaluator, length)
    if begin < 0:
        raise EvalError("CB119", "negative start position in 'substring'")
    found = evaluator.coerce_to_string(force(text), copy_paths=True)
    context = context_of(found)
    end = None if count < 0 else begin + count
    if found.isascii():
        return with_context(str.__getitem__(found, slice(begin, end)), context)
    return with_context(from_bytes(to_bytes(found)[begin:end]), context)


@builtin("concatStringsSep", 2)
def _concat_strings_sep(evaluator: Evaluator, separator: Any, items: Any) -> Value:
    between = force_string(evaluator, separator)
    context = context_of(between)
    pieces = []
    length = 0
    for item in force_list(evaluator, items):
        piece = evaluator.coerce_to_string(force(item), copy_paths=True)
        context |= context_of(piece)
        pieces.append(piece)
        length += len(piece) + len(between)
        if length > evaluator.limits.string_length + len(between):
            raise evaluator.too_large("string")
    evaluator.count_string(length)
    return with_context(whole(str.__str__(between).join(pieces)), context)


@builtin("replaceStrings", 3)
def _replace_strings(evaluator: Evaluator, from_: Any, to: Any, text: Any) -> Value:
    patterns = [force_string(evaluator, x) for x in force_list(evaluator, from_)]
    replacements = force_list(evaluator, to)
    if len(patterns) != len(replacements):
        raise EvalError("CB119", "'from' and 'to' arguments passed to builtins.replaceStrings have different lengths")
    found = force_string(evaluator, text)
    if found.isascii() or "" not in patterns:
        return _replace(evaluator, patterns, replacements, found, found)
    # An empty pattern matches between bytes, so count in bytes: Latin-1 has one character for each.
    as_bytes = [to_bytes(p).decode("latin-1") for p in patterns]
    return _replace(evaluator, as_bytes, replacements, to_bytes(found).decode("latin-1"), found, in_bytes=True)


def _replace(
    evaluator: Evaluator, patterns: list[str], replacements: tuple[Any, ...], text: str, original: str, *, in_bytes: bool = False
) -> Value:
    """Left to right, at each place the first pattern that fits; what was put in is not looked at again."""
    context = context_of(original)
    forced: dict[int, str] = {}
    pieces: list[str] = []
    by_first: dict[str, list[int]] = {}
    for index, pattern in enumerate(patterns):
        by_first.setdefault(pattern[:1], []).append(index)
    empty = by_first.get("", [])
    at, length, size, limit = 0, len(text), 0, evaluator.limits.string_length
    while at <= length:
        candidates = by_first.get(text[at : at + 1], empty) if at < length else empty
        if empty and candidates is not empty:
            candidates = sorted(candidates + empty)
        for index in candidates:
            if text.startswith(patterns[index], at):
                break
        else:
            if at < length:
                pieces.append(text[at])
            at += 1
            continue
        if index not in forced:
            forced[index] = force_string(evaluator, replacements[index])
            context |= context_of(forced[index])
        replacement = forced[index]
        pieces.append(to_bytes(replacement).decode("latin-1") if in_bytes else replacement)
        size += len(replacement)
        if size > limit:
            raise evaluator.too_large("string")
        if patterns[index]:
            at += len(patterns[index])
        else:
            if at < length:
                pieces.append(text[at])
            at += 1
    joined = "".join(pieces)
    evaluator.count_string(len(joined))
    return with_context(from_bytes(joined.encode("latin-1")) if in_bytes else whole(joined), context)


@builtin("baseNameOf", 1)
def _base_name_of(evaluator: Evaluator, path: Any) -> Value:
    found = evaluator.coerce_to_string(force(path), copy_paths=False)
    text = str.__str__(found)
    if text.endswith("/") and len(text) > 1:
        text = text[:-1]
    return with_context(text[text.rfind("/") + 1 :], context_of(found))


@builtin("dirOf", 1)
def _dir_of(evaluator: Evaluator, path: Any) -> Value:
    value = force(path)
    if type(value) is PathValue:
        return PathValue(value.path[: value.path.rfind("/")] or "/")
    found = evaluator.coerce_to_string(value, copy_paths=False)
    at = found.rfind("/")
    return with_context("." if at < 0 else "/" if at == 0 else str.__str__(found)[:at], context_of(found))

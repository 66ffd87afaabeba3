"""Builtins on lists. Elements are passed on unforced wherever Nix does so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix import operators
from clanback.nix.builtins.coerce import (
    UnknownEncountered,
    force_attrs,
    force_bool,
    force_function,
    force_int,
    force_list,
    force_string_no_context,
)
from clanback.nix.builtins.registry import builtin
from clanback.nix.errors import EvalError
from clanback.nix.runtime import force
from clanback.nix.values import Attrs, Builtin, PathValue, Unknown

if TYPE_CHECKING:
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value


@builtin("length", 1)
def _length(evaluator: Evaluator, items: Any) -> Value:
    return len(force_list(evaluator, items))


@builtin("head", 1)
def _head(evaluator: Evaluator, items: Any) -> Value:
    found = force_list(evaluator, items)
    if not found:
        raise EvalError("CB119", "'builtins.head' called on an empty list")
    return found[0]


@builtin("tail", 1)
def _tail(evaluator: Evaluator, items: Any) -> Value:
    found = force_list(evaluator, items)
    if not found:
        raise EvalError("CB119", "'builtins.tail' called on an empty list")
    evaluator.count_list(len(found))
    return found[1:]


@builtin("elemAt", 2)
def _elem_at(evaluator: Evaluator, items: Any, index: Any) -> Value:
    at = force_int(evaluator, index)
    found = force_list(evaluator, items)
    if not 0 <= at < len(found):
        raise EvalError("CB119", f"'builtins.elemAt' called with index {at} on a list of size {len(found)}")
    return found[at]


@builtin("map", 2)
def _map(evaluator: Evaluator, function: Any, items: Any) -> Value:
    found = force_list(evaluator, items)
    if not found:
        return found
    f = force_function(evaluator, function)
    delayed = evaluator._delayed_call
    return tuple([[delayed, (f, (x,))] for x in found])


@builtin("filter", 2)
def _filter(evaluator: Evaluator, predicate: Any, items: Any) -> Value:
    found = force_list(evaluator, items)
    if not found:
        return found
    f = force_function(evaluator, predicate)
    kept = []
    for x in found:
        if force_bool(evaluator, evaluator.call(f, x)):
            kept.append(x)
    return tuple(kept)


@builtin("elem", 2)
def _elem(evaluator: Evaluator, x: Any, items: Any) -> Value:
    for y in force_list(evaluator, items):
        if operators.equal(x, y):
            return True
    return False


@builtin("all", 2)
def _all(evaluator: Evaluator, predicate: Any, items: Any) -> Value:
    f = force_function(evaluator, predicate)
    for x in force_list(evaluator, items):
        if not force_bool(evaluator, evaluator.call(f, x)):
            return False
    return True


@builtin("any", 2)
def _any(evaluator: Evaluator, predicate: Any, items: Any) -> Value:
    f = force_function(evaluator, predicate)
    for x in force_list(evaluator, items):
        if force_bool(evaluator, evaluator.call(f, x)):
            return True
    return False


@builtin("concatLists", 1)
def _concat_lists(evaluator: Evaluator, lists: Any) -> Value:
    joined: list[Any] = []
    for items in force_list(evaluator, lists):
        joined.extend(force_list(evaluator, items))
        check_length(evaluator, len(joined))
    evaluator.count_list(len(joined))
    return tuple(joined)


@builtin("concatMap", 2)
def _concat_map(evaluator: Evaluator, function: Any, items: Any) -> Value:
    f = force_function(evaluator, function)
    joined: list[Any] = []
    for x in force_list(evaluator, items):
        joined.extend(force_list(evaluator, evaluator.call(f, x)))
        check_length(evaluator, len(joined))
    evaluator.count_list(len(joined))
    return tuple(joined)


@builtin("foldl'", 3)
def _fold(evaluator: Evaluator, function: Any, start: Any, items: Any) -> Value:
    f = force_function(evaluator, function)
    result = start
    for x in force_list(evaluator, items):
        result = evaluator.call(f, result, x)
    return result


@builtin("genList", 2)
def _gen_list(evaluator: Evaluator, function: Any, count: Any) -> Value:
    length = force_int(evaluator, count)
    if length < 0:
        raise EvalError("CB119", f"cannot create list of size {length}")
    check_length(evaluator, length)
    if length == 0:
        return ()
    f = force_function(evaluator, function)
    delayed = evaluator._delayed_call
    return tuple([[delayed, (f, (index,))] for index in range(length)])


@builtin("partition", 2)
def _partition(evaluator: Evaluator, predicate: Any, items: Any) -> Value:
    f = force_function(evaluator, predicate)
    right: list[Any] = []
    wrong: list[Any] = []
    for x in force_list(evaluator, items):
        force(x)  # as Nix does, whether the predicate needs it or not
        (right if force_bool(evaluator, evaluator.call(f, x)) else wrong).append(x)
    return Attrs({"right": tuple(right), "wrong": tuple(wrong)})


@builtin("groupBy", 2)
def _group_by(evaluator: Evaluator, function: Any, items: Any) -> Value:
    f = force_function(evaluator, function)
    groups: dict[str, list[Any]] = {}
    for x in force_list(evaluator, items):
        groups.setdefault(force_string_no_context(evaluator, evaluator.call(f, x)), []).append(x)
    return Attrs({name: tuple(members) for name, members in groups.items()})


@builtin("genericClosure", 1)
def _generic_closure(evaluator: Evaluator, arguments: Any) -> Value:
    given = force_attrs(evaluator, arguments)
    for name in ("startSet", "operator"):
        if name not in given:
            raise EvalError(
                "CB112", f"attribute '{name}' missing", help="'builtins.genericClosure' needs 'startSet' and 'operator'"
            )
    pending = list(force_list(evaluator, given["startSet"]))
    if not pending:
        return ()
    operator = force_function(evaluator, given["operator"])
    seen = _Keys()
    result: list[Any] = []
    at = 0
    while at < len(pending):
        item = force_attrs(evaluator, pending[at])
        pending[at] = None
        at += 1
        if "key" not in item:
            raise EvalError("CB112", "attribute 'key' missing", help="each item of 'builtins.genericClosure' needs a 'key'")
        key = force(item["key"])
        if type(key) is Unknown:
            raise UnknownEncountered(key)
        if not seen.add(key):
            continue
        result.append(item)
        check_length(evaluator, len(result))
        evaluator.tick()
        pending.extend(force_list(evaluator, evaluator.call(operator, item)))
    return tuple(result)


class _Keys:
    """A set of Nix values that can be compared; plain strings and integers by hash, others by their order."""

    def __init__(self) -> None:
        self._first: Any = None
        self._hashed: set[Any] = set()
        self._ordered: list[Any] = []

    def add(self, key: Value) -> bool:
        """Add a key; False when it was there. Keys of different types cannot be compared, which is an error."""
        if self._first is None:
            self._first = key
        elif type(key) is not type(self._first) or type(key) not in (int, str, PathValue):
            operators.less_than(key, self._first)
        if type(key) in (int, str, PathValue) and not self._ordered:
            if key in self._hashed:
                return False
            self._hashed.add(key)
            return True
        if self._hashed:  # numbers of both kinds: from now on by order
            self._ordered, self._hashed = sorted(self._hashed), set()
        low, high = 0, len(self._ordered)
        while low < high:
            middle = (low + high) // 2
            if operators.less_than(self._ordered[middle], key):
                low = middle + 1
            else:
                high = middle
        if low < len(self._ordered) and not operators.less_than(key, self._ordered[low]):
            return False
        self._ordered.insert(low, key)
        return True


def check_length(evaluator: Evaluator, length: int) -> None:
    """Raise when a list has grown too long."""
    if length > evaluator.limits.list_length:
        raise evaluator.too_large("list")


def is_less_than(function: Value) -> bool:
    """Whether a function is `builtins.lessThan` itself."""
    return type(function) is Builtin and function.name == "lessThan" and not function.arguments

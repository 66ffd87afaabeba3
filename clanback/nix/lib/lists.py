"""`lib.lists`: lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.builtins.coerce import force_bool, force_int, force_known, force_list
from clanback.nix.builtins.lists import check_length
from clanback.nix.builtins.registry import TABLE
from clanback.nix.errors import EvalError, ThrowError
from clanback.nix.lib.family import Family
from clanback.nix.operators import equal
from clanback.nix.runtime import force
from clanback.nix.values import Attrs, Builtin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value

FAMILY = Family("lists")
native, nix = FAMILY.native, FAMILY.nix


@native("singleton", 1)
def _singleton(evaluator: Evaluator, x: Any) -> Value:
    return (x,)


@native("forEach", 2)
def _for_each(evaluator: Evaluator, items: Any, function: Any) -> Value:
    return TABLE["map"].call(evaluator, function, items)


@native("foldr", 3)
def _foldr(evaluator: Evaluator, function: Any, end: Any, items: Any) -> Value:
    found = force_list(evaluator, items)
    result = end
    # Each step is a thunk: the function may stop early by not looking at its second argument.
    for x in reversed(found[1:]):
        result = evaluator.thunk_call(function, x, result)
    return evaluator.call(function, found[0], result) if found else result


nix("fold", "lib.foldr")


@native("foldl", 3)
def _foldl(evaluator: Evaluator, function: Any, start: Any, items: Any) -> Value:
    found = force_list(evaluator, items)
    result = start
    for x in found[:-1]:
        result = evaluator.thunk_call(function, result, x)
    return evaluator.call(function, result, found[-1]) if found else result


@native("imap0", 2)
def _imap0(evaluator: Evaluator, function: Any, items: Any) -> Value:
    return tuple([evaluator.thunk_call(function, i, x) for i, x in enumerate(force_list(evaluator, items))])


@native("imap1", 2)
def _imap1(evaluator: Evaluator, function: Any, items: Any) -> Value:
    return tuple([evaluator.thunk_call(function, i, x) for i, x in enumerate(force_list(evaluator, items), 1)])


@native("ifilter0", 2)
def _ifilter0(evaluator: Evaluator, predicate: Any, items: Any) -> Value:
    found = enumerate(force_list(evaluator, items))
    return tuple([x for i, x in found if force_bool(evaluator, evaluator.call(predicate, i, x))])


@native("flatten", 1)
def _flatten(evaluator: Evaluator, x: Any) -> Value:
    top = force_known(evaluator, x)
    if type(top) is not tuple:
        return (top,)
    flat: list[Any] = []
    pending = list(reversed(top))
    while pending:
        # A list may contain itself: the limit of steps ends that.
        evaluator.tick()
        item = pending.pop()
        value = force(item)
        if type(value) is tuple:
            pending.extend(reversed(value))
        else:
            flat.append(item)
    return tuple(flat)


@native("remove", 2)
def _remove(evaluator: Evaluator, x: Any, items: Any) -> Value:
    return tuple([y for y in force_list(evaluator, items) if not equal(y, x)])


@native("findSingle", 3)
def _find_single(evaluator: Evaluator, predicate: Any, default: Any, multiple: Any) -> Value:
    def search(evaluator: Evaluator, items: Any) -> Value:
        found = [x for x in force_list(evaluator, items) if force_bool(evaluator, evaluator.call(predicate, x))]
        return default if not found else found[0] if len(found) == 1 else multiple

    return Builtin("lib.findSingle", 1, search)


@native("findFirst", 3)
def _find_first(evaluator: Evaluator, predicate: Any, default: Any, items: Any) -> Value:
    for x in force_list(evaluator, items):
        if force_bool(evaluator, evaluator.call(predicate, x)):
            return x
    return default


@native("findFirstIndex", 3)
def _find_first_index(evaluator: Evaluator, predicate: Any, default: Any, items: Any) -> Value:
    for i, x in enumerate(force_list(evaluator, items)):
        if force_bool(evaluator, evaluator.call(predicate, x)):
            return i
    return default


@native("count", 2)
def _count(evaluator: Evaluator, predicate: Any, items: Any) -> Value:
    total = 0
    for x in force_list(evaluator, items):
        total += force_bool(evaluator, evaluator.call(predicate, x))
    return total


@native("optional", 2)
def _optional(evaluator: Evaluator, condition: Any, x: Any) -> Value:
    return (x,) if force_bool(evaluator, condition) else ()


@native("optionals", 2)
def _optionals(evaluator: Evaluator, condition: Any, items: Any) -> Value:
    return items if force_bool(evaluator, condition) else ()


@native("toList", 1)
def _to_list(evaluator: Evaluator, x: Any) -> Value:
    value = force_known(evaluator, x)
    return value if type(value) is tuple else (value,)


@native("range", 2)
def _range(evaluator: Evaluator, first: Any, last: Any) -> Value:
    low, high = force_int(evaluator, first), force_int(evaluator, last)
    check_length(evaluator, max(0, high - low + 1))
    return tuple(range(low, high + 1))


@native("replicate", 2)
def _replicate(evaluator: Evaluator, count: Any, x: Any) -> Value:
    length = force_int(evaluator, count)
    if length < 0:
        raise EvalError("CB119", f"cannot create list of size {length}")
    check_length(evaluator, length)
    return (x,) * length


nix("foldl'", "f: start: xs: builtins.seq start (builtins.foldl' f start xs)")
nix(
    "groupBy'",
    """
    op: nul: pred: xs: builtins.mapAttrs (_: builtins.foldl' op nul) (builtins.groupBy pred xs)
    """,
)


@native("zipListsWith", 3)
def _zip_lists_with(evaluator: Evaluator, function: Any, left: Any, right: Any) -> Value:
    pairs = zip(force_list(evaluator, left), force_list(evaluator, right), strict=False)
    return tuple([evaluator.thunk_call(function, x, y) for x, y in pairs])


@native("zipLists", 2)
def _zip_lists(evaluator: Evaluator, left: Any, right: Any) -> Value:
    pairs = zip(force_list(evaluator, left), force_list(evaluator, right), strict=False)
    return tuple([Attrs({"fst": x, "snd": y}) for x, y in pairs])


@native("reverseList", 1)
def _reverse_list(evaluator: Evaluator, items: Any) -> Value:
    return force_list(evaluator, items)[::-1]


@native("take", 2)
def _take(evaluator: Evaluator, count: Any, items: Any) -> Value:
    return _sublist_of(evaluator, 0, count, items)


@native("takeEnd", 2)
def _take_end(evaluator: Evaluator, count: Any, items: Any) -> Value:
    found = force_list(evaluator, items)
    return found[max(0, len(found) - max(0, force_int(evaluator, count))) :]


@native("drop", 2)
def _drop(evaluator: Evaluator, count: Any, items: Any) -> Value:
    found = force_list(evaluator, items)
    return _sublist_of(evaluator, force_int(evaluator, count), len(found), found)


@native("dropEnd", 2)
def _drop_end(evaluator: Evaluator, count: Any, items: Any) -> Value:
    found = force_list(evaluator, items)
    return found[: max(0, len(found) - force_int(evaluator, count))] if found else ()


@native("sublist", 3)
def _sublist(evaluator: Evaluator, start: Any, count: Any, items: Any) -> Value:
    return _sublist_of(evaluator, force_int(evaluator, start), count, items)


def _sublist_of(evaluator: Evaluator, start: int, wanted: Any, items: Any) -> Value:
    found = force_list(evaluator, items)
    if start >= len(found):
        return ()
    count = force_int(evaluator, wanted)
    length = len(found) - start if start + count > len(found) else count
    if length < 0:
        raise EvalError("CB119", f"cannot create list of size {length}")
    if start < 0 < length:
        raise EvalError("CB119", f"'builtins.elemAt' called with index {start} on a list of size {len(found)}")
    return found[start : start + length] if length else ()


def _starts_with(evaluator: Evaluator, prefix: Any, items: Any) -> bool:
    found = force_list(evaluator, items)
    if not found:
        return equal(prefix, ())
    wanted = force_list(evaluator, prefix)
    if len(wanted) > len(found):
        return False
    for x, y in zip(wanted, found, strict=False):
        if not equal(x, y):
            return False
    return True


@native("hasPrefix", 2)
def _has_prefix(evaluator: Evaluator, prefix: Any, items: Any) -> Value:
    return _starts_with(evaluator, prefix, items)


@native("hasSuffix", 2)
def _has_suffix(evaluator: Evaluator, suffix: Any, items: Any) -> Value:
    return _starts_with(evaluator, force_list(evaluator, suffix)[::-1], force_list(evaluator, items)[::-1])


@native("removePrefix", 2)
def _remove_prefix(evaluator: Evaluator, prefix: Any, items: Any) -> Value:
    if not _starts_with(evaluator, prefix, items):
        raise ThrowError("CB101", "lib.lists.removePrefix: First argument is not a list prefix of the second argument")
    return force_list(evaluator, items)[len(force_list(evaluator, prefix)) :]


@native("removeSuffix", 2)
def _remove_suffix(evaluator: Evaluator, suffix: Any, items: Any) -> Value:
    wanted, found = force_list(evaluator, suffix), force_list(evaluator, items)
    if not _starts_with(evaluator, wanted[::-1], found[::-1]):
        raise ThrowError("CB101", "lib.lists.removeSuffix: First argument is not a list suffix of the second argument")
    return found[: len(found) - len(wanted)]


@native("commonPrefix", 2)
def _common_prefix(evaluator: Evaluator, left: Any, right: Any) -> Value:
    a, b = force_list(evaluator, left), force_list(evaluator, right)
    same = 0
    while same < min(len(a), len(b)) and equal(a[same], b[same]):
        same += 1
    return a[:same]


@native("last", 1)
def _last(evaluator: Evaluator, items: Any) -> Value:
    found = force_list(evaluator, items)
    if not found:
        raise ThrowError("CB101", "lists.last: list must not be empty!")
    return found[-1]


@native("init", 1)
def _init(evaluator: Evaluator, items: Any) -> Value:
    found = force_list(evaluator, items)
    if not found:
        raise ThrowError("CB101", "lists.init: list must not be empty!")
    return found[:-1]


nix(
    "crossLists",
    "f: lists: builtins.foldl' (fs: args: builtins.concatMap (g: map g args) fs) [ f ] lists",
)


@native("unique", 1)
def _unique(evaluator: Evaluator, items: Any) -> Value:
    found = force_list(evaluator, items)
    values = [force(x) for x in found] if len(found) > 1 else []
    if values and {type(x) for x in values} == {str}:
        return tuple(dict.fromkeys(values))
    kept: list[Any] = []
    for x in found:
        if not _among(x, kept):
            kept.append(x)
    return tuple(kept)


@native("uniqueStrings", 1)
def _unique_strings(evaluator: Evaluator, items: Any) -> Value:
    from clanback.nix.builtins.coerce import force_string

    return tuple(sorted({str.__str__(force_string(evaluator, x)) for x in force_list(evaluator, items)}))


@native("allUnique", 1)
def _all_unique(evaluator: Evaluator, items: Any) -> Value:
    return len(_unique(evaluator, items)) == len(force_list(evaluator, items))


@native("intersectLists", 2)
def _intersect_lists(evaluator: Evaluator, left: Any, right: Any) -> Value:
    found = force_list(evaluator, right)
    wanted = force_list(evaluator, left) if found else ()
    return tuple([x for x in found if _among(x, wanted)])


@native("subtractLists", 2)
def _subtract_lists(evaluator: Evaluator, left: Any, right: Any) -> Value:
    found = force_list(evaluator, right)
    unwanted = force_list(evaluator, left) if found else ()
    return tuple([x for x in found if not _among(x, unwanted)])


def _among(x: Any, items: Sequence[Any]) -> bool:
    for y in items:
        if equal(x, y):
            return True
    return False


@native("mutuallyExclusive", 2)
def _mutually_exclusive(evaluator: Evaluator, left: Any, right: Any) -> Value:
    unwanted = force_list(evaluator, left)
    return not unwanted or not any(_among(x, unwanted) for x in force_list(evaluator, right))


nix("concatAttrValues", "set: builtins.concatLists (builtins.attrValues set)")

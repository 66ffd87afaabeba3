"""`builtins.sort`: a stable merge sort of our own, because Python's would call back from C and use up its stack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.builtins.coerce import force_bool, force_function, force_list
from clanback.nix.builtins.lists import is_less_than
from clanback.nix.builtins.registry import builtin
from clanback.nix.runtime import force

if TYPE_CHECKING:
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value


@builtin("sort", 2)
def _sort(evaluator: Evaluator, comparator: Any, items: Any) -> Value:
    found = force_list(evaluator, items)
    if not found:
        return found
    f = force_function(evaluator, comparator)
    values = [force(x) for x in found]  # Nix forces them, whether the comparator needs it or not
    # Values of one simple type are compared in C without coming back to us.
    if is_less_than(f) and (all(type(v) is int for v in values) or all(type(v) is str for v in values)):
        return tuple(sorted(values))
    return tuple(merge_sort(evaluator, f, list(found)))


def merge_sort(evaluator: Evaluator, less: Value, items: list[Any]) -> list[Any]:
    """Sort by a comparator that says whether its first argument goes before its second; equal ones keep their order."""
    count, width = len(items), 1
    while width < count:
        merged: list[Any] = []
        for start in range(0, count, 2 * width):
            middle, end = min(start + width, count), min(start + 2 * width, count)
            left, right = start, middle
            while left < middle and right < end:
                if force_bool(evaluator, evaluator.call(less, items[right], items[left])):
                    merged.append(items[right])
                    right += 1
                else:
                    merged.append(items[left])
                    left += 1
            merged.extend(items[left:middle])
            merged.extend(items[right:end])
        items, width = merged, 2 * width
    return items

"""`lib.lists`, continued: sorting, by keys, naturally, and topologically."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.builtins.coerce import force_bool, force_list
from clanback.nix.errors import EvalError
from clanback.nix.lib.family import Family
from clanback.nix.operators import less_than
from clanback.nix.runtime import force
from clanback.nix.values import Attrs, Builtin

if TYPE_CHECKING:
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value

FAMILY = Family("lists")
native, nix = FAMILY.native, FAMILY.nix


def _depth_first(evaluator: Evaluator, stop: bool, before: Any, items: tuple[Any, ...]) -> dict[str, Any]:
    """Walk from the first item to one that must come before it, and so on, until nothing comes before or a cycle closes."""
    if not items:
        raise EvalError("CB119", "list index 0 is out of bounds: the list is empty")
    current, rest = items[0], list(items[1:])
    visited: list[Any] = []

    def comes_before(x: Any) -> bool:
        return force_bool(evaluator, evaluator.call(before, x, current))

    while True:
        closing = [x for x in visited if comes_before(x)] if stop else []
        if closing:
            return {"cycle": current, "loops": tuple(closing), "visited": tuple(visited), "rest": tuple(rest)}
        earlier: list[Any] = []
        others: list[Any] = []
        for x in rest:
            (earlier if comes_before(x) else others).append(x)
        if not earlier:
            return {"minimal": current, "visited": tuple(visited), "rest": tuple(rest)}
        visited.insert(0, current)
        current, rest = earlier[0], earlier[1:] + others


@native("listDfs", 3)
def _list_dfs(evaluator: Evaluator, stop_on_cycles: Any, before: Any, items: Any) -> Value:
    return Attrs(_depth_first(evaluator, force_bool(evaluator, stop_on_cycles), before, force_list(evaluator, items)))


@native("toposort", 2)
def _toposort(evaluator: Evaluator, before: Any, items: Any) -> Value:
    left = force_list(evaluator, items)
    done: list[Any] = []
    while len(left) > 1:
        found = _depth_first(evaluator, True, before, left)
        if "cycle" in found:
            return Attrs({"cycle": (found["cycle"], *found["visited"])[::-1], "loops": found["loops"]})
        done.append(found["minimal"])
        left = (*found["visited"], *found["rest"])
    return Attrs({"result": (*done, *left)})


@native("sortOn", 2)
def _sort_on(evaluator: Evaluator, key: Any, items: Any) -> Value:
    from clanback.nix.builtins.sorting import merge_sort

    def before(evaluator: Evaluator, x: Any, y: Any) -> bool:
        return less_than(force(force(x)[0]), force(force(y)[0]))

    found = force_list(evaluator, items)
    keyed: list[Any] = [(evaluator.thunk_call(key, x), x) for x in found]
    if len(keyed) < 2:
        return found
    return tuple([pair[1] for pair in merge_sort(evaluator, Builtin("lib.sortOn", 2, before), keyed)])


nix(
    "compareLists",
    """
    compare: a: b:
      if a == [ ] then (if b == [ ] then 0 else -1)
      else if b == [ ] then 1
      else let first = compare (builtins.head a) (builtins.head b); in
        if first != 0 then first else lib.compareLists compare (builtins.tail a) (builtins.tail b)
    """,
)
nix(
    "naturalSort",
    """
    xs: let
      parts = s: map (x: if builtins.isList x then lib.toIntBase10 (builtins.head x) else x) (builtins.split "(0|[1-9][0-9]*)" s);
      keyed = map (x: [ (parts x) x ]) xs;
      less = a: b: lib.compareLists lib.compare (builtins.head a) (builtins.head b) < 0;
    in map (x: builtins.elemAt x 1) (builtins.sort less keyed)
    """,
)

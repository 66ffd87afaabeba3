"""Room for deep recursion: Python's limit, the stack of its frames, and its garbage collector, while values are computed."""

from __future__ import annotations

import gc
import sys
from types import FunctionType
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from clanback.nix.limits import MEMORY
from clanback.nix.watch import watched

if TYPE_CHECKING:
    from collections.abc import Callable

_P = ParamSpec("_P")
_R = TypeVar("_R")

PYTHON_DEPTH = 400_000
"""Nested Python frames; they live on the heap, a few hundred bytes each."""

# Thunks are many and short-lived: collecting as rarely as this saves a quarter of the time of allocation-heavy work.
_GC_THRESHOLD = (500_000, 50, 100)

# CPython keeps frames in chunks of 16 KB, and frees and maps a chunk again at every call that crosses its end: recursion that
# swings around such a place is up to four times slower. A function that claims to need a large stack of its own gets a
# large chunk, of which the other half is left for the frames above it. Nothing of it is touched before it is used.
_STACK_WORDS = (1 << 21) + 64


def is_prepared() -> bool:
    """Whether `with_room` is under way."""
    return sys.getrecursionlimit() >= PYTHON_DEPTH


def with_room(function: Callable[_P, _R], *args: _P.args, **kwargs: _P.kwargs) -> _R:
    """Call a function with room for deep recursion, as evaluation needs it, and under the watch; nested calls cost nothing."""
    if is_prepared():
        return function(*args, **kwargs)
    limit, threshold = sys.getrecursionlimit(), gc.get_threshold()
    sys.setrecursionlimit(PYTHON_DEPTH)
    gc.set_threshold(*_GC_THRESHOLD)
    try:
        return _roomy(watched, MEMORY, function, *args, **kwargs)  # type: ignore[no-any-return]
    finally:
        sys.setrecursionlimit(limit)
        gc.set_threshold(*threshold)


def _call(function: Callable[_P, _R], *args: _P.args, **kwargs: _P.kwargs) -> _R:
    return function(*args, **kwargs)


_roomy = FunctionType(_call.__code__.replace(co_stacksize=_STACK_WORDS), {})

"""How much one evaluation may use. Each limit ends in a `LimitError`, never in a traceback or a hang."""

from __future__ import annotations

import os
from itertools import chain
from typing import TYPE_CHECKING

import attrs

from clanback.nix.reads import MOST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


MEMORY = 4_000_000_000


@attrs.frozen
class Limits:
    """Limits of one evaluator; the defaults are far above what real inventories need."""

    call_depth: int = 10_000
    """Nested function calls, as Nix' `max-call-depth`."""
    calls: int = 12_000_000
    """Function calls in all, and steps of what walks through values without calls: what ends an exponential recursion. A clan of
    a thousand machines takes a few thousand."""
    matching: int = 20_000_000
    """Steps of matching regular expressions, in all."""
    memory: int = MEMORY
    """Bytes of memory of the whole process, looked at now and then (where /proc tells)."""
    string_length: int = 100_000_000
    """Characters of one string."""
    nesting: int = 100_000
    """Lists and sets within each other, when a value is forced deeply."""
    list_length: int = 5_000_000
    """Elements of one list, attributes of one set, steps of one builtin's loop."""
    copying: int = 30_000_000_000
    """Bytes that may be copied in all while growing strings, lists and sets beyond `LARGE`: what ends quadratic building."""
    file_size: int = MOST
    """Bytes of a file that is read."""
    source_size: int = 20_000_000
    """Characters of a file that is parsed: the largest of nixpkgs has 15 million, all of it generated."""


LARGE = 1_000
"""Characters or elements from which on a copy is counted."""
LIST_WEIGHT = 16
SET_WEIGHT = 100
"""What copying an element of a list or an attribute of a set costs, in characters of a string."""

_MEMORY_INTERVAL = 1 << 16
"""How many steps there are between two looks at the memory used."""


def ticks(limits: Limits) -> Callable[[], object]:
    """A function to be called at every step; raises `StopIteration` when none is left, `LimitError` when memory runs short.

    It is on the way of every function call, so the steps in between are counted in C.
    """
    return chain.from_iterable(_stretches(limits)).__next__


def _stretches(limits: Limits) -> Iterator[range]:
    from clanback.nix.errors import LimitError

    for start in range(0, limits.calls, _MEMORY_INTERVAL):
        yield range(min(_MEMORY_INTERVAL, limits.calls - start))
        used = memory_used()
        if used > limits.memory:
            raise LimitError("CB193", f"evaluation needs more than {limits.memory // 1_000_000} MB of memory")


def memory_used() -> int:
    """Bytes of memory of this process that are in use; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0

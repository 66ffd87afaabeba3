"""What ends evaluations that no count ends: a clock that runs only while the language is at work.

Steps, copies and sizes are counted, so that the same input ends the same way on every machine. A count cannot foresee everything
(one step may be a comparison of two values that share their parts exponentially often), so a timer of the process looks ten
times a second at what is running: after `SECONDS` of processor time spent inside `clanback.nix`, or with too much memory in
use, it raises a `LimitError` there. What other rooms do does not count, however many machines there are.

A timer needs signals, so it watches the main thread only, and nothing where there are none.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

_P = ParamSpec("_P")
_R = TypeVar("_R")

SECONDS = 12.0
"""Processor time of evaluation and parsing, of one command: for a thousand machines a third of a second is enough."""
SECONDS_FOR_MEGABYTE = 2.0
"""What every megabyte of Nix that is parsed adds, five times what parsing takes: 20,000 machines written out are seven."""
INTERVAL = 0.1
_AGAIN = 0.01
"""The interval once the time is used up: whoever goes on after the error is stopped soon."""

_HERE = __file__.rpartition("/")[0] + "/"
_LIBRARY = (os.__file__.removesuffix("os.py"), "<")


_allowed = 0.0


def allow(characters: int) -> None:
    """A text of so many characters is about to be parsed: that takes its time, and so may what it says."""
    global _allowed
    _allowed += characters * SECONDS_FOR_MEGABYTE / 1_000_000


def watched(memory: int, function: Callable[_P, _R], *args: _P.args, **kwargs: _P.kwargs) -> _R:
    """Call a function under the watch; `memory` is how many bytes the process may use meanwhile."""
    try:
        from _signal import ITIMER_PROF, SIG_DFL, SIGPROF, setitimer, signal  # type: ignore[import-not-found]
    except ImportError:  # Windows
        return function(*args, **kwargs)
    global _allowed
    spent = _allowed = 0.0

    def look(_: int, frame: FrameType | None) -> None:
        from clanback.nix.errors import LimitError
        from clanback.nix.limits import memory_used

        nonlocal spent
        while frame is not None and frame.f_code.co_filename.startswith(_LIBRARY):
            frame = frame.f_back  # hashing, TOML and the like: whoever asked for it counts
        if frame is None or not frame.f_code.co_filename.startswith(_HERE):
            return
        limit = SECONDS + _allowed
        spent += INTERVAL if spent <= limit else 0
        if spent > limit:
            setitimer(ITIMER_PROF, _AGAIN, _AGAIN)
            raise LimitError(
                "CB192",
                f"evaluation takes more than {limit:.0f} seconds of processor time",
                help="is something computed again and again, or a value endless?",
            )
        if memory_used() > memory:
            raise LimitError("CB193", f"evaluation needs more than {memory // 1_000_000} MB of memory")

    try:
        before: Any = signal(SIGPROF, look)
    except ValueError:  # not the main thread
        return function(*args, **kwargs)
    setitimer(ITIMER_PROF, INTERVAL, INTERVAL)
    try:
        return function(*args, **kwargs)
    finally:
        setitimer(ITIMER_PROF, 0)
        signal(SIGPROF, SIG_DFL if before is None else before)

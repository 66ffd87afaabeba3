"""The same for many machines, side by side: what happens on one is never hidden by what happens on another."""

from __future__ import annotations

import concurrent.futures
import contextlib
import enum
import resource
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

import attrs

from clanback.backups.failures import of_ssh
from clanback.diagnostics import DiagnosticError
from clanback.remote.ssh import UnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clanback.diagnostics import Diagnostic


class Ending(enum.IntEnum):
    """How it went with one machine, by the exit status that says so (DESIGN section 8)."""

    DONE = 0
    FINDINGS = 1
    FAILED = 3
    UNREACHABLE = 4


class Result(Protocol):
    """What work on one machine gives: how it ended, and what there is to say of it."""

    @property
    def ending(self) -> Ending:
        """Whether all is well."""

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What went wrong with some of it, and warnings."""


T = TypeVar("T", bound=Result)


@attrs.frozen
class Outcome(Generic[T]):
    """What became of one machine: a value, or none, and the diagnostics that say why."""

    machine: str
    ending: Ending
    value: T | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


def sweep(
    machines: Sequence[str], work: Callable[[str], T], *, parallel: int, on_end: Callable[[str], None] | None = None
) -> list[Outcome[T]]:
    """Do `work` for each machine, at most `parallel` at a time; the outcomes in the order of the machines.

    `on_end` is called with the name of each machine that is done, one at a time.
    When interrupted, what has not begun does not begin.
    """
    at_once = max(1, min(parallel, len(machines)))
    _let_open(_FILES_OF_OURS + _FILES_OF_EACH * at_once)
    pool = concurrent.futures.ThreadPoolExecutor(at_once)
    try:
        running = {pool.submit(_attempt, machine, work): machine for machine in machines}
        found = {}
        for future in concurrent.futures.as_completed(running):
            found[running[future]] = future.result()
            if on_end is not None:
                on_end(running[future])
        return [found[machine] for machine in machines]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


_FILES_OF_OURS: Final = 64
_FILES_OF_EACH: Final = 6
"""The ends of three pipes, twice for a moment."""


def _let_open(files: int) -> None:
    """Ask to be allowed as many open files; some systems give a program 256 unless it asks."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = files if hard == resource.RLIM_INFINITY else min(files, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _attempt(machine: str, work: Callable[[str], T]) -> Outcome[T]:
    try:
        value = work(machine)
    except DiagnosticError as failure:
        return Outcome(machine, of_failure(failure.diagnostics), None, failure.diagnostics)
    except UnreachableError as failure:
        return Outcome(machine, Ending.UNREACHABLE, None, (of_ssh(machine, failure),))
    return Outcome(machine, value.ending, value, value.diagnostics)


def of_failure(diagnostics: Sequence[Diagnostic]) -> Ending:
    """How a failure ends, told from what is said of it: CB462 is that nobody was reached."""
    return Ending.UNREACHABLE if any(one.code == "CB462" for one in diagnostics) else Ending.FAILED


def worst(outcomes: Sequence[Outcome[T]]) -> int:
    """The exit status for all together: that one could not be reached outweighs that one failed."""
    return max((outcome.ending for outcome in outcomes), default=Ending.DONE)

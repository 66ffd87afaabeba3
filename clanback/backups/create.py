"""Starting backups: `clanback backups create`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import attrs

from clanback.backups import contract
from clanback.backups.failures import of_run
from clanback.backups.names import parse_name
from clanback.backups.protocol import ContractOnlyError, ask
from clanback.backups.providers import BORGBACKUP
from clanback.backups.sweep import Ending
from clanback.diagnostics import DiagnosticError, error, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from clanback.backups.protocol import Answer
    from clanback.backups.reach import Reachable
    from clanback.diagnostics import Diagnostic
    from clanback.remote.ssh import Session

_LOOK_AGAIN: Final = (1, 2, 3, 5, 10)
"""Seconds between looks at the list of a machine that cannot tell when a job ends."""


@attrs.frozen
class Ended:
    """How a job ended; `result` as systemd says it (`success`), None where nobody can say."""

    job: str
    good: bool
    result: str | None = None
    started: str | None = None
    finished: str | None = None
    log: tuple[str, ...] = ()
    """The last lines of its journal, where it failed."""


@attrs.frozen
class Created:
    """What became of one machine: the jobs that were started (empty: all, by the contract), and with `wait` how they ended."""

    started: tuple[str, ...]
    ended: tuple[Ended, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def ending(self) -> Ending:
        """Failed where one job did."""
        return Ending.FAILED if self.diagnostics or not all(ended.good for ended in self.ended) else Ending.DONE


def create(
    session: Session,
    machine: Reachable,
    providers: Sequence[str],
    *,
    jobs: Sequence[str] = (),
    wait: bool = False,
    wait_seconds: float = 3600,
    on_answer: Callable[[Answer], None] | None = None,
) -> Created:
    """Start the jobs of a machine: all, or those named.

    Raises DiagnosticError where none could be started; what failed for some is in the result.
    """
    created: list[Created] = []
    for provider in providers:
        if provider == BORGBACKUP:
            try:
                created.append(_by_protocol(session, machine, jobs, wait, on_answer))
                continue
            except ContractOnlyError:
                pass
        if jobs:
            raise DiagnosticError(beyond_the_contract(machine.name, "start single jobs (--job)"))
        created.append(_by_contract(session, machine, provider, wait, wait_seconds))
    return Created(
        tuple(job for one in created for job in one.started),
        tuple(ended for one in created for ended in one.ended),
        tuple(found for one in created for found in one.diagnostics),
    )


def _by_protocol(
    session: Session, machine: Reachable, jobs: Sequence[str], wait: bool, on_answer: Callable[[Answer], None] | None
) -> Created:
    request: Mapping[str, Any] = {"jobs": list(jobs) or None, "wait": wait}
    answers = ask(session, machine, "create", request, on_answer=on_answer)
    started = tuple(str(line.get("job")) for line in answers.of("started"))
    ended = tuple(_ended(line) for line in answers.of("finished"))
    problems = [*answers.problems(), *(_failure(machine.name, one) for one in ended if not one.good)]
    if not started:
        raise DiagnosticError(*(problems or [error("CB467", f"{machine.name} has no jobs", help="deploy what was rendered")]))
    return Created(started, ended, tuple(problems))


def _ended(line: Answer) -> Ended:
    result = line.get("result")
    started, finished = (value if isinstance(value := line.get(name), str) else None for name in ("started", "finished"))
    log = line.get("log")
    said = tuple(map(str, log)) if isinstance(log, list) else ()
    told = None if result is None else str(result)
    return Ended(str(line.get("job")), result == "success", told, started, finished, said)


def _failure(machine: str, ended: Ended) -> Diagnostic:
    return of_run(machine, ended.job, ended.result or "nobody knows why", ended.log)


def _by_contract(session: Session, machine: Reachable, provider: str, wait: bool, wait_seconds: float) -> Created:
    before = _by_job(contract.names(session, machine, provider)[0]) if wait else {}
    contract.create(session, machine, provider)
    if not wait:
        return Created(())
    missing = set(machine.plan.jobs) if provider == BORGBACKUP and machine.plan.jobs else set(before) or {provider}
    deadline = time.monotonic() + wait_seconds
    looks = 0
    while True:
        now = _by_job(contract.names(session, machine, provider)[0])
        missing -= {job for job, archives in now.items() if archives - before.get(job, set())}
        if not missing or time.monotonic() > deadline:
            break
        time.sleep(min(_LOOK_AGAIN[min(looks, len(_LOOK_AGAIN) - 1)], max(0.0, deadline - time.monotonic())))
        looks += 1
    jobs = sorted({*machine.plan.jobs, *missing})
    late = tuple(
        warning(
            "CB482",
            f"{machine.name}: job {job} has made no archive within {wait_seconds:g} s",
            notes=("the machine speaks clan-core's contract only, and cannot say how its jobs are",),
            help=f"look at it on the machine: systemctl status borgbackup-job-{job}",
        )
        for job in sorted(missing)
    )
    return Created((), tuple(Ended(job, job not in missing) for job in jobs), late)


def _by_job(names: Sequence[str]) -> dict[str, set[str]]:
    """Complete archives by job."""
    found: dict[str, set[str]] = {}
    for name in names:
        parsed = parse_name(name)
        if parsed is not None and ".checkpoint" not in parsed.archive:
            found.setdefault(parsed.job, set()).add(parsed.archive)
    return found


def beyond_the_contract(machine: str, what: str) -> Diagnostic:
    """Something was asked of a machine that only the protocol can say."""
    return error(
        "CB472",
        f"{machine} cannot {what}: it speaks clan-core's contract only",
        help="deploy what `clanback render` writes for it, or leave this out",
    )

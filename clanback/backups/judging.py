"""What is wrong with the backups of a machine: its answer held against the plan and the clock. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import attrs

from clanback.backups.sweep import Ending
from clanback.diagnostics import Severity, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from clanback.backups.status import JobStatus, Kept, MachineStatus
    from clanback.diagnostics import Diagnostic
    from clanback.plan.model import MachinePlan

CLOCKS_MAY_DIFFER: Final = 300.0
"""Seconds."""
_NEARLY_FULL: Final = 0.9
_UNITS: Final[Mapping[str, int]] = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


@attrs.frozen
class Finding:
    """One thing that is wrong. `job` is None where it is about the machine, or about the repository it keeps for `client`."""

    job: str | None
    diagnostic: Diagnostic
    client: str | None = None


@attrs.frozen
class Judged:
    """A machine's status with what is wrong with it."""

    status: MachineStatus
    findings: tuple[Finding, ...]

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """The findings' diagnostics."""
        return tuple(finding.diagnostic for finding in self.findings)

    @property
    def ending(self) -> Ending:
        """A finding where one is an error."""
        wrong = any(found.severity is Severity.ERROR for found in self.diagnostics)
        return Ending.FINDINGS if wrong else Ending.DONE

    def of(self, job: str) -> list[Diagnostic]:
        """What is wrong with a job."""
        return [finding.diagnostic for finding in self.findings if finding.job == job]


def judge(plan: MachinePlan, status: MachineStatus, *, max_age: float, ours: datetime) -> Judged:
    """Find what is wrong. `max_age` in seconds is how old the newest good archive may be, `ours` the time here."""
    found = list(_of_machine(status))
    known = {job.job for job in status.jobs}
    found += [Finding(job, _absent(plan.name, job)) for job in plan.jobs if job not in known]
    for job in status.jobs:
        if job.job not in plan.jobs and job.job not in plan.dormant_jobs:
            found.append(Finding(job.job, _unplanned(plan.name, job.job)))
        found += [Finding(job.job, one) for one in _of_job(plan.name, job, status, max_age, ours)]
    found += [Finding(None, one, kept.client) for kept in status.kept for one in _of_repository(plan.name, kept)]
    missing = sorted(set(plan.repos) - {kept.client for kept in status.kept}) if status.speaks == "protocol" else []
    found += [Finding(None, _not_kept(plan.name, client), client) for client in missing]
    return Judged(status, tuple(found))


def age(job: JobStatus, now: datetime) -> float | None:
    """How many seconds ago the newest good archive was begun, by the clock of the machine that made it."""
    return None if job.newest_start is None else (now - job.newest_start).total_seconds()


def _of_machine(status: MachineStatus) -> Iterator[Finding]:
    if status.clock is not None and abs(status.clock) > CLOCKS_MAY_DIFFER:
        way = "ahead of" if status.clock > 0 else "behind"
        yield Finding(
            None,
            warning(
                "CB484",
                f"the clock of {status.machine} is {span(abs(status.clock))} {way} ours",
                help="see which of the two is right (timedatectl): archives carry the time of the machine that made them",
            ),
        )


def _of_job(machine: str, job: JobStatus, status: MachineStatus, max_age: float, ours: datetime) -> Iterator[Diagnostic]:
    where = f"{machine}, job {job.job}"
    unit = f"borgbackup-job-{job.job}"
    if job.problem is not None:
        yield job.problem
    elif job.newest_start is None:
        yield error("CB482", f"{where}: there is no good archive", help=f"start it: `clanback backups create {machine} --wait`")
    else:
        # What a wrong clock dates into the future would stay new for ever, so the older reading of the two counts.
        old = max(age(job, status.now) or 0.0, age(job, ours) or 0.0)
        if (age(job, status.now) or 0.0) < -CLOCKS_MAY_DIFFER:
            yield error(
                "CB484",
                f"{where}: the newest archive is dated {span(-(age(job, status.now) or 0.0))} ahead of the machine's clock",
                help="the clock jumped: see to it (timedatectl) and make another backup, since nobody knows how old this one is",
            )
        elif old > max_age:
            yield error(
                "CB481",
                f"{where}: the newest good archive is {span(old)} old, more than {span(max_age)}",
                help=f"see why it does not run: systemctl status {unit}, and its timer",
            )
        ahead = [name for name in job.ahead if name != job.newest]
        if ahead:
            yield warning(
                "CB484",
                f"{where}: archives are dated after now, and not counted: the clock was wrong when they were made",
                notes=tuple(ahead[-5:]),
                help="they can be restored like others; remove them with `borg delete` when you are sure that nobody needs them",
            )
    run = job.run
    if run.state == "failed" or run.result not in (None, "success"):
        when = f" {run.finished.isoformat(timespec='seconds')}" if run.finished else ""
        yield error("CB483", f"{where}: the last run{when} failed ({run.result})", help=f"journalctl -u {unit} says why")
    if run.timer is False:
        yield error(
            "CB483", f"{where}: its timer does not run, so no backup will start by itself", help=f"systemctl start {unit}.timer"
        )
    if job.missing_paths:
        yield warning(
            "CB483",
            f"{where}: folders that should be saved are not there",
            notes=job.missing_paths,
            help="see whether they were moved; the rest is saved",
        )


def _of_repository(machine: str, kept: Kept) -> Iterator[Diagnostic]:
    where = f"{machine}, repository of {kept.client} in {kept.path}"
    if not kept.exists:
        yield warning(
            "CB487", f"{where}: there is none yet", help="the first backup of the client makes it; if there was one, find it"
        )
        return
    for lock in kept.locks:
        if lock.alive is False:
            yield error(
                "CB487",
                f"{where}: locked since {lock.since} by {lock.host}, process {lock.process}, which is no more",
                help=f"no backup can be made: free it on the server with `borg break-lock {kept.path}`",
            )
        elif lock.alive is None:
            yield warning(
                "CB487",
                f"{where}: locked since {lock.since} by {lock.host}, process {lock.process}, on another machine",
                help=f"look on {lock.host}; if nobody works on it there, free it with `borg break-lock {kept.path}`",
            )
    quota = _bytes(kept.quota)
    if quota is not None and kept.size is not None and kept.size > quota * _NEARLY_FULL:
        yield warning(
            "CB487",
            f"{where}: {kept.size * 100 // quota} % of its quota ({kept.quota}) are used",
            help="raise `quota` in clanback.toml, or keep less (`retention`): a full repository takes no more backups",
        )
    if kept.free is not None and kept.size is not None and kept.free < max(kept.size // 20, 10**9):
        yield warning(
            "CB487",
            f"{where}: only {amount(kept.free)} are free on its disk",
            help="make room: a full disk takes no more backups, and pruning needs some, too",
        )


def _bytes(text: str | None) -> int | None:
    if not text or text[:-1].count(".") > 1:
        return None
    number, unit = (text[:-1], text[-1]) if text[-1] in _UNITS else (text, "")
    try:
        return int(float(number) * _UNITS[unit])
    except ValueError:
        return None


def _absent(machine: str, job: str) -> Diagnostic:
    return error(
        "CB480",
        f"{machine} does not have the job {job} that the clan plans",
        help=f"deploy what `clanback render` writes: until then {machine} saves nothing there",
    )


def _unplanned(machine: str, job: str) -> Diagnostic:
    return warning(
        "CB488",
        f"{machine} has a job {job} that the clan does not plan",
        help="deploy the machine, or put the job back into clan.nix",
    )


def _not_kept(machine: str, client: str) -> Diagnostic:
    return error(
        "CB480",
        f"{machine} does not keep the repository for {client} that the clan plans",
        help=f"deploy {machine}, then {client}",
    )


def summary(good: int, jobs: int, silent: int, unchecked: int = 0) -> str:
    """How it is with all jobs together; `silent` machines gave no answer, and nobody knows how many jobs they have.

    Of the jobs, `unchecked` are those of which nobody knows how they are.
    """
    unheard = f"{silent} machine{'' if silent == 1 else 's'}"
    if jobs == 0:
        return f"no answer from {unheard}" if silent else "no jobs"
    if jobs == 1:
        said = f"1 job: {'good' if good else 'not checked' if unchecked else 'not good'}"
    else:
        said = f"{good} of {jobs} jobs good" + (f", {unchecked} not checked" if unchecked else "")
    return f"{said}, no answer from {unheard}" if silent else said


def span(seconds: float) -> str:
    """A length of time as people say it: `26 h`, `3 days`."""
    minutes = int(seconds // 60)
    if minutes < 2:
        return f"{int(seconds)} s"
    if minutes < 120:
        return f"{minutes} min"
    if minutes < 60 * 72:
        return f"{minutes // 60} h"
    return f"{timedelta(minutes=minutes).days} days"


def amount(size: int) -> str:
    """A number of bytes as people say it: `3.2 GB`."""
    value = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" or value >= 100 else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"

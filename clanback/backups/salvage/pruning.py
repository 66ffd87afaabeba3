"""Pruning the repositories of one machine: on their server where the machine may only add, else from this computer."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import attrs

from clanback.backups.failures import of_ssh
from clanback.backups.prune import Judged, Pruned, PrunedJob, on_server
from clanback.backups.reach import reach
from clanback.backups.salvage import access, borg, choices
from clanback.backups.salvage.search import with_repository
from clanback.diagnostics import DiagnosticError
from clanback.remote.ssh import UnreachableError
from clanback.services.borgbackup import TIMESTAMP_PATTERN

if TYPE_CHECKING:
    from clanback.backups.salvage.borg import Archive, Repository
    from clanback.backups.salvage.search import Search
    from clanback.diagnostics import Diagnostic
    from clanback.plan.model import Job, MachinePlan

_GOES: Final = re.compile(r"Would prune: .*\[([0-9a-f]{64})\]")


@attrs.frozen
class Wanted:
    """What the operator asked for. `accept`: ids of archives that look tampered with, and are not."""

    jobs: tuple[str, ...] = ()
    dry_run: bool = False
    accept: tuple[str, ...] = ()


def left_to_us(machine: MachinePlan) -> list[Job]:
    """The jobs whose repositories nobody prunes but the operator."""
    return [job for _, job in sorted({**machine.dormant_jobs, **machine.jobs}.items()) if not job.prune_here]


def prune(search: Search, wanted: Wanted) -> Pruned:
    """Prune the jobs that were named, or those that are left to us. What went wrong with one does not keep back the others."""
    choices.jobs(search.machine_plan, None)  # raises for a machine without backups
    jobs = [choices.jobs(search.machine_plan, name)[0] for name in wanted.jobs] or left_to_us(search.machine_plan)
    done: list[PrunedJob] = []
    problems: list[Diagnostic] = []
    unreachable = False
    for job in jobs:
        try:
            if job.prune_here:
                done.append(_from_here(search, job, dry_run=wanted.dry_run))
            else:
                pruned, warnings = _there(search, job, wanted)
                done.append(pruned)
                problems += warnings
        except DiagnosticError as failure:
            problems += failure.diagnostics
        except UnreachableError as failure:
            problems.append(of_ssh(failure.target.machine, failure))
            unreachable = True
    return Pruned(tuple(done), tuple(problems), unreachable)


def _there(search: Search, job: Job, wanted: Wanted) -> tuple[PrunedJob, list[Diagnostic]]:
    assert job.server is not None
    server = reach(search.inventory, search.plan, job.server, search.through)
    passphrase = access.secret(search.store, job, "borgbackup.repokey")
    search.tell(f"pruning the repository of {job.machine} on {job.server}")
    return on_server(search.session, server, job, passphrase, dry_run=wanted.dry_run, accept=wanted.accept)


def _from_here(search: Search, job: Job, *, dry_run: bool) -> PrunedJob:
    """Prune the archives of a job, and no others, as the plan has it; then free their space.

    The repository is the machine's if its passphrase opens it and the job made an archive in it; else CB482. The newest complete
    archive stays, however old it is.
    """

    def work(job: Job, repository: Repository, archives: list[Archive]) -> PrunedJob:
        newest = choices.archive(job, archives, None, datetime.now(UTC))
        search.tell(f"pruning {repository.where}, job {job.name}")
        arguments = [f"--keep-{name}={number}" for name, number in job.prune.keep.items()]
        arguments += ["--glob-archives", job.archive_base_name + TIMESTAMP_PATTERN]
        going = _going(repository, arguments)
        if newest.identity in going:
            arguments.append("--keep-last=1")
            going = _going(repository, arguments)
        if not dry_run:
            borg.run(repository, "prune", *arguments)
            going = {one.identity for one in archives} - {one.identity for one in borg.archives(repository)}
            borg.run(repository, "compact")
        judged = tuple(Judged(one.name, one.start, one.identity not in going) for one in archives)
        return PrunedJob(job.name, repository.where, judged)

    return with_repository(search, work, job=job.name)


def _going(repository: Repository, arguments: list[str]) -> set[str]:
    """The ids of what a prune would remove."""
    finished, _ = borg.run(repository, "prune", "--dry-run", "--list", *arguments)
    return {match[1] for line in borg.told(finished) if (match := _GOES.match(line))}

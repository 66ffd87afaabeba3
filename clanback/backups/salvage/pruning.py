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
from clanback.diagnostics import DiagnosticError, error
from clanback.remote.ssh import UnreachableError
from clanback.services.borgbackup import TIMESTAMP_PATTERN

if TYPE_CHECKING:
    from clanback.backups.salvage.borg import Archive, Repository
    from clanback.backups.salvage.search import Search
    from clanback.diagnostics import Diagnostic
    from clanback.plan.model import Job, MachinePlan

_FATE: Final = re.compile(r"(Would prune|Keeping archive).*\[([0-9a-f]{64})\]")


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
            problems.append(of_ssh(failure.target.machine, failure, option="--through"))
            unreachable = True
    return Pruned(tuple(done), tuple(problems), unreachable)


def _there(search: Search, job: Job, wanted: Wanted) -> tuple[PrunedJob, list[Diagnostic]]:
    assert job.server is not None
    server = reach(search.inventory, search.plan, job.server, search.through, option="--through")
    passphrase = access.secret(search.store, job, "borgbackup.repokey")
    search.tell(f"pruning the repository of {job.machine} on {job.server}")
    return on_server(search.session, server, job, passphrase, dry_run=wanted.dry_run, accept=wanted.accept)


def _from_here(search: Search, job: Job, *, dry_run: bool) -> PrunedJob:
    """Prune the archives of a job, and no others, as the plan has it; then free their space.

    The repository is the machine's if its passphrase opens it and the job made an archive in it; else CB482. The newest complete
    archive stays, however old it is.
    """

    def work(job: Job, repository: Repository, archives: list[Archive]) -> PrunedJob:
        search.tell(f"pruning {repository.where}, job {job.name}")
        arguments, going = chosen(job, repository, archives)
        if not dry_run:
            borg.run(repository, "prune", *arguments)
            going = {one.identity for one in archives} - {one.identity for one in borg.archives(repository)}
            borg.run(repository, "compact")
        judged = tuple(Judged(one.name, one.start, one.identity not in going) for one in archives)
        return PrunedJob(job.name, repository.where, judged)

    return with_repository(search, work, job=job.name)


def chosen(job: Job, repository: Repository, archives: list[Archive]) -> tuple[list[str], set[str]]:
    """The arguments of a prune, and the ids of what it removes: of the job alone, and never the newest complete archive.

    Raises DiagnosticError CB482 where the job made none, CB474 where no arguments would see to that.
    """
    newest = choices.archive(job, archives, None, datetime.now(UTC))
    arguments = [f"--keep-{name}={number}" for name, number in job.prune.keep.items()]
    arguments += ["--glob-archives", job.archive_base_name + TIMESTAMP_PATTERN]
    going, staying = _fates(repository, arguments)
    # What stays because of its age alone may be too old a second later.
    if newest.identity in going or not any(number for name, number in job.prune.keep.items() if name != "within"):
        arguments.append("--keep-last=1")
        going, staying = _fates(repository, arguments)
    others = {one.identity for one in archives if not choices.is_own(job, one.name)}  # Borg does not list what was only begun
    if newest.identity not in staying or going & others:
        raise DiagnosticError(_unsafe(repository, newest))
    return arguments, going


def _fates(repository: Repository, arguments: list[str]) -> tuple[set[str], set[str]]:
    """The ids of what a prune would remove, and of what it would keep."""
    finished, _ = borg.run(repository, "prune", "--dry-run", "--list", *arguments)
    fates = {match[2]: match[1] for line in borg.told(finished) if (match := _FATE.match(line))}
    going = {identity for identity, fate in fates.items() if fate == "Would prune"}
    return going, set(fates) - going


def _unsafe(repository: Repository, newest: Archive) -> Diagnostic:
    return error(
        "CB474",
        f"{repository.where}: {newest.name}, the newest archive that is not dated after now, would not stay, or archives of "
        "others would go: nothing was pruned",
        help="archives that a wrong clock dated in the future push out good ones: remove those with `borg delete`",
    )

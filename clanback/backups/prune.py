"""Pruning what a machine may only add to: `clanback backups prune`. The server does it, with a passphrase that it does not keep.

Why so: docs/adr/0012-pruning-what-clients-may-not.md. For repositories elsewhere see `salvage.pruning`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from clanback.backups.create import beyond_the_contract
from clanback.backups.protocol import ContractOnlyError, ask
from clanback.backups.sweep import Ending, of_failure
from clanback.diagnostics import DiagnosticError, Severity, error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clanback.backups.protocol import Answer, Answers
    from clanback.backups.reach import Reachable
    from clanback.diagnostics import Diagnostic
    from clanback.plan.model import Job
    from clanback.remote.ssh import Session


@attrs.frozen
class Judged:
    """An archive, and whether it stays."""

    name: str
    start: str
    kept: bool


@attrs.frozen
class PrunedJob:
    """What became of the archives of one job, or with a dry run would; `where` their repository is, for people."""

    job: str
    where: str
    archives: tuple[Judged, ...]

    @property
    def gone(self) -> list[Judged]:
        """Those that do not stay."""
        return [one for one in self.archives if not one.kept]


@attrs.frozen
class Pruned:
    """What became of one machine: jobs that were pruned, and what went wrong with others."""

    jobs: tuple[PrunedJob, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    unreachable: bool = False

    @property
    def ending(self) -> Ending:
        """Failed where one job could not be pruned."""
        if self.unreachable:
            return Ending.UNREACHABLE
        errors = [one for one in self.diagnostics if one.severity is Severity.ERROR]
        return of_failure(errors) if errors else Ending.DONE


def on_server(
    session: Session, server: Reachable, job: Job, passphrase: bytes, *, dry_run: bool, accept: Sequence[str]
) -> tuple[PrunedJob, list[Diagnostic]]:
    """Let a server prune the repository of a job's machine, and free its space.

    `accept` are ids of archives that look as if somebody had tampered with them, and are as they should be. Raises
    DiagnosticError where nothing was pruned, UnreachableError.
    """
    request = {
        "client": job.machine,
        "passphrase": passphrase.rstrip(b"\n").decode("utf-8", "surrogateescape"),
        "dry_run": dry_run,
        "accept": list(accept),
        "keep": job.prune.keep,
    }
    try:
        answers = ask(session, server, "prune", request)
    except ContractOnlyError:
        raise DiagnosticError(beyond_the_contract(server.name, "prune what it keeps for others")) from None
    suspicious = answers.of("suspicious")
    if suspicious:
        raise DiagnosticError(_tampered(server.name, job, suspicious))
    if answers.problems():
        raise DiagnosticError(*answers.problems())
    if answers.exit != 0 or answers.one("pruned").get("dry_run") is not dry_run:
        raise DiagnosticError(
            error(
                "CB466",
                f"{server.name} did not say that it did what it was asked for",
                help="run the command again, first with --dry-run",
            )
        )
    archives = tuple(
        Judged(str(line.get("name")), str(line.get("start")), line.get("kept") is not False) for line in answers.of("archive")
    )
    return PrunedJob(job.name, f"the repository on {server.name}", archives), _warnings(server.name, answers)


def _tampered(server: str, job: Job, suspicious: Sequence[Answer]) -> Diagnostic:
    return error(
        "CB474",
        f"{server}: the archives of {job.machine} are not as they were at the last prune; nothing was pruned, no space freed",
        notes=[f"{line.get('name')} ({line.get('start')}): {line.get('why')}; id {line.get('id')}" for line in suspicious],
        help="whoever has the key of this machine may have done it: docs/how-to/append-only.md says how to undo it. --accept "
        "takes the ids of those that are as they should be",
    )


def _warnings(server: str, answers: Answers) -> list[Diagnostic]:
    return [
        error("CB487", f"{server}: {line.get('message')}", help="see to it on the server: its client may be locked out")
        for line in answers.of("warning")
    ]

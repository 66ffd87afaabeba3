"""`clanback backups restore --from-repository`: from the repository onto this computer, or through it onto another machine."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import attrs

from clanback.backups.salvage import borg, choices, placing
from clanback.backups.salvage.search import with_repository
from clanback.backups.selection import known_states, select
from clanback.backups.sweep import Ending
from clanback.diagnostics import DiagnosticError, error, warning

if TYPE_CHECKING:
    from collections.abc import Callable

    from clanback.backups.reach import Reachable
    from clanback.backups.salvage.borg import Archive, Entry, Repository
    from clanback.backups.salvage.search import Search
    from clanback.diagnostics import Diagnostic
    from clanback.plan.model import Job
    from clanback.remote.ssh import Session


@attrs.frozen
class Wanted:
    """What the operator asked for. `to` is a folder of this computer, or with `machine` of another one."""

    job: str | None = None
    archive: str | None = None
    services: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    to: str | None = None
    machine: Reachable | None = None
    overwrite: bool = False
    dry_run: bool = False


@attrs.frozen
class Salvaged:
    """What was restored."""

    job: str
    archive: str
    folder: str
    paths: tuple[str, ...]
    entries: tuple[Entry, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    complete: bool = True

    @property
    def ending(self) -> Ending:
        """A finding where something is missing."""
        return Ending.DONE if self.complete else Ending.FINDINGS


def salvage(search: Search, wanted: Wanted, *, on_progress: Callable[[int, int], None] | None = None) -> Salvaged:
    """Restore from the first repository of a machine that can be opened. Raises DiagnosticError where nothing was restored."""
    machine = search.machine

    def work(job: Job, repository: Repository, archives: list[Archive]) -> Salvaged:
        archive = choices.archive(job, archives, wanted.archive, datetime.now(UTC))
        states, unknown = known_states(search.machine_plan)
        selection = select(machine, states, job.paths or None, services=wanted.services, paths=wanted.paths)
        search.tell(f"restoring from {archive.name}, of {repository.where}")
        found = borg.entries(repository, archive.name, selection.paths)
        choices.require_inside(archive.name, found)
        absent = choices.missing(selection.paths, found)
        present = [path for path in selection.paths if path not in absent]
        said = [*selection.diagnostics, *(unknown if not wanted.services and not wanted.paths else ())]
        said += [warning("CB470", f"{path} is not in {archive.name}", help="choose another archive for it") for path in absent]
        if not present:
            raise DiagnosticError(
                error(
                    "CB470", f"nothing of what was asked for is in {archive.name}", help="choose another archive with --archive"
                ),
                *said,
            )
        folder = wanted.to if wanted.to is not None else default_folder(machine, archive.name)
        done = Salvaged(job.name, archive.name, folder, tuple(present), tuple(found), tuple(said), not absent)
        if wanted.dry_run:
            return done
        return attrs.evolve(done, diagnostics=(*said, *_restore(search.session, repository, archive, done, wanted, on_progress)))

    return with_repository(search, work, job=wanted.job)


def default_folder(machine: str, archive: str) -> str:
    """A folder named after what is restored, in the current one."""
    name = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in archive).lstrip(".-") or machine
    return os.path.abspath(name)


def _restore(
    session: Session,
    repository: Repository,
    archive: Archive,
    chosen: Salvaged,
    wanted: Wanted,
    on_progress: Callable[[int, int], None] | None,
) -> list[Diagnostic]:
    here = chosen.folder if wanted.machine is None else os.environ.get("TMPDIR") or "/var/tmp"  # noqa: S108
    if wanted.machine is None and not wanted.overwrite:
        placing.require_free(chosen.entries, here)
    made = not os.path.lexists(here)
    try:
        with placing.staging(here) as staged:
            arguments = ["--sparse", "--numeric-ids", *(["--progress"] if on_progress else [])]
            _, warnings = borg.run(
                repository,
                "extract",
                *arguments,
                f"::{archive.name}",
                *borg.patterns(chosen.paths),
                folder=staged,
                on_progress=on_progress,
            )
            if wanted.machine is None:
                placing.place(staged, here, chosen.paths, overwrite=wanted.overwrite)
            else:
                from clanback.backups.salvage.sending import send

                send(session, wanted.machine, staged, chosen.entries, chosen.paths, chosen.folder, overwrite=wanted.overwrite)
    except BaseException:
        if made and wanted.machine is None:
            _remove_if_empty(here)
        raise
    said = [warning("CB486", f"{chosen.archive}: {line}", help="look at what is named here") for line in warnings]
    strangers = {entry.uid for entry in chosen.entries} - {os.geteuid()}
    if wanted.machine is None and os.geteuid() != 0 and strangers:
        said.append(
            warning(
                "CB486", "all files belong to you now: only root can give them their owners", help="run it as root to keep owners"
            )
        )
    return said


def _remove_if_empty(folder: str) -> None:
    try:
        os.rmdir(folder)
    except OSError:
        return

"""Which job's repository, which of its archives, and which paths. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from clanback.backups.judging import CLOCKS_MAY_DIFFER
from clanback.backups.names import parse_name
from clanback.backups.status import TIMESTAMP
from clanback.diagnostics import DiagnosticError, did_you_mean, error

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clanback.backups.salvage.borg import Archive, Entry
    from clanback.diagnostics import Diagnostic
    from clanback.plan.model import Job, MachinePlan


def jobs(machine: MachinePlan, job: str | None) -> list[Job]:
    """The jobs whose repositories may be tried: the one that was named; else those on machines of the clan, then the others."""
    known = {**machine.dormant_jobs, **machine.jobs}
    if job is not None and job not in known:
        meant = did_you_mean(job, known)
        there = f"its jobs: {', '.join(sorted(known)) or 'none'}"
        raise DiagnosticError(
            error(
                "CB480", f"the clan plans no job {job!r} for {machine.name}", help=f"did you mean `{meant}`?" if meant else there
            )
        )
    if not known:
        raise DiagnosticError(
            error("CB467", f"the clan gives {machine.name} no backups", help="make it a client of an instance of borgbackup")
        )
    return [known[job]] if job is not None else sorted(known.values(), key=lambda one: (one.server is None, one.name))


def archive(job: Job, found: Sequence[Archive], wanted: str | None, now: datetime) -> Archive:
    """The archive that was named, as it is or as `list` prints it; else the newest complete one that the job made.

    One that is dated after `now` is chosen only where there is no other: the machine's clock was wrong when it was made.
    """
    by_name = {one.name: one for one in found}
    if wanted is not None:
        parsed = parse_name(wanted)
        name = wanted if parsed is None else parsed.archive
        if name in by_name:
            return by_name[name]
        newest = ", ".join(list(by_name)[-3:]) or "none"
        raise DiagnosticError(
            error(
                "CB468", f"the repository of {job.machine}, job {job.name}, has no archive {name!r}", help=f"the newest: {newest}"
            )
        )
    own = [one for one in found if is_own(job, one.name)]
    if not own:
        raise DiagnosticError(
            error(
                "CB482",
                f"the repository of {job.machine}, job {job.name}, holds no complete archive of it",
                notes=[one.name for one in found[-5:]],
                help="name an archive with --archive, or another job with --job",
            )
        )
    return next((one for one in reversed(own) if not _is_ahead(one, now)), own[-1])


def _is_ahead(one: Archive, now: datetime) -> bool:
    try:
        start = datetime.fromisoformat(one.start).astimezone()  # Borg writes the time of this computer
    except ValueError:
        return False
    return (start - now).total_seconds() > CLOCKS_MAY_DIFFER


def is_own(job: Job, name: str) -> bool:
    """Whether the job made the archive, to its end."""
    return (
        name.startswith(f"{job.archive_base_name}-") and TIMESTAMP.fullmatch(name[len(job.archive_base_name) + 1 :]) is not None
    )


def missing(paths: Sequence[str], found: Sequence[Entry]) -> list[str]:
    """Those of the paths that an archive does not hold."""
    there = {above for entry in found for above in _above(f"/{entry.path}")}
    return [path for path in paths if path not in there]


def require_inside(archive: str, found: Sequence[Entry]) -> None:
    """Raises DiagnosticError CB474 where extracting would write elsewhere than an entry says: `borg create` makes none such.

    Borg follows links: of two entries, `a` that is a link to /etc and `a/passwd`, it writes the second into /etc. Whoever has the
    machine has its passphrase, and can make such archives.
    """
    kinds: dict[str, str] = {}
    for entry in found:
        named = [entry.path, *([entry.source.lstrip("/")] if entry.mode.startswith("h") else [])]
        if kinds.setdefault(entry.path, entry.kind) != entry.kind or not all(_is_plain(path) for path in named):
            raise DiagnosticError(_forged(archive, entry.path))
    for entry in found:
        named = [entry.path, *([entry.source.lstrip("/")] if entry.mode.startswith("h") else [])]
        if any(kinds.get(above, "d") != "d" for path in named for above in _above(path.rpartition("/")[0])):
            raise DiagnosticError(_forged(archive, entry.path))


def _is_plain(path: str) -> bool:
    return path in ("", ".") or not {"", ".", ".."}.intersection(path.split("/"))


def _forged(archive: str, path: str) -> Diagnostic:
    return error(
        "CB474",
        f"{archive} was not made by `borg create`: /{path} would lead elsewhere when extracted; nothing was",
        help="somebody forged it: choose an older one with --archive, and find out who had the machine's passphrase",
    )


def _above(path: str) -> Iterator[str]:
    while path != "/" and path:
        yield path
        path = path.rpartition("/")[0]

"""`clanback backups verify --from-repository`: the drill for a machine that is gone, from its repositories onto this computer.

The repository is checked, its newest archive extracted to a folder that is removed afterwards, and each entry held against what
the archive says. There is no machine to compare with; all else is as `backups.verify` has it.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import attrs

from clanback.backups.salvage import borg, choices, placing
from clanback.backups.salvage.search import with_repository
from clanback.backups.verify import Difference, Verified, VerifiedJob
from clanback.diagnostics import DiagnosticError, error

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from clanback.backups.salvage.borg import Archive, Entry, Repository
    from clanback.backups.salvage.search import Search
    from clanback.plan.model import Job

_CHECKS: Final[Mapping[str, tuple[str, ...]]] = {
    "repository": ("--repository-only",),
    "archives": ("--last", "1"),
    "data": ("--last", "1", "--verify-data"),
}
_DAMAGED: Final = frozenset({"CB465", "CB474"})
_MOST: Final = 1000
_KINDS: Final = {"-": "files", "d": "folders", "l": "links"}


@attrs.frozen
class Drill:
    """What the operator asked for; `scratch` is a folder of this computer."""

    jobs: tuple[str, ...] = ()
    check: str = "repository"
    paths: tuple[str, ...] = ()
    scratch: str | None = None


def verify(search: Search, drill: Drill) -> Verified:
    """Verify the jobs of a machine, all or those named, each from its repository. What went wrong is in the result."""
    known = choices.jobs(search.machine_plan, None)
    for name in drill.jobs:
        choices.jobs(search.machine_plan, name)  # raises for those that are not there
    jobs = [job for job in known if not drill.jobs or job.name in drill.jobs]
    return Verified(search.machine, tuple(_verified(search, job, drill) for job in jobs))


def _verified(search: Search, job: Job, drill: Drill) -> VerifiedJob:
    begun = VerifiedJob(job.name)

    def work(job: Job, repository: Repository, archives: list[Archive]) -> VerifiedJob:
        nonlocal begun
        search.tell(f"verifying {repository.where}, job {job.name}")
        begun = _check(begun, repository, drill.check)
        return _compared(begun, job, repository, choices.archive(job, archives, None, datetime.now(UTC)), drill)

    try:
        return with_repository(search, work, job=job.name)
    except DiagnosticError as failure:
        return attrs.evolve(begun, problem=failure.diagnostics[-1])


def _check(job: VerifiedJob, repository: Repository, what: str) -> VerifiedJob:
    if what == "none":
        return job
    began = time.monotonic()
    try:
        finished, _ = borg.run(repository, "check", *_CHECKS[what])
        good, message = finished.status == 0, "\n".join(borg.complaints(finished))
    except DiagnosticError as failure:
        if failure.diagnostics[0].code not in _DAMAGED:
            raise
        good, message = False, "\n".join(note for one in failure.diagnostics for note in (one.message, *one.notes))
    return attrs.evolve(job, checked=what, check_ok=good, check_message="" if good else message, seconds=time.monotonic() - began)


def _compared(job: VerifiedJob, planned: Job, repository: Repository, archive: Archive, drill: Drill) -> VerifiedJob:
    began = time.monotonic()
    found = borg.entries(repository, archive.name, drill.paths, hashes=True)
    if not found:
        raise DiagnosticError(
            error("CB470", f"nothing of that is in {archive.name}", help="name paths that it holds, or leave out --path")
        )
    choices.require_inside(archive.name, found)
    scratch = drill.scratch or os.environ.get("TMPDIR") or "/var/tmp"  # noqa: S108
    counts = dict.fromkeys(("files", "folders", "links", "others", "bytes"), 0)
    differences: list[Difference] = []
    number = 0
    with placing.staging(scratch) as folder:
        placing.require_free(found, folder)
        patterns = borg.patterns(drill.paths)
        borg.run(repository, "extract", "--sparse", "--numeric-ids", f"::{archive.name}", *patterns, folder=folder)
        for entry in found:
            _count(counts, entry)
            for what, expected, seen in _judged(entry, folder):
                number += 1
                if number <= _MOST:
                    differences.append(Difference(f"/{entry.path}", "archive", what, str(expected), str(seen)))
    return attrs.evolve(
        job,
        archive=f"{planned.name}::{planned.repo}::{archive.name}",
        start=datetime.fromisoformat(archive.start).astimezone().isoformat() if archive.start else None,
        counts=counts,
        seconds=job.seconds + time.monotonic() - began,
        differences=tuple(differences),
        difference_count=number,
    )


def _count(counts: dict[str, int], entry: Entry) -> None:
    counts[_KINDS.get(entry.kind, "others")] += 1
    if entry.kind == "-" and not _is_further_name(entry):
        counts["bytes"] += entry.size


def _is_further_name(entry: Entry) -> bool:
    """Whether it is another name of a file that came before: a hard link."""
    return entry.mode.startswith("h")


def _judged(entry: Entry, folder: str) -> Iterator[tuple[str, object, object]]:
    """What is otherwise than the archive says. Only root can give files their owners, and make devices."""
    root = os.geteuid() == 0
    path = os.path.join(folder, entry.path)
    try:
        facts = os.lstat(path)
    except OSError as problem:
        if root or entry.kind not in "bc":
            yield "missing", "extracted", problem.strerror
        return
    if entry.broken:
        yield "content", "as it was saved", "zeros: a repair of the repository found a piece of it lost"
    further = _is_further_name(entry)
    mode = f"-{entry.mode[1:]}" if further else entry.mode
    if stat.filemode(facts.st_mode) != mode:
        yield "mode", mode, stat.filemode(facts.st_mode)
    if root and (facts.st_uid, facts.st_gid) != (entry.uid, entry.gid):
        yield "owner and group", f"{entry.uid}:{entry.gid}", f"{facts.st_uid}:{facts.st_gid}"
    if entry.kind != "d" and not _same_time(entry.mtime, facts.st_mtime_ns):  # a folder's changes with what lies in it
        yield "time", entry.mtime, f"{facts.st_mtime_ns / 10**9:.6f}"
    if entry.kind == "l" and stat.S_ISLNK(facts.st_mode) and os.readlink(path) != entry.source:
        yield "link", entry.source, os.readlink(path)
    if further:
        first = os.path.join(folder, entry.source)
        if os.path.lexists(first) and not os.path.samefile(path, first):  # else --path left the first out
            yield "hard link", f"/{entry.source}", "a file of its own"
    elif entry.kind == "-" and stat.S_ISREG(facts.st_mode):
        if facts.st_size != entry.size:
            yield "size", entry.size, facts.st_size
        if (digest := _hash(path, facts.st_mode)) != entry.digest:
            yield "hash", entry.digest, digest


def _same_time(said: str, nanoseconds: int) -> bool:
    """Borg computes the microseconds that it lists from a floating point number."""
    seconds, micro = said.split(".")
    return abs(int(seconds) * 1_000_000 + int(micro) - nanoseconds // 1000) <= 2


def _hash(path: str, mode: int) -> str:
    locked = not mode & stat.S_IRUSR and os.geteuid() != 0
    try:
        if locked:
            os.chmod(path, 0o600)
        with open(path, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if locked:
            os.chmod(path, stat.S_IMODE(mode))
    except OSError as problem:
        return f"unreadable: {problem.strerror}"
    return digest

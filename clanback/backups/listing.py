"""Listing archives: `clanback backups list`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from clanback.backups import contract
from clanback.backups.failures import of_command
from clanback.backups.names import parse_name
from clanback.backups.protocol import ContractOnlyError, ask
from clanback.backups.providers import BORGBACKUP
from clanback.backups.sweep import Ending
from clanback.diagnostics import DiagnosticError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clanback.backups.protocol import Answer
    from clanback.backups.reach import Reachable
    from clanback.diagnostics import Diagnostic
    from clanback.remote.ssh import Session


@attrs.frozen
class Archive:
    """One archive. What the contract does not tell is None."""

    name: str
    provider: str
    job: str
    repository: str
    archive: str
    start: str | None = None
    complete: bool = True
    own: bool | None = None
    """Whether the job made it, and not somebody else who uses the repository."""
    size: int | None = None
    added: int | None = None


@attrs.frozen
class Listed:
    """The archives of a machine, the oldest of each job first, and what went wrong with some of its repositories."""

    archives: tuple[Archive, ...]
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def ending(self) -> Ending:
        """Failed where one repository could not be listed."""
        return Ending.FAILED if self.diagnostics else Ending.DONE


def list_archives(session: Session, machine: Reachable, providers: Sequence[str], *, sizes: int = 0) -> Listed:
    """All archives of a machine; for the newest `sizes` of each job also how large they are, where the machine can tell.

    Raises DiagnosticError where nothing could be listed at all.
    """
    archives: list[Archive] = []
    problems: list[Diagnostic] = []
    for provider in providers:
        listed = _listed(session, machine, provider, sizes)
        archives += listed.archives
        problems += listed.diagnostics
    if problems and not archives:
        raise DiagnosticError(*problems)
    return Listed(tuple(archives), tuple(problems))


def _listed(session: Session, machine: Reachable, provider: str, sizes: int) -> Listed:
    if provider == BORGBACKUP:
        try:
            answers = ask(session, machine, "list", {"sizes": sizes})
        except ContractOnlyError:
            pass
        else:
            return Listed(tuple(filter(None, map(_archive, answers.of("archive")))), answers.problems())
    names, finished = contract.names(session, machine, provider)
    problems = () if finished.status == 0 else (of_command(machine.name, f"{provider}-list", finished),)
    return Listed(tuple(_named(name, provider) for name in names), problems)


def _archive(line: Answer) -> Archive | None:
    name = line.get("name")
    parsed = parse_name(name) if isinstance(name, str) else None
    if parsed is None:
        return None
    return Archive(
        str(parsed),
        BORGBACKUP,
        parsed.job,
        parsed.repository,
        parsed.archive,
        _text(line.get("start")),
        line.get("complete") is not False,
        line.get("own") if isinstance(line.get("own"), bool) else None,
        _number(line.get("size")),
        _number(line.get("added")),
    )


def _named(name: str, provider: str) -> Archive:
    parsed = parse_name(name)
    if parsed is None:  # another provider's way of naming
        return Archive(name, provider, "", "", name)
    complete = ".checkpoint" not in parsed.archive and not parsed.archive.endswith(".failed")
    return Archive(name, provider, parsed.job, parsed.repository, parsed.archive, None, complete)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def as_json(machine: str, listed: Listed) -> dict[str, Any]:
    """One machine's archives as `list --json` prints them (format 1)."""
    return {
        "machine": machine,
        "archives": [attrs.asdict(archive) for archive in listed.archives],
        "diagnostics": [found.as_json() for found in listed.diagnostics],
    }

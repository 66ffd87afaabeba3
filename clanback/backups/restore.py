"""Restoring on the machine itself: `clanback backups restore MACHINE PROVIDER NAME`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from clanback.backups import contract
from clanback.backups.create import beyond_the_contract
from clanback.backups.failures import of_command, of_ssh
from clanback.backups.names import parse_name
from clanback.backups.protocol import ContractOnlyError, ask
from clanback.backups.providers import BORGBACKUP
from clanback.backups.selection import Selection, known_states, select
from clanback.backups.sweep import Ending
from clanback.diagnostics import DiagnosticError, Severity, error, warning
from clanback.remote.ssh import UnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from clanback.backups.names import ArchiveName
    from clanback.backups.protocol import Answer
    from clanback.backups.reach import Reachable
    from clanback.diagnostics import Diagnostic
    from clanback.remote.ssh import Session


@attrs.frozen
class Wanted:
    """What the operator asked for."""

    name: str
    services: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    target: str | None = None
    dry_run: bool = False


@attrs.frozen
class Entry:
    """What a dry run says of one file."""

    path: str
    kind: str
    size: int
    exists: bool


@attrs.frozen
class Restored:
    """What was restored: folders and files by path, states whose hooks ran. `complete` is False where something is missing."""

    paths: tuple[str, ...]
    states: tuple[str, ...]
    entries: int | None = None
    size: int | None = None
    listing: tuple[Entry, ...] = ()
    complete: bool = True
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def ending(self) -> Ending:
        """A finding where something is missing, failed where that has a cause to be mended."""
        if any(found.severity is Severity.ERROR for found in self.diagnostics):
            return Ending.FAILED
        return Ending.DONE if self.complete else Ending.FINDINGS


def restore(
    session: Session,
    machine: Reachable,
    provider: str,
    wanted: Wanted,
    *,
    on_answer: Callable[[Answer], None] | None = None,
) -> Restored:
    """Restore on a machine. Raises DiagnosticError where nothing was restored, or where it was not brought to its end."""
    if provider == BORGBACKUP:
        name = _known_name(machine.name, wanted.name)
        try:
            return _by_protocol(session, machine, name, wanted, on_answer)
        except ContractOnlyError:
            return _by_contract(session, machine, provider, wanted, name)
    return _by_contract(session, machine, provider, wanted, None)


def _known_name(machine: str, text: str) -> ArchiveName:
    name = parse_name(text)
    if name is None:
        raise DiagnosticError(
            error(
                "CB468",
                f"{text!r} is no name of an archive",
                help=f"copy a line that `clanback backups list {machine}` prints: JOB::REPOSITORY::ARCHIVE",
            )
        )
    return name


def _by_protocol(
    session: Session,
    machine: Reachable,
    name: ArchiveName,
    wanted: Wanted,
    on_answer: Callable[[Answer], None] | None,
) -> Restored:
    states, covered = _on_the_machine(session, machine, name)
    selection = select(machine.name, states, covered, services=wanted.services, paths=wanted.paths)
    request: dict[str, Any] = {"archive": str(name), "dry_run": wanted.dry_run}
    if wanted.paths:
        request["paths"] = list(selection.paths)
    if wanted.services or not wanted.paths:
        request["states"] = list(selection.states)
    if wanted.target is not None:
        request["target"] = wanted.target
    answers = ask(session, machine, "restore", request, on_answer=on_answer)
    absent = [str(line.get("path")) for line in answers.of("missing")]
    missing = [
        warning("CB470", f"{machine.name}: {path} is not in this archive", help="choose another archive for it")
        for path in absent
    ]
    warnings = [_incomplete(machine.name, line.get("message")) for line in answers.of("warning")]
    done = answers.one("restored")
    if done.get("outcome") == "warnings":
        warnings.append(_incomplete(machine.name, done.get("message")))
    if answers.problems():
        raise DiagnosticError(*answers.problems(), *missing, *warnings)
    if not wanted.dry_run and not done:
        raise DiagnosticError(_incomplete(machine.name, "it did not say that it is done"))
    begun = answers.one("restoring")
    return Restored(
        tuple(path for path in selection.paths if path not in absent),
        selection.states,
        begun.get("entries"),
        begun.get("size"),
        tuple(_entry(line) for line in answers.of("entry")),
        answers.exit == 0,
        (*selection.diagnostics, *missing, *warnings),
    )


def _on_the_machine(session: Session, machine: Reachable, name: ArchiveName) -> tuple[dict[str, list[str]], list[str] | None]:
    """The machine's states with their folders, those included that only NixOS knows, and what the archive's job saves."""
    answers = ask(session, machine, "status", {"archives": False})
    states = answers.one("machine").get("states")
    jobs = {job: line.get("paths") for line in answers.of("job") if isinstance(job := line.get("job"), str)}
    if name.job not in jobs:
        there = ", ".join(sorted(jobs)) or "none"
        raise DiagnosticError(
            error(
                "CB468",
                f"{machine.name} has no job {name.job!r}, so this is no archive of it",
                notes=(f"its jobs: {there}",),
                help=f"`clanback backups list {machine.name}` prints the archives there are",
            )
        )
    known = {
        state: [folder for folder in folders if isinstance(folder, str)]
        for state, folders in (states.items() if isinstance(states, dict) else ())
        if isinstance(state, str) and isinstance(folders, list)
    }
    covered = jobs[name.job]
    return known, covered if isinstance(covered, list) else None


def _entry(line: Answer) -> Entry:
    size = line.get("size")
    return Entry(str(line.get("path")), str(line.get("what")), size if isinstance(size, int) else 0, line.get("exists") is True)


def _incomplete(machine: str, message: object) -> Diagnostic:
    said = str(message or "no reason given")
    if "No space left on device" in said:
        return error(
            "CB476",
            f"{machine}: there is no room for all that is restored",
            notes=said.splitlines(),
            help="what is named here is incomplete: make room, and run the command again",
        )
    return warning(
        "CB486",
        f"{machine}: not everything came back as it was saved",
        notes=said.splitlines(),
        help="what is named here is as it was, or incomplete; the rest is restored",
    )


def _by_contract(session: Session, machine: Reachable, provider: str, wanted: Wanted, name: ArchiveName | None) -> Restored:
    if wanted.target is not None:
        raise DiagnosticError(beyond_the_contract(machine.name, "restore to another place (--target)"))
    states, unknown = known_states(machine.plan)
    job = machine.plan.jobs.get(name.job) if name is not None else None
    selection = select(machine.name, states, job.paths if job is not None else None, services=wanted.services, paths=wanted.paths)
    torn = [path for path in selection.paths if ":" in path]
    if torn:
        raise DiagnosticError(*(_torn(machine.name, path) for path in torn))
    found = [*selection.diagnostics, *(unknown if not wanted.services and not wanted.paths else ())]
    if wanted.dry_run:
        said = warning(
            "CB472",
            f"{machine.name} cannot say which files are in the archive: it speaks clan-core's contract only",
            help="these paths would be asked for",
        )
        return Restored(selection.paths, selection.states, diagnostics=(*found, said))
    found += _with_hooks(session, machine, provider, wanted.name, selection)
    return Restored(selection.paths, selection.states, diagnostics=tuple(found))


def _with_hooks(session: Session, machine: Reachable, provider: str, name: str, selection: Selection) -> list[Diagnostic]:
    """Restore between the hooks of the states; those of a state whose first hook began always end, in the reverse order."""
    begun: list[str] = []
    failure: DiagnosticError | UnreachableError | None = None
    try:
        for state in selection.states:
            begun.append(state)
            _hook(session, machine, state, "pre", "preRestoreScript")
        contract.restore(session, machine, provider, name, selection.paths)
    except (DiagnosticError, UnreachableError) as stopped:
        failure = stopped
    late: list[Diagnostic] = []
    for state in reversed(begun):
        try:
            _hook(session, machine, state, "post", "postRestoreScript")
        except DiagnosticError as failed:
            late += failed.diagnostics
        except UnreachableError:
            late.append(_not_undone(machine, state))
    if isinstance(failure, UnreachableError):
        failure = DiagnosticError(of_ssh(machine.name, failure)) if late else failure
    if failure is not None:
        raise DiagnosticError(*failure.diagnostics, *late) if isinstance(failure, DiagnosticError) else failure
    return late


def _not_undone(machine: Reachable, state: str) -> Diagnostic:
    planned = machine.plan.state.get(state)
    hook = f"post-restore-{state}"
    if planned is not None and "postRestoreScript" not in planned.hooks:
        return warning("CB464", f"{machine.name}: nobody could see whether `{hook}` must run", help="look when it is back")
    return error("CB464", f"{machine.name}: the hook `{hook}` has not run", help=f"run `{hook}` there when it can be reached")


def _hook(session: Session, machine: Reachable, state: str, phase: str, script: str) -> None:
    command = f"{phase}-restore-{state}"
    finished = contract.hook(session, machine, command)
    planned = state in machine.plan.state and script in machine.plan.state[state].hooks
    if finished is None and planned:
        raise DiagnosticError(
            error(
                "CB465",
                f"{machine.name}: the clan plans the hook `{command}`, and the machine does not have it",
                help="deploy the machine as it is planned, then restore",
            )
        )
    if finished is not None and finished.status != 0:
        raise DiagnosticError(of_command(machine.name, command, finished))


def _torn(machine: str, path: str) -> Diagnostic:
    return error(
        "CB471",
        f"{path!r} cannot be restored on {machine}: it holds a colon, and the machine would take it for two folders",
        notes=("the machine speaks clan-core's contract only, where colons separate folders",),
        help="restore the folder around it with --path, or deploy what `clanback render` writes for the machine",
    )

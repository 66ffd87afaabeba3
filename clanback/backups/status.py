"""How the backups of a machine are: `clanback backups status`. Asking and reading; `judging` says what is wrong with it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import attrs

from clanback.backups import contract
from clanback.backups.failures import of_answer
from clanback.backups.names import parse_name
from clanback.backups.protocol import ContractOnlyError, ask
from clanback.backups.providers import BORGBACKUP
from clanback.diagnostics import error

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clanback.backups.protocol import Answer
    from clanback.backups.reach import Reachable
    from clanback.diagnostics import Diagnostic
    from clanback.remote.ssh import Session

TIMESTAMP: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$")
"""What the names of archives end with, by the clock of the machine."""


@attrs.frozen
class Run:
    """A job's last run and its next, as systemd tells; None where nobody knows."""

    state: str | None = None
    result: str | None = None
    started: datetime | None = None
    finished: datetime | None = None
    next: datetime | None = None
    timer: bool | None = None


@attrs.frozen
class JobStatus:
    """One job as its machine knows it."""

    job: str
    repository: str
    newest: str | None = None
    """Name of the newest archive that is complete and the job's own."""
    newest_start: datetime | None = None
    archives: int | None = None
    incomplete: int = 0
    ahead: tuple[str, ...] = ()
    """Names of archives that are dated after now: the machine's clock was wrong when they were made, or is now."""
    files: int | None = None
    size: int | None = None
    added: int | None = None
    """What the newest archive added to the repository."""
    repository_size: int | None = None
    missing_paths: tuple[str, ...] = ()
    run: Run = attrs.field(factory=Run)
    problem: Diagnostic | None = None


@attrs.frozen
class Lock:
    """Who holds a repository's lock; `alive` None: nobody can tell from there."""

    host: str
    process: int
    since: str
    alive: bool | None


@attrs.frozen
class Kept:
    """A repository that a machine keeps for a client."""

    client: str
    path: str
    exists: bool
    size: int | None
    free: int | None
    quota: str | None
    append_only: bool
    last_write: datetime | None
    locks: tuple[Lock, ...] = ()


@attrs.frozen
class MachineStatus:
    """A machine's answer. `clock` is how many seconds its clock is ahead of ours, None where it does not tell."""

    machine: str
    speaks: str
    """`protocol`, or `contract`: then sizes and the state of repositories are not known."""
    now: datetime
    clock: float | None
    jobs: tuple[JobStatus, ...]
    kept: tuple[Kept, ...] = ()
    version: str | None = None
    borg: str | None = None


def status(session: Session, machine: Reachable, *, sizes: bool = True) -> MachineStatus:
    """Ask a machine. Raises DiagnosticError or UnreachableError where it gives no answer."""
    heard: list[datetime] = []

    def listen(answer: Answer) -> None:
        if answer["type"] == "machine":  # the first thing it says: its repositories may take a while
            heard.append(datetime.now(UTC))

    try:
        answers = ask(session, machine, "status", {"sizes": sizes}, shared=False, on_answer=listen)
    except ContractOnlyError:
        return _by_contract(session, machine)
    ours = heard[0] if heard else datetime.now(UTC)
    facts = answers.one("machine")
    now = _moment(facts.get("now"))
    return MachineStatus(
        machine.name,
        "protocol",
        now or ours,
        None if now is None else (now - ours).total_seconds(),
        tuple(_job(machine.name, line) for line in answers.of("job")),
        tuple(_kept(line) for line in answers.of("repository")),
        _text(facts.get("version")),
        _text(facts.get("borg")),
    )


def _job(machine: str, line: Answer) -> JobStatus:
    newest, run, problem = _table(line.get("newest")), _table(line.get("run")), line.get("error")
    incomplete, ahead = line.get("incomplete"), line.get("ahead")
    paths = line.get("missing_paths")
    return JobStatus(
        str(line.get("job")),
        str(line.get("repository")),
        _text(newest.get("name")),
        _moment(newest.get("start")),
        _number(line.get("archives")),
        len(incomplete) if isinstance(incomplete, list) else 0,
        tuple(str(name) for name in ahead) if isinstance(ahead, list) else (),
        _number(newest.get("files")),
        _number(newest.get("size")),
        _number(newest.get("added")),
        _number(line.get("repository_size")),
        tuple(str(path) for path in paths) if isinstance(paths, list) else (),
        Run(
            _text(run.get("state")),
            _text(run.get("result")),
            _moment(run.get("started")),
            _moment(run.get("finished")),
            _moment(run.get("next")),
            run.get("timer") if isinstance(run.get("timer"), bool) else None,
        ),
        of_answer(machine, {**problem, "job": line.get("job")}) if isinstance(problem, dict) else None,
    )


def _kept(line: Answer) -> Kept:
    locks = line.get("locks")
    return Kept(
        str(line.get("client")),
        str(line.get("path")),
        line.get("exists") is True,
        _number(line.get("size")),
        _number(line.get("free")),
        _text(line.get("quota")),
        line.get("append_only") is True,
        _moment(line.get("last_write")),
        tuple(_lock(one) for one in locks if isinstance(one, dict)) if isinstance(locks, list) else (),
    )


def _lock(said: Mapping[str, Any]) -> Lock:
    alive = said.get("alive")
    return Lock(
        str(said.get("host")), _number(said.get("pid")) or 0, str(said.get("since")), alive if alive in (True, False) else None
    )


# Machines that speak the contract only: what the names of archives and systemd tell.

_ANY_ZONE: Final = timedelta(hours=15)
"""Names hold the time of a machine, whose zone they do not tell; what is later than this is of no clock that is right."""

_SCRIPT: Final = """
echo "now $(date +%s)"
while [ $# -gt 1 ]; do
  echo "job $1"
  if [ -n "$2" ]; then echo "newest $(date -d "$2" +%s)"; fi
  export TZ=UTC LC_ALL=C
  systemctl show "borgbackup-job-$1.service" --property=LoadState,ActiveState,Result,InactiveEnterTimestamp,InactiveExitTimestamp
  echo "timer"
  systemctl show "borgbackup-job-$1.timer" --property=ActiveState,NextElapseUSecRealtime
  unset TZ
  shift 2
done 2>/dev/null
"""


def _by_contract(session: Session, machine: Reachable) -> MachineStatus:
    listed, finished = contract.names(session, machine, BORGBACKUP)
    found: dict[str, list[str]] = {job: [] for job in machine.plan.jobs}
    repositories = {job: planned.repo for job, planned in machine.plan.jobs.items()}
    for name in listed:
        parsed = parse_name(name)
        if parsed is not None and TIMESTAMP.search(parsed.archive):
            found.setdefault(parsed.job, []).append(name)
            repositories.setdefault(parsed.job, parsed.repository)
    late = (datetime.now(UTC) + _ANY_ZONE).isoformat()[:19]
    ahead = {job: tuple(name for name in names if name[-19:] > late) for job, names in found.items()}
    newest = {
        job: max(set(names).difference(ahead[job]) or names, key=lambda name: name[-19:]) for job, names in found.items() if names
    }
    words = [word for job in sorted(found) for word in (job, newest[job][-19:] if job in newest else "")]
    said = session.run(machine.target, ["sh", "-c", _SCRIPT, "sh", *words], host_keys=machine.host_keys)
    now, told = _read_script(said.text)
    ours = datetime.now(UTC)
    partial = finished.status != 0
    jobs = tuple(
        JobStatus(
            job,
            repositories[job],
            newest.get(job),
            told.get(job, (None, Run()))[0],
            None if partial and not names else len(names),
            ahead=ahead[job],
            run=told.get(job, (None, Run()))[1],
            problem=_unlisted(machine.name, job) if partial and not names else None,
        )
        for job, names in sorted(found.items())
    )
    return MachineStatus(machine.name, "contract", now or ours, None if now is None else (now - ours).total_seconds(), jobs)


def _unlisted(machine: str, job: str) -> Diagnostic:
    return error(
        "CB465",
        f"{machine}, job {job}: its archives cannot be listed",
        help="run `borgbackup-list` on the machine and see what it says",
    )


def _read_script(text: str) -> tuple[datetime | None, dict[str, tuple[datetime | None, Run]]]:
    now: datetime | None = None
    told: dict[str, tuple[datetime | None, Run]] = {}
    job, unit = "", ""
    for line in text.splitlines():
        word, _, rest = line.partition(" ")
        if word in ("now", "newest") and rest.isdigit():
            moment = datetime.fromtimestamp(int(rest), UTC)
            if word == "now":
                now = moment
            else:
                told[job] = (moment, told[job][1])
        elif word == "job":
            job, unit = rest, "service"
            told[job] = (None, Run())
        elif line == "timer":
            unit = "timer"
        elif job:
            name, _, value = line.partition("=")
            newest, run = told[job]
            told[job] = (newest, _with_property(run, unit, name, value))
    return now, told


def _with_property(run: Run, unit: str, name: str, value: str) -> Run:
    match unit, name:
        case "service", "ActiveState":
            return attrs.evolve(run, state={"inactive": "idle", "active": "running", "activating": "running"}.get(value, value))
        case "service", "LoadState" if value != "loaded":
            return attrs.evolve(run, state="unknown")
        case "service", "Result":
            return attrs.evolve(run, result=value or None)
        case "service", "InactiveEnterTimestamp":
            return attrs.evolve(run, finished=_systemd(value))
        case "service", "InactiveExitTimestamp":
            return attrs.evolve(run, started=_systemd(value))
        case "timer", "ActiveState":
            return attrs.evolve(run, timer=value == "active")
        case "timer", "NextElapseUSecRealtime":
            return attrs.evolve(run, next=_systemd(value))
    return run


def _systemd(text: str) -> datetime | None:
    words = text.split()
    try:
        return datetime.strptime(f"{words[1]} {words[2]}", "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except (IndexError, ValueError):
        return None


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None

"""What changes between two plans, in words of backups. Pure: `diff(before, after)` reads nothing.

A plan is compared with a plan; then the rendered files, so that nothing can change unseen: files whose differences no change
explains are listed as other changes. `files_before` and `files_after` are what `render` gives, and what the rendered modules
import from the repository.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from clanback.plan.changes import Change, Difference, FileChange, Subject, order
from clanback.plan.folders import contains, normal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from clanback.plan.model import Job, MachinePlan, Plan, PublicValue, Repository, Retention


def diff(
    before: Plan, after: Plan, files_before: Mapping[str, str] | None = None, files_after: Mapping[str, str] | None = None
) -> Difference:
    """All that changes from one plan to another."""
    changes: list[Change] = []
    for name in sorted({*before.machines, *after.machines}):
        one, other = before.machines.get(name), after.machines.get(name)
        if one is None or other is None:
            changes.append(_coming_or_going(name, one, other))
            changes.extend(_kept(name, before, after))
        else:
            changes.extend(_machine(name, before, after))
    changes.sort(key=order)
    files = tuple(_files(changes, before, after, files_before or {}, files_after or {}))
    return Difference(tuple(changes), files)


def _coming_or_going(name: str, one: MachinePlan | None, other: MachinePlan | None) -> Change:
    return Change(
        Subject.MACHINE,
        name,
        None,
        None if one is None else name,
        None if other is None else name,
        details_before=_what_it_saves(one),
        details_after=_what_it_saves(other),
    )


def _what_it_saves(machine: MachinePlan | None) -> tuple[str, ...]:
    """The folders a machine saves, and what it keeps for others."""
    if machine is None:
        return ()
    return (*_saved(machine), *(repository.path for repository in machine.repos.values()))


def _machine(name: str, before: Plan, after: Plan) -> Iterator[Change]:
    """What changes for a machine that is in both plans."""
    one, other = before.machines[name], after.machines[name]
    yield from _jobs(name, before, after)
    yield from _folders(name, one, other)
    yield from _hooks(name, one, other)
    if not (one.jobs and other.jobs):
        for state in sorted(set(one.state) ^ set(other.state)):
            yield Change(
                Subject.STATE, name, None, state if state in one.state else None, state if state in other.state else None
            )
    yield from _changed(Subject.COMPLETENESS, name, None, _may_be_more(one), _may_be_more(other))
    yield from _changed(Subject.TARGET_HOST, name, None, one.target_host, other.target_host)
    yield from _kept(name, before, after)


def _changed(subject: Subject, machine: str, job: str | None, one: str | None, other: str | None) -> Iterator[Change]:
    if one != other:
        yield Change(subject, machine, job, one, other)


def _may_be_more(machine: MachinePlan) -> str | None:
    return None if machine.state_complete else "more"


# Jobs


def _jobs(name: str, before: Plan, after: Plan) -> Iterator[Change]:
    one, other = before.machines[name], after.machines[name]
    for job in sorted({*one.jobs, *other.jobs}):
        old, new = one.jobs.get(job), other.jobs.get(job)
        if old is None or new is None:
            yield Change(
                Subject.JOB,
                name,
                job,
                None if old is None else _repository(old, before),
                None if new is None else _repository(new, after),
                details_before=() if old is None else _paths(old),
                details_after=() if new is None else _paths(new),
            )
        else:
            yield from _job(name, old, new, before, after)


def _job(machine: str, old: Job, new: Job, before: Plan, after: Plan) -> Iterator[Change]:
    where, where_then = _repository(old, before), _repository(new, after)
    yield from _changed(Subject.REPOSITORY, machine, old.name, where, where_then)
    if where == where_then:
        yield from _changed(Subject.CONNECTION, machine, old.name, old.repo, new.repo)
    if not (old.rsh_is_default and new.rsh_is_default):  # the usual one follows from keys and names, which are told
        yield from _changed(Subject.CONNECTION, machine, old.name, old.rsh, new.rsh)
    yield from _changed(Subject.HOST_KEY, machine, old.name, _host_key(old), _host_key(new))
    for pattern in sorted(set(old.exclude) ^ set(new.exclude)):
        yield Change(
            Subject.EXCLUSION,
            machine,
            old.name,
            pattern if pattern in old.exclude else None,
            pattern if pattern in new.exclude else None,
        )
    yield from _changed(Subject.SCHEDULE, machine, old.name, old.start_at, new.start_at)
    yield from _changed(Subject.DELAY, machine, old.name, _seconds(old), _seconds(new))
    yield from _retention(machine, old.name, old.prune, new.prune)
    yield from _changed(Subject.PRUNING, machine, old.name, _pruner(old), _pruner(new))
    yield from _changed(Subject.COMPRESSION, machine, old.name, old.compression, new.compression)
    yield from _changed(Subject.ARCHIVE_NAME, machine, old.name, old.archive_base_name, new.archive_base_name)


def _repository(job: Job, plan: Plan) -> str:
    """Which repository a job saves to, whatever the way there: two that differ hold different archives."""
    if job.server is None:
        return job.repo
    server = plan.machines.get(job.server)
    kept = None if server is None else server.repos.get(job.machine)
    return f"{job.server}" if kept is None else f"{job.server}:{normal(kept.path)}"


def _host_key(job: Job) -> str | None:
    if job.host_key is None or job.host_key.text is None:
        return None
    kind = "authority " if job.host_key_is_authority else ""
    return f"{kind}{job.host_key.text.strip()}"


def _seconds(job: Job) -> str:
    return f"{job.start_delay_seconds}s"


def _pruner(job: Job) -> str:
    return "client" if job.prune_here else "server"


def _retention(machine: str, job: str, old: Retention, new: Retention) -> Iterator[Change]:
    if old != new:
        yield Change(
            Subject.RETENTION,
            machine,
            job,
            _kept_archives(old),
            _kept_archives(new),
            rank_before=_rank(old),
            rank_after=_rank(new),
        )


def _kept_archives(kept: Retention) -> str:
    counts = (("daily", kept.daily), ("weekly", kept.weekly), ("monthly", kept.monthly), ("yearly", kept.yearly))
    return ", ".join([f"all within {kept.within}", *(f"{count} {word}" for word, count in counts if count)])


_HOURS = {"S": 1 / 3600, "M": 1 / 60, "H": 1, "d": 24, "w": 24 * 7, "m": 24 * 31, "y": 24 * 366}


def _rank(kept: Retention) -> tuple[int, ...]:
    """How much is kept, rule by rule, as numbers that can be compared."""
    span = re.fullmatch(r"(\d+)([SMHdwmy])", kept.within)
    seconds = int(int(span[1]) * _HOURS[span[2]] * 3600) if span else 0
    return (seconds, kept.daily, kept.weekly, kept.monthly, kept.yearly)


# Folders and state


def _paths(job: Job) -> tuple[str, ...]:
    return (*job.paths, *(unknown.text for unknown in job.unknown_paths))


def _saved(machine: MachinePlan) -> tuple[str, ...]:
    """The known folders that the machine's jobs save, each once."""
    return tuple(dict.fromkeys(normal(path) for job in machine.jobs.values() for path in job.paths))


def _folders(name: str, one: MachinePlan, other: MachinePlan) -> Iterator[Change]:
    if not (one.jobs and other.jobs):
        return  # told with the first job or the last
    old, new = _saved(one), _saved(other)
    for folder in sorted(set(old) ^ set(new)):
        before, after = (folder, None) if folder in old else (None, folder)
        yield Change(Subject.FOLDER, name, None, before, after, still=_around(folder, new if after is None else old))
    unknown, unknown_then = _unknown(one), _unknown(other)
    for text in sorted(unknown ^ unknown_then):
        yield Change(
            Subject.UNKNOWN_FOLDER, name, None, text if text in unknown else None, text if text in unknown_then else None
        )


def _around(folder: str, folders: Iterable[str]) -> str | None:
    """The folder that contains this one."""
    return min((outer for outer in folders if contains(outer, folder)), default=None)


def _unknown(machine: MachinePlan) -> set[str]:
    return {unknown.text for job in machine.jobs.values() for unknown in job.unknown_paths}


def _hooks(name: str, one: MachinePlan, other: MachinePlan) -> Iterator[Change]:
    for state in sorted(set(one.state) & set(other.state)):
        old, new = one.state[state].hooks, other.state[state].hooks
        for hook in sorted({*old, *new}):
            yield from _changed(Subject.HOOK, name, f"{state}.{hook}", _script(old.get(hook)), _script(new.get(hook)))


def _script(hook: Any) -> str | None:
    return hook if hook is None or isinstance(hook, str) else str(hook.text)


# What servers keep


def _kept(name: str, before: Plan, after: Plan) -> Iterator[Change]:
    """What changes in the repositories that a server keeps. Those that come and go with a client's job are told there."""
    nothing: Mapping[str, Repository] = {}
    old = before.machines[name].repos if name in before.machines else nothing
    new = after.machines[name].repos if name in after.machines else nothing
    for client in sorted({*old, *new}):
        one, other = old.get(client), new.get(client)
        if one is None or other is None:
            if name in before.machines and name in after.machines and not _has_job(client, name, before, after):
                yield Change(Subject.KEPT, name, client, None if one is None else one.path, None if other is None else other.path)
            continue
        if normal(one.path) != normal(other.path) and not _in_both(client, name, before, after):
            yield Change(Subject.REPOSITORY, name, client, f"{name}:{normal(one.path)}", f"{name}:{normal(other.path)}")
        yield from _changed(Subject.CLIENT_KEY, name, client, _keys(one), _keys(other))
        yield from _changed(Subject.APPEND_ONLY, name, client, _append_only(one), _append_only(other))
        yield from _changed(Subject.QUOTA, name, client, one.quota, other.quota)
        if one.prune is not None and other.prune is not None and not _in_both(client, name, before, after):
            yield from _retention(name, client, one.prune, other.prune)


def _has_job(client: str, server: str, *plans: Plan) -> bool:
    return any(_job_to(client, server, plan) for plan in plans)


def _in_both(client: str, server: str, *plans: Plan) -> bool:
    return all(_job_to(client, server, plan) for plan in plans)


def _job_to(client: str, server: str, plan: Plan) -> bool:
    machine = plan.machines.get(client)
    job = None if machine is None else machine.jobs.get(server)
    return job is not None and job.server == server


def _keys(repository: Repository) -> str | None:
    """The keys that are let in; None while none is known."""
    return "\n".join(_key(key) for key in repository.authorized_keys if key.text) or None


def _key(key: PublicValue) -> str:
    return (key.text or "").strip()


def _append_only(repository: Repository) -> str | None:
    return "append-only" if repository.append_only else None


# Files


def _files(
    changes: Iterable[Change], before: Plan, after: Plan, old: Mapping[str, str], new: Mapping[str, str]
) -> Iterator[FileChange]:
    told = _Told(changes, before, after)
    for path in sorted({*old, *new}):
        one, other = old.get(path), new.get(path)
        if one != other:
            added, removed = _lines(one or "", other or "")
            comments = one is not None and other is not None and _code(one) == _code(other)
            yield FileChange(path, added, removed, comments, told.about(path))


def _lines(one: str, other: str) -> tuple[int, int]:
    """How many lines only the second text has, and how many only the first: as a bag, which is enough to be counted."""
    from collections import Counter

    old, new = Counter(one.splitlines()), Counter(other.splitlines())
    return sum((new - old).values()), sum((old - new).values())


def _code(text: str) -> list[str]:
    """The lines that are no comment."""
    return [line for line in text.splitlines() if not line.lstrip().startswith("#")]


class _Told:
    """Which files the changes say something about."""

    def __init__(self, changes: Iterable[Change], before: Plan, after: Plan) -> None:
        self.folders: set[str] = set()
        self.files: set[str] = set()
        for change in changes:
            machine = change.machine
            if change.subject is Subject.MACHINE:
                self.folders.add(machine)
                self.files.add("default.nix")
            elif change.subject in (Subject.FOLDER, Subject.UNKNOWN_FOLDER, Subject.STATE, Subject.HOOK, Subject.COMPLETENESS):
                self.files.update((f"{machine}/state.nix", f"{machine}/machine.nix"))
                for plan in (before, after):
                    self.files.update(_written_in(plan.machines.get(machine)))
            elif change.subject is Subject.TARGET_HOST:
                self.files.add(f"{machine}/default.nix")
            else:
                self.files.add(f"{machine}/borgbackup.nix")
                if change.subject is Subject.REPOSITORY or change.subject is Subject.JOB:
                    self.files.update(f"{server}/borgbackup.nix" for server in _servers(change))

    def about(self, path: str) -> bool:
        """Whether a change says something about this file."""
        return path in self.files or path.partition("/")[0] in self.folders


def _servers(change: Change) -> set[str]:
    return {text.partition(":")[0] for text in (change.before, change.after) if text is not None}


def _written_in(machine: MachinePlan | None) -> set[str]:
    """The files of the repository that a machine's state is written in."""
    if machine is None:
        return set()
    return {place.file for entry in machine.state.values() for place in (*entry.places, *entry.folder_places.values())}

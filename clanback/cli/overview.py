"""What `show` says to people, as tables that `tables.py` draws: who backs up what to whom, who keeps it, and what is left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clanback.cli.tables import Table
from clanback.cli.terminal import counted, safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clanback.inventory.model import Inventory, StateEntry, UnknownText
    from clanback.plan.model import Job, MachinePlan, Plan, Retention

UNKNOWN = "unknown here"
NOTHING = "-"


def overview(inventory: Inventory, plan: Plan, machine: str | None) -> tuple[str, list[Table]]:
    """A headline and the tables of the clan, or of one machine and those who back up to it."""
    machines = [one for name, one in plan.machines.items() if machine in (None, name)]
    jobs = [job for one in plan.machines.values() for job in one.jobs.values() if machine in (None, one.name, job.server)]
    headline = f"{safe(plan.meta.name)} ({safe(plan.meta.domain)}): {counted(len(plan.machines), 'machine')}, " + counted(
        sum(len(one.jobs) for one in plan.machines.values()), "backup job"
    )
    tables = [_jobs(jobs), _state(machines), _repositories(machines), _without(inventory, machines), _opaque(inventory)]
    if machine is not None:
        tables.insert(0, _facts(machines))
    return headline, [table for table in tables if table.rows]


def _jobs(jobs: Iterable[Job]) -> Table:
    table = Table("Who backs up what to whom", ("machine", "folders", "to", "when", "keeps"))
    for job in jobs:
        folders = [safe(path) for path in job.paths] + _unknown(job.unknown_paths)
        if not job.paths_complete:
            folders.append("(modules may add more)")
        where = [safe(job.server or job.destination or job.name), safe(job.repo)]
        if job.exclude:
            folders += [f"except {safe(pattern)}" for pattern in job.exclude]
        keeps = _keeps(job.prune) if job.prune_here else ["everything, as its", "server prunes"]
        table.rows.append(([safe(job.machine)], folders or [NOTHING], where, _when(job), keeps))
    return table


def _state(machines: Iterable[MachinePlan]) -> Table:
    table = Table("State", ("machine", "state", "folders", "around a backup"))
    for machine in machines:
        for entry in machine.state.values():
            folders = [safe(path) for path in entry.folders] + _unknown(entry.unknown_folders)
            table.rows.append(([safe(machine.name)], [safe(entry.name)], folders or [NOTHING], _hooks(entry) or [NOTHING]))
        if not machine.state_complete:
            table.rows.append(([safe(machine.name)], [UNKNOWN], ["modules that only Nix can read may declare more"], [NOTHING]))
    return table


def _repositories(machines: Iterable[MachinePlan]) -> Table:
    table = Table("Who keeps what", ("server", "client", "in", "key"))
    for machine in machines:
        for repository in machine.repos.values():
            known = all(key.text for key in repository.authorized_keys)
            key = ["known" if known else "not generated yet"]
            if repository.append_only:
                key.append("append-only")
            table.rows.append(([safe(machine.name)], [safe(repository.client)], [safe(repository.path)], key))
    return table


def _without(inventory: Inventory, machines: Iterable[MachinePlan]) -> Table:
    """Machines that declare state but save it nowhere, and machines with neither."""
    roles = [role for instance in inventory.instances.values() for role in instance.roles.values()]
    undecided = {name for role in roles for name in role.undecided}
    table = Table("Not backed up", ("machine", "why"))
    for machine in machines:
        if machine.jobs:
            continue
        if machine.dormant_jobs:
            why = "a client, but no state is declared" + ("" if machine.state_complete else " that can be known without Nix")
        elif machine.state and machine.name in undecided:
            why = "where to, only Nix knows"
        elif machine.state:
            why = "declares state, but is no client with a server or destination"
        else:
            why = "declares no state" + ("" if machine.state_complete else " that can be known without Nix")
        table.rows.append(([safe(machine.name)], [why]))
    return table


def _opaque(inventory: Inventory) -> Table:
    table = Table("Services that clanback leaves to others", ("instance", "service", "members"))
    for instance in inventory.instances.values():
        if instance.opaque:
            members = [f"{safe(role.name)}: {', '.join(map(safe, role.members)) or NOTHING}" for role in instance.roles.values()]
            service = instance.service if instance.input is None else f"{instance.service} (from {instance.input})"
            table.rows.append(([safe(instance.name)], [safe(service)], members or [NOTHING]))
    return table


def _facts(machines: Iterable[MachinePlan]) -> Table:
    table = Table("Machine", ("machine", "class", "tags", "deployed to", "users", "SSH server"))
    for machine in machines:
        table.rows.append(
            (
                [safe(machine.name)],
                [safe(machine.machine_class)],
                [safe(tag) for tag in machine.tags] or [NOTHING],
                [safe(machine.target_host) if machine.target_host else NOTHING],
                [safe(user) for user in machine.users] or [NOTHING],
                ["yes" if machine.ssh_server else "no"],
            )
        )
    return table


def _unknown(folders: Iterable[UnknownText]) -> list[str]:
    return [f"{UNKNOWN}: {safe(one.text)}" for one in folders]


def _hooks(entry: StateEntry) -> list[str]:
    words = {
        "preBackupScript": "before",
        "postBackupScript": "after",
        "preRestoreScript": "before restore",
        "postRestoreScript": "after restore",
    }
    hooks: Mapping[str, object] = entry.hooks
    return [words.get(name, name) for name in words if name in hooks]


def _when(job: Job) -> list[str]:
    daily = re.fullmatch(r"(?:\*-\*-\* )?(\d\d?:\d\d)(?::00)?", job.start_at)
    when = [f"daily at {daily[1]}" if daily else safe(job.start_at)]
    if job.start_delay_seconds:
        minutes = job.start_delay_seconds // 60
        when.append(f"+ up to {minutes} min" if minutes else f"+ up to {job.start_delay_seconds} s")
    return when


def _keeps(retention: Retention) -> list[str]:
    counts = [
        f"{count} {word}"
        for count, word in (
            (retention.daily, "daily"),
            (retention.weekly, "weekly"),
            (retention.monthly, "monthly"),
            (retention.yearly, "yearly"),
        )
        if count
    ]
    everything = f"all of {_period(retention.within)}" if retention.within else ""
    return [part for part in (everything, ", ".join(counts)) if part] or [NOTHING]


def _period(text: str) -> str:
    """Borg's `1d` or `2w` in words."""
    units = {"S": "second", "M": "minute", "H": "hour", "d": "day", "w": "week", "m": "month", "y": "year"}
    parts = re.fullmatch(r"(\d+)([SMHdwmy])", text)
    if parts is None:
        return safe(text)
    return counted(int(parts[1]), units[parts[2]])

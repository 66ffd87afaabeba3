"""What is declared to be worth keeping, and would be saved by nobody: the faults that no run of a backup ever tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.checks.calendar import pause, seldom
from clanback.checks.findings import Findings, listed, members
from clanback.checks.topology import BORGBACKUP
from clanback.diagnostics import Severity
from clanback.plan.exclusions import swallows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clanback.checks.places import Places
    from clanback.diagnostics import Diagnostic, Span
    from clanback.inventory.model import Inventory, StateEntry
    from clanback.plan.model import Job, MachinePlan, Plan

SHORTEST_PAUSE = 300
"""Seconds between two starts of a job below which something is wrong."""

_WORDS_OF_BACKUPS = ("backup", "borg", "restic")
"""A service that clanback does not know, but is called like this, may well save what its members keep."""


def check(inventory: Inventory, plan: Plan, places: Places) -> Iterator[Diagnostic]:
    """All findings of this family."""
    found = Findings()
    _unsaved_state(inventory, plan, places, found)
    for machine in plan.machines.values():
        _excluded_folders(inventory, machine, places, found)
        _folders_with_patterns(machine, places, found)
    _timers_that_end(inventory, places, found)
    _timers_without_rest(inventory, places, found)
    yield from found


def _unsaved_state(inventory: Inventory, plan: Plan, places: Places, found: Findings) -> None:
    clients = _clients(inventory)
    for machine in plan.machines.values():
        entries = [entry for entry in machine.state.values() if entry.folders or entry.unknown_folders]
        if entries and machine.name not in clients:
            found.add(
                "CB423",
                Severity.WARNING,
                _state_span(entries[0], places),
                machine.name,
                (f"state {listed(entry.name for entry in entries)} of ", " is saved by no backup"),
                help=f"make the machine a client: `roles.client.machines.{machine.name} = {{ }};` of an instance of borgbackup",
            )


def _clients(inventory: Inventory) -> set[str]:
    """Machines that some service saves, or may save: of clients of borgbackup `topology` tells what is wrong."""
    found: set[str] = set()
    for instance in inventory.instances.values():
        if instance.opaque and any(word in instance.service.lower() for word in _WORDS_OF_BACKUPS):
            for role in instance.roles.values():
                found.update(role.members)
        elif not instance.opaque and instance.service == BORGBACKUP and "client" in instance.roles:
            found.update(instance.roles["client"].members)
    return found


def _excluded_folders(inventory: Inventory, machine: MachinePlan, places: Places, found: Findings) -> None:
    for job in machine.jobs.values():
        by_folder = {folder: pattern for folder in job.paths if (pattern := _excluding(folder, job)) is not None}
        if not by_folder:
            continue
        nothing_left = len(by_folder) == len(job.paths) and not job.unknown_paths and machine.state_complete
        for folder, pattern in by_folder.items():
            found.add(
                "CB424",
                Severity.ERROR if nothing_left else Severity.WARNING,
                places.of_setting(job.instance, "client", machine.name, "exclude"),
                machine.name,
                (f"folder {folder} of ", f" is left out as a whole: “{pattern}” excludes it"),
                notes=("nothing else is saved: the archives would be empty",) if nothing_left else (),
                help="take the folder out of the state, or narrow the pattern",
            )


def _excluding(folder: str, job: Job) -> str | None:
    return next((pattern for pattern in job.exclude if swallows(pattern, folder)), None)


def _folders_with_patterns(machine: MachinePlan, places: Places, found: Findings) -> None:
    for entry in machine.state.values() if machine.jobs else ():
        for folder in entry.folders:
            sign = next((sign for sign in ("*", "$") if sign in folder), None)
            if sign is None and ".." not in folder.split("/"):
                continue
            at = entry.folder_places.get(folder)
            found.add(
                "CB426",
                Severity.WARNING,
                places.span(at) if at else _state_span(entry, places),
                machine.name,
                (
                    f"folder “{folder}” of state {entry.name} of ",
                    f" is taken literally: nothing expands `{sign}`" if sign else " leads upwards with `..`",
                ),
                help="name the folders themselves, or the one that holds them",
            )


def _timers_that_end(inventory: Inventory, places: Places, found: Findings) -> None:
    for instance, machine, settings in members(inventory, BORGBACKUP, "client"):
        start = settings.get("startAt")
        why = seldom(start) if isinstance(start, str) else None
        if why is not None:
            found.add(
                "CB425",
                Severity.WARNING,
                places.of_setting(instance.name, "client", machine.name, "startAt"),
                machine.name,
                ("the timer of ", f" does not go on: “{start}” {why}"),
                help="write for example `*-*-* 01:00:00`, `Sun 03:00` or `hourly`; `man systemd.time` has the rest",
            )


def _timers_without_rest(inventory: Inventory, places: Places, found: Findings) -> None:
    judged: dict[str, int | None] = {}
    for instance, machine, settings in members(inventory, BORGBACKUP, "client"):
        start = settings.get("startAt")
        if not isinstance(start, str):
            continue
        if start not in judged:
            judged[start] = pause(start)
        seconds = judged[start]
        if seconds is not None and seconds < SHORTEST_PAUSE:
            found.add(
                "CB456",
                Severity.WARNING,
                places.of_setting(instance.name, "client", machine.name, "startAt"),
                machine.name,
                ("the job of ", f" would start every {f'{seconds} seconds' if seconds < 60 else 'minute or two'}, at “{start}”"),
                help="a star stands for every hour, minute or second: write for example `hourly`, or `*-*-* 01:00:00`",
            )


def _state_span(entry: StateEntry, places: Places) -> Span | None:
    return places.span(entry.places[0]) if entry.places else None

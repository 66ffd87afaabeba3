"""Where saved folders and repositories lie: in memory, in one another, among what NixOS makes anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.checks.findings import Findings, members
from clanback.checks.placeholders import is_placeholder
from clanback.checks.topology import BORGBACKUP
from clanback.diagnostics import Severity
from clanback.plan.folders import contains, normal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clanback.checks.places import Places
    from clanback.diagnostics import Diagnostic, Span
    from clanback.inventory.model import Inventory, StateEntry
    from clanback.plan.model import MachinePlan, Plan

_IN_MEMORY = ("/run", "/dev/shm", "/var/run", "/var/lock")  # noqa: S108 - folders that are found, not written to
_FOR_A_WHILE = {"/tmp": "ten days", "/var/tmp": "thirty days"}  # noqa: S108
_MADE_ANEW = {
    "/proc": "is the kernel's view of itself",
    "/sys": "is the kernel's view of itself",
    "/dev": "holds devices",
    "/nix/store": "is made again from the configuration",
    "/etc/static": "is made again from the configuration",
}


def check(inventory: Inventory, plan: Plan, places: Places) -> Iterator[Diagnostic]:
    """All findings of this family."""
    found = Findings()
    for machine in plan.machines.values():
        if not machine.jobs:
            continue
        written = [(entry, folder) for entry in machine.state.values() for folder in entry.folders if folder.startswith("/")]
        for entry, folder in written:
            _one(machine, entry, folder, places, found)
        _nested(machine, written, places, found)
    _repositories(inventory, places, found)
    yield from found


def lost_when(path: str) -> str | None:
    """What becomes of a folder in memory, or one that systemd cleans; None for one that lasts."""
    if any(contains(above, path) for above in _IN_MEMORY):
        return "lies in memory: it is gone with the next start"
    for above, time in _FOR_A_WHILE.items():
        if contains(above, path):
            return f"lies below {above}, from which systemd removes what is older than {time}"
    return None


def _one(machine: MachinePlan, entry: StateEntry, folder: str, places: Places, found: Findings) -> None:
    path = normal(folder)
    span = _span(entry, folder, places)
    lost = lost_when(path)
    if lost is not None:
        found.add(
            "CB433",
            Severity.WARNING,
            span,
            machine.name,
            (f"folder {folder} of state {entry.name} of ", f" {lost}"),
            help="keep what is worth saving below `/var/lib`, `/home` or `/srv`",
        )
    for above, why in _MADE_ANEW.items():
        if contains(above, path):
            found.add(
                "CB457",
                Severity.WARNING,
                span,
                machine.name,
                (f"folder {folder} of state {entry.name} of ", f" {why}: there is nothing in it to save"),
                help="take it out of the state",
            )
    if path == "/" and not any(_leaves_out_the_system(job.exclude) for job in machine.jobs.values()):
        found.add(
            "CB457",
            Severity.WARNING,
            span,
            machine.name,
            (f"state {entry.name} of ", " saves `/` with `/proc`, `/sys`, `/dev`, `/run` and `/nix/store` in it"),
            help='name the folders that matter, or add `"/proc" "/sys" "/dev" "/run" "/nix"` to `settings.exclude`',
        )
    for repository in machine.repos.values():
        if not contains(path, normal(repository.path)) and contains(_parent(normal(repository.path)), path):
            found.add(
                "CB436",
                Severity.WARNING,
                span,
                machine.name,
                (
                    f"folder {folder} of state {entry.name} of ",
                    f" lies in {_parent(normal(repository.path))}, where the repositories of other machines are",
                ),
                help="keep repositories in a folder of their own: `roles.server.settings.directory`",
            )
            break


def _leaves_out_the_system(exclude: tuple[str, ...]) -> bool:
    patterns = {pattern.partition(":")[2] if pattern[2:3] == ":" else pattern for pattern in exclude}
    return any(pattern.rstrip("/*").endswith("/proc") for pattern in patterns)


def _parent(path: str) -> str:
    return path.rpartition("/")[0] or "/"


def _nested(machine: MachinePlan, written: list[tuple[StateEntry, str]], places: Places, found: Findings) -> None:
    """Folders in folders: stored once, but restored with both states."""
    by_path: dict[str, tuple[StateEntry, str]] = {}
    for entry, folder in written:
        by_path.setdefault(normal(folder), (entry, folder))
    for entry, folder in written:
        path = normal(folder)
        above = _parent(path)
        while path != "/":
            if above in by_path:
                other, outer = by_path[above]
                same = other.name == entry.name
                found.add(
                    "CB435",
                    Severity.INFO,
                    _span(entry, folder, places),
                    machine.name,
                    (
                        f"folder {folder} of state {entry.name} of ",
                        f" lies in {outer}{'' if same else f' of state {other.name}'}: "
                        + ("it is saved anyway" if same else f"restoring {other.name} puts it back as well"),
                    ),
                    help="leave it out" if same else "leave it out of one of the two, unless that is meant",
                )
                break
            if above == "/":
                break
            above = _parent(above)


def _repositories(inventory: Inventory, places: Places, found: Findings) -> None:
    for instance, machine, settings in members(inventory, BORGBACKUP, "server"):
        directory = settings.get("directory")
        if isinstance(directory, str) and not is_placeholder(directory) and instance.roles.get("client") is not None:
            span = places.of_setting(instance.name, "server", machine.name, "directory")
            _repository(directory, f"the directory of repositories {directory} on ", machine.name, span, found)
    for instance, machine, settings in members(inventory, BORGBACKUP, "client"):
        for name, destination in sorted((settings.get("destinations") or {}).items()):
            from clanback.checks import borg_repositories  # late: most clans have no destinations

            folder = borg_repositories.local_folder(str(destination.get("repo")))
            if folder is not None:
                span = places.of_setting(instance.name, "client", machine.name, f"destinations.{name}.repo")
                _repository(folder, f"the repository of destination {name} of ", machine.name, span, found)


def _repository(path: str, what: str, machine: str, span: Span | None, found: Findings) -> None:
    lost = lost_when(normal(path))
    if lost is not None:
        found.add(
            "CB434",
            Severity.WARNING,
            span,
            machine,
            (what, f" {lost}"),
            help="name a folder on a disk, `/var/lib/borgbackup` for example",
        )


def _span(entry: StateEntry, folder: str, places: Places) -> Span | None:
    return places.span(entry.folder_places.get(folder) or (entry.places[0] if entry.places else None))

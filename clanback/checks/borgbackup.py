"""Settings of borgbackup that systemd, ssh or Borg would refuse, and jobs that get in each other's way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.checks.addresses import address_problem
from clanback.checks.calendar import is_local_only, problem
from clanback.checks.findings import Findings, listed, members
from clanback.checks.placeholders import is_placeholder
from clanback.checks.topology import BORGBACKUP
from clanback.diagnostics import Severity, warning
from clanback.plan.folders import contains, normal
from clanback.plan.places import is_local
from clanback.services.borgbackup import bracketed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clanback.checks.places import Places
    from clanback.diagnostics import Diagnostic, Span
    from clanback.inventory.model import Inventory
    from clanback.plan.model import Job, MachinePlan, Plan

CROWD = 10
"""So many clients that start together are worth a word."""


def check(inventory: Inventory, plan: Plan, places: Places) -> Iterator[Diagnostic]:
    """All findings of this family. What the modules we render mend is told only when clan-core's are wanted."""
    found = Findings()
    _client_settings(inventory, places, found)
    _server_settings(inventory, plan, places, found)
    for machine in plan.machines.values():
        _folders(machine, places, found)
        _repositories_in_backups(inventory, machine, places, found)
        _one_repository(inventory, machine, places, found)
    _host_keys(inventory, plan, places, found)
    yield from found
    yield from _crowds(plan, places)
    if plan.compat is not None:
        yield from _mended(plan, places)


def _client_settings(inventory: Inventory, places: Places, found: Findings) -> None:
    judged: dict[str, tuple[str | None, Severity]] = {}
    for instance, machine, settings in members(inventory, BORGBACKUP, "client"):
        start = settings.get("startAt")
        if isinstance(start, str) and not is_placeholder(start):
            if start not in judged:
                why = problem(start)
                local = why is not None and is_local_only(start)  # right on a machine whose own zone is called so
                judged[start] = (why, Severity.WARNING if local else Severity.ERROR)
            why, severity = judged[start]
            if why is not None:
                found.add(
                    "CB410",
                    severity,
                    places.of_setting(instance.name, "client", machine.name, "startAt"),
                    machine.name,
                    ("systemd would refuse the timer of ", f": “{start}” is no calendar expression, {why}"),
                    help="write for example `*-*-* 01:00:00`, `Sun 03:00` or `hourly`; `man systemd.time` has the rest",
                )
        for name, destination in sorted((settings.get("destinations") or {}).items()):
            if not str(destination.get("repo")).strip():
                found.add(
                    "CB428",
                    Severity.ERROR,
                    places.of_setting(instance.name, "client", machine.name, f"destinations.{name}.repo"),
                    machine.name,
                    (f"destination {name} of ", " has an empty repository"),
                    help="write where it is, for example `u1@u1.box.example:./borg`",
                )
            said = destination.get("name")
            if said is not None and said != name:
                found.add(
                    "CB417",
                    Severity.WARNING,
                    places.of_setting(instance.name, "client", machine.name, f"destinations.{name}.name"),
                    machine.name,
                    (f"destination {name} of ", f" is named {said}: `clan backups list` would look for a job of that name"),
                    help="leave `name` out, or give the destination that name",
                )


def _server_settings(inventory: Inventory, plan: Plan, places: Places, found: Findings) -> None:
    for instance, machine, settings in members(inventory, BORGBACKUP, "server"):
        directory, address = settings.get("directory"), settings.get("address")
        if isinstance(directory, str) and not directory.startswith("/") and not is_placeholder(directory):
            found.add(
                "CB411",
                Severity.ERROR,
                places.of_setting(instance.name, "server", machine.name, "directory"),
                machine.name,
                ("the directory of server ", f" is not absolute: “{directory}”"),
                help="write the whole path, `/var/lib/borgbackup` for example",
            )
        why = address_problem(address) if isinstance(address, str) and not is_placeholder(address) else None
        if why is None and plan.compat is not None and isinstance(address, str) and bracketed(address) != address:
            why = "it is an IPv6 address, which clan-core does not put in brackets"
        if why is not None:
            found.add(
                "CB416",
                Severity.ERROR,
                places.of_setting(instance.name, "server", machine.name, "address"),
                machine.name,
                ("clients cannot reach server ", f" at “{address}”: {why}"),
                help="write the name or the IP address alone; clients log in as the user borg",
            )


def _folders(machine: MachinePlan, places: Places, found: Findings) -> None:
    if not machine.jobs:
        return
    for entry in machine.state.values():
        for folder in entry.folders:
            if folder.startswith("/"):
                continue
            at = entry.folder_places.get(folder) or (entry.places[0] if entry.places else None)
            found.add(
                "CB414",
                Severity.WARNING,
                places.span(at),
                machine.name,
                (f"folder “{folder}” of state {entry.name} of ", " is not absolute"),
                help="begin it with `/`: jobs start in no folder of their own",
            )


def _repositories_in_backups(inventory: Inventory, machine: MachinePlan, places: Places, found: Findings) -> None:
    """A machine that saves the folder in which repositories lie: without end if the job goes there itself."""
    for job in machine.jobs.values():
        kept = [repository.path for repository in machine.repos.values()]
        if job.server is None and is_local(job.repo) and job.repo.startswith(("/", "file://")):
            kept.append(job.repo.removeprefix("file://"))
        for folder in (normal(path) for path in job.paths):
            inside = [path for path in (normal(k) for k in kept) if contains(folder, path) and not _excluded(path, job)]
            if not inside:
                continue
            itself = job.server == machine.name or normal(job.repo.removeprefix("file://")) in inside
            found.add(
                "CB412",
                Severity.ERROR if itself else Severity.WARNING,
                _folder_span(machine, folder, places) or places.of_setting(job.instance, "client", machine.name),
                machine.name,
                (f"job {job.name} of ", f" saves {folder}, which holds repositories of backups ({inside[0]})")
                if not itself
                else (
                    f"job {job.name} of ",
                    f" saves {folder} into {inside[0]}, which lies in it: each backup holds the one before",
                ),
                help="save less, or add the folder to `settings.exclude`",
            )


def _folder_span(machine: MachinePlan, folder: str, places: Places) -> Span | None:
    for entry in machine.state.values():
        for written, place in entry.folder_places.items():
            if normal(written) == folder:
                return places.span(place)
    return None


def _excluded(path: str, job: Job) -> bool:
    """Whether an exclude pattern may leave `path` out; patterns with wildcards get the benefit of the doubt."""
    for pattern in job.exclude:
        plain = pattern.removeprefix("pp:").removeprefix("pf:").removeprefix("sh:").removeprefix("fm:")
        if any(sign in plain for sign in "*?[") or pattern.startswith("re:") or contains(normal(plain), path):
            return True
    return False


def _one_repository(inventory: Inventory, machine: MachinePlan, places: Places, found: Findings) -> None:
    by_repository: dict[str, list[Job]] = {}
    for job in machine.jobs.values():
        by_repository.setdefault(job.repo.rstrip("/"), []).append(job)
    for repository, jobs in by_repository.items():
        if len(jobs) < 2 or all(job.server is not None for job in jobs):  # servers of one address: CB405
            continue
        names = listed(job.name for job in jobs)
        last = jobs[-1]
        found.add(
            "CB415",
            Severity.WARNING,
            places.of_setting(last.instance, "client", machine.name, f"destinations.{last.name}.repo"),
            machine.name,
            (f"jobs {names} of ", f" save the same to one repository, {repository}"),
            help="one of them is enough",
        )


def _host_keys(inventory: Inventory, plan: Plan, places: Places, found: Findings) -> None:
    if plan.compat is not None:
        return  # clan-core pins none
    for machine in plan.machines.values():
        for job in machine.jobs.values():
            if job.server is not None and job.host_key is None:
                found.add(
                    "CB420",
                    Severity.INFO,
                    places.of_setting(job.instance, "server", job.server),
                    machine.name,
                    (f"the host key of server {job.server} is not known, so ", " would trust whoever answers first"),
                    help="give the server the role `server` of the sshd service: its host key is then made, kept and pinned",
                )


def _crowds(plan: Plan, places: Places) -> Iterator[Diagnostic]:
    """Clients that start at one moment on one server, with nothing that spreads them."""
    crowds: dict[tuple[str, str], list[Job]] = {}
    for machine in plan.machines.values():
        for job in machine.jobs.values():
            if job.server is not None and not job.start_delay_seconds:
                crowds.setdefault((job.server, job.start_at), []).append(job)
    for (server, start), jobs in crowds.items():
        if len(jobs) >= CROWD:
            spread = "take `random_delay = 0` out of clanback.toml: they are spread over half an hour then"
            yield warning(
                "CB419",
                f"{len(jobs)} clients of server {server} start together, at “{start}”",
                places.of_setting(jobs[0].instance, "server", server),
                help=spread if plan.compat is None else "without `--compat clan-core` they are spread",
            )


def _mended(plan: Plan, places: Places) -> Iterator[Diagnostic]:
    """Faults of clan-core's modules that ours do not have."""
    for machine in plan.machines.values():
        jobs = list(machine.jobs.values())
        where = places.of_setting(jobs[0].instance, "client", machine.name) if jobs else None
        together = [job.name for job in jobs if job.start_at == jobs[0].start_at]
        if len(together) > 1 and (machine.pre_backup or machine.post_backup):
            yield warning(
                "CB418",
                f"jobs {listed(together)} of {machine.name} start together, and each runs the hooks of "
                f"{listed(dict.fromkeys((*machine.pre_backup, *machine.post_backup)))}",
                where,
                help="without `--compat clan-core` the jobs of a machine run one after the other",
            )
        for entry in machine.state.values() if jobs else ():
            for folder in entry.folders:
                if ":" in folder:
                    yield warning(
                        "CB421",
                        f"clan-core's restore would take “{folder}” of {machine.name} for two folders",
                        places.span(entry.folder_places.get(folder)) or where,
                        help="without `--compat clan-core` it is restored as it is",
                    )
        for job in jobs:
            for other in jobs:
                if other is not job and other.repo == job.repo and other.archive_base_name.startswith(job.prune_prefix):
                    yield warning(
                        "CB422",
                        f"pruning after job {job.name} of {machine.name} also removes archives of job {other.name}",
                        where,
                        help="without `--compat clan-core` a job prunes its own archives only",
                    )

"""Which state has how many copies, and where: the 3-2-1 rule, judged from the declaration. Pure.

Copies are counted as the rule counts them: the files on the machine are the first copy, each job that saves the whole state adds
one. A folder that only Nix can know is never counted as saved, and what nobody has said of a place (`site` in `clanback.toml`) is
never counted as off-site.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from clanback.plan.exclusions import swallows
from clanback.plan.folders import contains, normal
from clanback.plan.places import Places, pinned
from clanback.plan.state_of_services import ServiceState, states_of_services

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clanback.inventory.enabled_services import EnabledService
    from clanback.inventory.model import Inventory, StateEntry
    from clanback.plan.model import Job, MachinePlan, Plan


@attrs.frozen
class Copy:
    """One copy of a state. `job` is None for the files on the machine itself.

    `place` is where it lies (a machine, the host of a destination), `site` where that stands. `off_site` and `pinned` are None
    where nobody has said; `pinned` also where there is no host. `age_seconds` is that of the newest good archive, if known.
    """

    job: str | None
    place: str
    site: str | None = None
    off_site: bool | None = False
    encrypted: bool = False
    pinned: bool | None = None
    age_seconds: int | None = None


@attrs.frozen
class StateAudit:
    """What is known of the copies of one state. `unknown` are folders that only Nix can know; `left_out` maps known folders to
    the jobs that do not save them.
    """

    machine: str
    name: str
    folders: tuple[str, ...]
    unknown: tuple[str, ...]
    copies: tuple[Copy, ...]
    left_out: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)

    @property
    def saved(self) -> bool:
        """Whether something is known to be saved: never for unknown folders alone."""
        return bool(self.folders) and len(self.copies) > 1

    @property
    def count(self) -> int:
        """How many copies there are, the machine's own included; none of a state whose folders nobody knows."""
        return len(self.copies) if self.folders else 0

    @property
    def places(self) -> int:
        """On how many different machines or hosts they lie."""
        return len({copy.place for copy in self.copies}) if self.folders else 0

    @property
    def off_site(self) -> int:
        """How many of them are known to lie at another site."""
        return sum(copy.off_site is True for copy in self.copies) if self.folders else 0

    @property
    def three_two_one(self) -> bool:
        """Three copies, two places, one of them off-site, and nothing unknown."""
        return not self.unknown and self.count >= 3 and self.places >= 2 and self.off_site >= 1


@attrs.frozen
class MachineAudit:
    """One machine. `complete` is false where modules that only Nix can read may declare more state."""

    name: str
    site: str | None
    states: tuple[StateAudit, ...]
    services: tuple[ServiceState, ...]
    complete: bool


@attrs.frozen
class Audit:
    """All machines, by name."""

    machines: Mapping[str, MachineAudit]

    @property
    def states(self) -> tuple[StateAudit, ...]:
        """Every state of every machine."""
        return tuple(state for machine in self.machines.values() for state in machine.states)


@attrs.frozen
class Requirement:
    """What every state must have. `unknown_allowed`: states with unknown folders are judged by those that are known."""

    copies: int = 0
    places: int = 0
    off_site: int = 0
    unknown_allowed: bool = False

    def missing(self, state: StateAudit) -> tuple[str, ...]:
        """What a state lacks, in words; empty if it has everything."""
        if state.unknown and not state.folders:
            return () if self.unknown_allowed else ("only Nix can know its folders",)
        wanted = (
            ("copies", state.count, self.copies),
            ("places", state.places, self.places),
            ("off-site copies", state.off_site, self.off_site),
        )
        found = [f"{has} of {wants} {what}" for what, has, wants in wanted if has < wants]
        if state.unknown and not self.unknown_allowed:
            found.append(f"{len(state.unknown)} {'folder' if len(state.unknown) == 1 else 'folders'} that only Nix can know")
        return tuple(found)


def audit(
    inventory: Inventory,
    plan: Plan,
    *,
    services: Mapping[str, Mapping[str, EnabledService]] | None = None,
    ages: Mapping[tuple[str, str], int | None] | None = None,
    machines: Iterable[str] | None = None,
) -> Audit:
    """Audit all machines, or those named.

    `services` are the services that their modules turn on (`inventory.enabled_services`). `ages` maps machine and job to the age
    in seconds of the newest good archive, as `backups status` knows it, or to None where there is none yet: then it is no copy.
    A job that nobody asked about is counted as it is planned.
    """
    places = Places(inventory, plan)
    found = {}
    for name in plan.machines if machines is None else machines:
        planned = plan.machines[name]
        jobs = {job.name: job for job in planned.jobs.values() if _is_kept(job, plan) and _is_there(job, ages or {})}
        copies = {job.name: _copy(job, places, ages or {}) for job in jobs.values()}
        found[name] = _machine(planned, places, (services or {}).get(name, {}), jobs, copies)
    return Audit(found)


def _is_there(job: Job, ages: Mapping[tuple[str, str], int | None]) -> bool:
    """Whether a job has a good archive, or nobody asked."""
    return ages.get((job.machine, job.name), 0) is not None


def _is_kept(job: Job, plan: Plan) -> bool:
    """Whether somebody keeps what a job sends: a server of the clan must have a repository for the client."""
    if job.server is None:
        return True
    server = plan.machines.get(job.server)
    return server is not None and job.machine in server.repos


def _machine(
    planned: MachinePlan,
    places: Places,
    services: Mapping[str, EnabledService],
    jobs: Mapping[str, Job],
    copies: Mapping[str, Copy],
) -> MachineAudit:
    states = tuple(_state(entry, planned.name, places, jobs, copies) for entry in planned.state.values())
    return MachineAudit(
        name=planned.name,
        site=places.site_of_machine(planned.name),
        states=states,
        services=states_of_services(planned, services),
        complete=planned.state_complete,
    )


def _copy(job: Job, places: Places, ages: Mapping[tuple[str, str], int | None]) -> Copy:
    place = places.of_job(job)
    return Copy(
        job=job.name,
        place=place.name,
        site=place.site,
        off_site=places.off_site(job.machine, place),
        encrypted=bool(job.passphrase.path),  # every job of ours has a repository key with a passphrase
        pinned=None if place.local else pinned(job),
        age_seconds=ages.get((job.machine, job.name)),
    )


def _state(entry: StateEntry, machine: str, places: Places, jobs: Mapping[str, Job], copies: Mapping[str, Copy]) -> StateAudit:
    folders = tuple(dict.fromkeys(entry.folders))
    left_out: dict[str, tuple[str, ...]] = {}
    for folder in folders:
        without = tuple(name for name, job in jobs.items() if not saves(job, folder))
        if without:
            left_out[folder] = without
    whole = [copies[name] for name in jobs if not any(name in without for without in left_out.values())]
    own = Copy(None, machine, places.site_of_machine(machine))
    return StateAudit(
        machine=machine,
        name=entry.name,
        folders=folders,
        unknown=tuple(unknown.text for unknown in entry.unknown_folders),
        copies=(own, *(whole if folders else ())),
        left_out=left_out,
    )


def saves(job: Job, folder: str) -> bool:
    """Whether a job is known to save a folder: it is named, or one around it is, and no exclusion takes it away as a whole."""
    wanted = normal(folder)
    named = any(contains(normal(path), wanted) for path in job.paths)
    return named and not any(swallows(pattern, wanted) for pattern in job.exclude)

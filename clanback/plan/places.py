"""Where copies lie: which machine or host a job saves to, at which site that is, and whether its host key is pinned."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clanback.inventory.model import Inventory
    from clanback.plan.model import Job, Plan


@attrs.frozen
class Place:
    """Where a repository lies: on a machine of the clan (`machine`), or on a host elsewhere.

    `local`: in the file system of the client itself. `near`: an address or name that only a local network knows.
    """

    name: str
    machine: str | None = None
    site: str | None = None
    local: bool = False
    near: bool = False


class Places:
    """Finds the places of jobs, by what the clan and `clanback.toml` say."""

    def __init__(self, inventory: Inventory, plan: Plan) -> None:
        own = inventory.own
        self._sites: Mapping[str, str] = own.sites if own is not None else {}
        self._destinations: Mapping[str, str] = own.destination_sites if own is not None else {}
        self._machine_by_host = _hosts(inventory, plan)

    def site_of_machine(self, name: str) -> str | None:
        """Where a machine stands, if somebody said so."""
        return self._sites.get(name)

    def of_job(self, job: Job) -> Place:
        """Where a job saves to."""
        if job.server is not None:
            return Place(job.server, job.server, self._sites.get(job.server))
        if is_local(job.repo):
            return Place(job.machine, job.machine, self._sites.get(job.machine), local=True)
        host = host_of(job.repo)
        machine = self._machine_by_host.get(host)
        said = self._destinations.get(job.name) or self._destinations.get(job.destination or "")
        if machine is not None:
            return Place(machine, machine, said or self._sites.get(machine))
        return Place(host or job.repo, None, said, near=_is_near(host))

    def off_site(self, machine: str, place: Place) -> bool | None:
        """Whether a place is elsewhere than the machine; None where nobody has said enough.

        A host outside the clan counts as elsewhere, unless its address is one of a local network, or its site is given.
        """
        if place.local or place.machine == machine:
            return False
        own = self._sites.get(machine)
        if place.site is not None:
            return None if own is None else own != place.site
        if place.machine is not None or place.near:
            return None
        return True


def is_local(repo: str) -> bool:
    """Whether a repository lies in the file system of the client."""
    return repo.startswith(("/", "./", "../", "~", "file://")) or (":" not in repo and "@" not in repo)


def host_of(repo: str) -> str:
    """The host of a repository's URL or `user@host:path`, lower-case, without brackets; empty where there is none."""
    url = re.fullmatch(r"\w+://(?:[^@/]*@)?(\[[^\]]*\]|[^:/]*)(?::\d+)?(?:/.*)?", repo, re.DOTALL)
    short = re.fullmatch(r"(?:[^@/]*@)?(\[[^\]]*\]|[^:/]+):.*", repo, re.DOTALL)
    found = url or short
    return found[1].strip("[]").lower() if found is not None else ""


def _hosts(inventory: Inventory, plan: Plan) -> dict[str, str]:
    """How the machines of the clan may be called: their names, with and without the domain, and where they are reached."""
    found: dict[str, str] = {}
    for name, machine in inventory.machines.items():
        for host in (name, f"{name}.{inventory.meta.domain}", _target(machine.target_host)):
            if host:
                found.setdefault(host.lower(), name)
    for planned in plan.machines.values():
        for job in planned.jobs.values():
            if job.server is not None:
                found.setdefault(host_of(job.repo), job.server)
    found.pop("", None)
    return found


def _target(target: str | None) -> str:
    """The host of `root@host:port?options`."""
    if target is None:
        return ""
    host = target.partition("?")[0].rpartition("@")[2].removeprefix("ssh://")
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host if host.count(":") > 1 else host.partition(":")[0]


def _is_near(host: str) -> bool:
    """Whether a host can be in the same house: a private address, or a name without a public domain."""
    from ipaddress import ip_address  # only where there are destinations

    try:
        return not ip_address(host).is_global
    except ValueError:
        last = host.rstrip(".").rpartition(".")
        return not last[0] or last[2] in ("local", "lan", "home", "internal", "localdomain", "arpa", "test", "clan")


def pinned(job: Job) -> bool | None:
    """Whether the job connects only to a host whose key is known beforehand; None where its own `rsh` leaves that open."""
    try:
        words = shlex.split(job.rsh)
    except ValueError:
        return None
    options = [word.removeprefix("-o") for word in words if "=" in word]
    said = [value.lower() for name, _, value in (option.partition("=") for option in options) if _is_checking(name)]
    return said[0] == "yes" if said else None


def _is_checking(name: str) -> bool:
    return name.strip().lower() == "stricthostkeychecking"

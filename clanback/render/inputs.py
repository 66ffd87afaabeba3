"""Which public values of `vars/` a plan depends on, for the manifest: also those that are not there yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.nix.reads import ABSENT, digest
from clanback.plan.model import PublicValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clanback.plan.model import MachinePlan, Plan


def variable_inputs(plan: Plan, root: str) -> dict[str, str]:
    """Absolute path of every public value the plan names, with its digest, or `absent`: when it appears, rendering differs."""
    return {
        f"{root}/vars/{value.key}/value": ABSENT if value.text is None else digest(value.text.encode("utf-8", "surrogateescape"))
        for machine in plan.machines.values()
        for value in _public_values(machine)
    }


def _public_values(machine: MachinePlan) -> Iterator[PublicValue]:
    for job in (*machine.jobs.values(), *machine.dormant_jobs.values()):
        if job.host_key is not None:
            yield job.host_key
    for repository in machine.repos.values():
        yield from repository.authorized_keys
    for user in machine.users.values():
        yield from (key for key in user.keys if isinstance(key, PublicValue))
    for host in machine.known_hosts:
        yield host.public_key
    if machine.sshd is not None:
        if machine.sshd.certificate is not None:
            yield machine.sshd.certificate
        yield from (key for key in machine.sshd.root_keys if isinstance(key, PublicValue))

"""From a machine of the plan to the way ssh takes to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from clanback.diagnostics import DiagnosticError, error
from clanback.remote.ssh import pinned
from clanback.remote.targets import parse_target
from clanback.services.sshd import AUTHORITY_KEY, HOST_KEY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clanback.diagnostics import Span
    from clanback.inventory.model import Inventory
    from clanback.plan.model import MachinePlan, Plan
    from clanback.remote.ssh import HostKeys
    from clanback.remote.targets import Target


@attrs.frozen
class Reachable:
    """A machine with what is planned for it, and how to get there."""

    plan: MachinePlan
    target: Target
    host_keys: HostKeys | None

    @property
    def name(self) -> str:
        """The machine's name."""
        return self.plan.name


def reach(
    inventory: Inventory, plan: Plan, machine: str, target_host: str | None = None, *, option: str = "--target-host"
) -> Reachable:
    """How to reach a machine; `target_host` stands in for what the clan says, and is what `option` of the command gives.

    Raises DiagnosticError CB461 where the clan does not say, CB460 where it says something ssh cannot use.
    """
    planned = plan.machines[machine]
    address = target_host if target_host is not None else planned.target_host
    span = None if target_host is not None else _span(inventory, machine)
    if not address:
        raise DiagnosticError(
            error(
                "CB461",
                f"nobody says where {machine} is reached",
                span,
                help=f'set inventory.machines.{machine}.deploy.targetHost = "root@ADDRESS", or give {option}',
            )
        )
    return Reachable(planned, parse_target(machine, address, span), host_keys(inventory, plan, machine))


def host_keys(inventory: Inventory, plan: Plan, machine: str) -> HostKeys | None:
    """The host keys that `vars/` knows of a machine, None where it knows none: the same that its clients trust."""
    values: Mapping[str, str] = inventory.public_values
    planned = plan.machines[machine]
    own = {
        kind: values.get(f"per-machine/{machine}/{generator}/{file}")
        for kind, generator, file in (("ed25519", *HOST_KEY), ("rsa", "openssh-rsa", "ssh.id_rsa.pub"))
        if generator in planned.generators or (generator, file) == HOST_KEY
    }
    certified = "openssh-cert" in planned.generators
    authority = values.get(f"shared/{'/'.join(AUTHORITY_KEY)}") if certified else None
    return pinned(machine, inventory.meta.domain, own, authority)


def _span(inventory: Inventory, machine: str) -> Span | None:
    from clanback.checks.places import Places

    return Places(inventory).of(f"machines.{machine}.deploy.targetHost")

"""Which backup providers a machine has: services whose commands follow clan-core's contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clanback.diagnostics import DiagnosticError, did_you_mean, error

if TYPE_CHECKING:
    from clanback.inventory.model import Inventory
    from clanback.plan.model import MachinePlan

BORGBACKUP: Final = "borgbackup"
KNOWN: Final = (BORGBACKUP, "localbackup")
"""Services of clan-core that are providers; each has the commands `<provider>-create`, `-list` and `-restore`."""


def providers(inventory: Inventory, machine: MachinePlan) -> tuple[str, ...]:
    """The providers that the clan gives a machine."""
    found = [BORGBACKUP] if machine.jobs or machine.dormant_jobs or machine.backup_provider else []
    found += [
        instance.service
        for instance in inventory.instances.values()
        if instance.service in KNOWN
        and instance.service != BORGBACKUP
        and any(machine.name in role.members for role in instance.roles.values())
    ]
    return tuple(dict.fromkeys(found))


def chosen(inventory: Inventory, machine: MachinePlan, provider: str | None) -> tuple[str, ...]:
    """The providers to ask: all, or the one that was named. Raises DiagnosticError CB467 where there is none."""
    found = providers(inventory, machine)
    if provider is None and found:
        return found
    if provider in found:
        return (provider,)
    if provider is None:
        raise DiagnosticError(
            error(
                "CB467",
                f"the clan gives {machine.name} no backups: it is no client of a backup service",
                help="make it a client of an instance of borgbackup",
            )
        )
    meant = did_you_mean(provider, found)
    raise DiagnosticError(
        error(
            "CB467",
            f"{machine.name} has no backup provider {provider!r}",
            help=f"did you mean `{meant}`?" if meant else f"it has: {', '.join(found) or 'none'}",
        )
    )

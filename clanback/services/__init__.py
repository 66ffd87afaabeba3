"""The clan services that clanback knows, one file each: what settings they accept and what they mean for machines.

`SERVICES` is the one registry; nobody else asks for a service by name. To add a service: write a module with `INTERFACE`,
`complete(instance, role, machine, settings)` (fills in the defaults only the service knows) and `plan(instance, planning)`
(adds to the drafts of machines), and list it here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.services import borgbackup, sshd, users

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType
    from typing import Any

    from clanback.inventory.model import Inventory
    from clanback.modules.interface import ServiceInterface
    from clanback.plan.model import Plan

# In the order in which they plan: borgbackup asks which host keys sshd makes.
SERVICES: Mapping[str, ModuleType] = {"users": users, "sshd": sshd, "borgbackup": borgbackup}
"""The module of each service, by the service's name."""

INTERFACES: Mapping[str, ServiceInterface] = {name: SERVICES[name].INTERFACE for name in sorted(SERVICES)}
"""What `inventory.resolve` checks settings against."""


def plan(
    inventory: Inventory, *, compat: str | None = None, secrets: str = "upload", settings: Mapping[str, Any] | None = None
) -> Plan:
    """What every machine of `inventory` will do. Pure.

    `compat="clan-core"` gives clan-core's values where ours differ (`docs/differences.md`). `settings` replaces the inventory's
    own settings (`clanback.toml`): instance → role → machine → settings. All ways of `secrets` use the same paths on machines.
    """
    from clanback.services.planning import make_plan

    return make_plan(inventory, SERVICES, compat=compat, secrets=secrets, settings=settings)

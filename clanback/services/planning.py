"""From an inventory to a plan: drafts for all machines, services adding to them, the result frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from clanback.inventory.combining import order_of_import
from clanback.inventory.model import StateEntry, UnknownText
from clanback.plan.model import MachinePlan, Plan
from clanback.services.draft import Draft, Planning

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from types import ModuleType

    from clanback.inventory.model import Instance, Inventory, Machine, Role

CLAN_CORE = "clan-core"
WAYS_OF_SECRETS = ("upload", "agenix", "sops-nix", "clan")


def make_plan(
    inventory: Inventory,
    services: Mapping[str, ModuleType],
    *,
    compat: str | None,
    secrets: str,
    settings: Mapping[str, Any] | None,
) -> Plan:
    """See `clanback.services.plan`; ValueError for a `compat` or `secrets` that does not exist."""
    if compat not in (None, CLAN_CORE):
        raise ValueError(f"compat must be None or {CLAN_CORE!r}, not {compat!r}")
    if secrets not in WAYS_OF_SECRETS:
        raise ValueError(f"secrets must be one of {', '.join(WAYS_OF_SECRETS)}, not {secrets!r}")
    roles = _roles_by_machine(inventory)
    drafts = {
        name: Draft(
            machine,
            *(
                (_merged_state(machine.state, roles.get(name, ())), _is_complete(machine, roles.get(name, ())))
                if machine.combined is None
                else (machine.combined.state, machine.combined.state_complete)
            ),
        )
        for name, machine in sorted(inventory.machines.items())
    }
    own = settings if settings is not None else getattr(inventory, "own_settings", None) or {}
    planning = Planning(inventory, compat == CLAN_CORE, drafts, own)
    known = [instance for _, instance in sorted(inventory.instances.items()) if not instance.opaque]
    for name, service in services.items():
        for instance in known:
            if instance.service == name:
                service.plan(instance, planning)
    return Plan(
        meta=inventory.meta,
        machines={name: _frozen(draft, roles.get(name, ()), planning.compat) for name, draft in drafts.items()},
        compat=compat,
        diagnostics=tuple(planning.diagnostics),
        settings={name: _completed(instance, services) for name, instance in sorted(inventory.instances.items())},
    )


def _roles_by_machine(inventory: Inventory) -> dict[str, list[Role]]:
    """The roles that bring extra modules, for each member, in the order in which clan-core imports them (the machine first).

    That is by service, role and instance. NixOS merges a list of an option in the reverse order of imports (`tmpfiles`), but a
    list inside a submodule (`folders` of a state) in the order of imports, since it reverses there once more.
    """
    roles = [
        (*order_of_import(instance, role), role)
        for instance in inventory.instances.values()
        for role in instance.roles.values()
        if role.extra_modules or role.extra_tmpfiles or role.extra_state or not role.extra_state_complete
    ]
    roles.sort(key=lambda known: known[:4])
    found: dict[str, list[Role]] = {}
    for *_, role in roles:
        for machine in role.members:
            found.setdefault(machine, []).append(role)
    return found


def _is_complete(machine: Machine, roles: Iterable[Role]) -> bool:
    return machine.state_complete and all(role.extra_state_complete for role in roles)


def _merged_state(own: Mapping[str, StateEntry], roles: Iterable[Role]) -> dict[str, StateEntry]:
    """A machine's state with what its roles' extra modules add."""
    merged: dict[str, StateEntry] = {}
    for entries in (own, *(role.extra_state for role in roles)):
        for name, entry in entries.items():
            merged[name] = _joined(merged[name], entry) if name in merged else entry
    return {name: merged[name] for name in sorted(merged)}


def _joined(a: StateEntry, b: StateEntry) -> StateEntry:
    """Two definitions of one state: lists concatenate, scripts join as lines."""
    hooks: dict[str, str | UnknownText] = {**a.hooks}
    for name, script in b.hooks.items():
        before = hooks.get(name)
        if before is None:
            hooks[name] = script
        elif isinstance(before, str) and isinstance(script, str):
            hooks[name] = f"{before}\n{script}"
        else:
            texts = [part if isinstance(part, str) else part.text for part in (before, script)]
            unknown = before if isinstance(before, UnknownText) else script
            assert isinstance(unknown, UnknownText)
            hooks[name] = attrs.evolve(unknown, text="\n".join(texts))
    return StateEntry(
        name=a.name,
        folders=a.folders + b.folders,
        unknown_folders=a.unknown_folders + b.unknown_folders,
        hooks=hooks,
        places=a.places + b.places,
        folder_places={**b.folder_places, **a.folder_places},
    )


def _frozen(draft: Draft, roles: Sequence[Role], compat: bool) -> MachinePlan:
    machine = draft.machine
    before = tuple(name for name, entry in draft.state.items() if "preBackupScript" in entry.hooks)
    after = tuple(name for name, entry in draft.state.items() if "postBackupScript" in entry.hooks)
    return MachinePlan(
        name=machine.name,
        machine_class=machine.machine_class,
        tags=machine.tags,
        target_host=machine.target_host,
        jobs=_sorted(draft.jobs),
        repos=_sorted(draft.repos),
        state=draft.state,
        state_complete=draft.state_complete,
        tmpfiles=machine.combined.tmpfiles
        if machine.combined is not None
        else tuple(rule for role in reversed(roles) for rule in role.extra_tmpfiles) + machine.tmpfiles,
        users=_sorted(draft.users),
        mutable_users=draft.mutable_users,
        sshd=draft.sshd,
        known_hosts=tuple(_sorted(draft.known_hosts).values()),
        generators=_sorted(draft.generators),
        modules=machine.modules,
        extra_modules=tuple(part for role in roles for part in role.extra_modules),
        place=machine.place,
        dormant_jobs=_sorted(draft.dormant_jobs),
        ssh_server=draft.ssh_server,
        backup_provider=draft.backup_provider,
        pre_backup=before,
        post_backup=after if compat else after[::-1],
        unknown_tmpfiles=machine.unknown_tmpfiles,
    )


def _sorted(entries: Mapping[str, Any]) -> dict[str, Any]:
    return {name: entries[name] for name in sorted(entries)}


def _completed(instance: Instance, services: Mapping[str, ModuleType]) -> dict[str, dict[str, Mapping[str, Any] | None]]:
    """The settings of an instance, roles and members sorted, with the defaults that only the service knows."""
    service = None if instance.opaque else services.get(instance.service)
    found: dict[str, dict[str, Mapping[str, Any] | None]] = {}
    for role, members in sorted(instance.roles.items()):
        found[role] = {
            machine: None
            if settings is None
            else (settings if service is None else service.complete(instance, role, machine, settings))
            for machine, settings in sorted(members.members.items())
        }
    return found

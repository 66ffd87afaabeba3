"""What explanations are made from: the resolved inventory with what made its values, and the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from clanback.explaining.model import Cause, text_of_list
from clanback.explaining.reasons import default_text, text_of, why
from clanback.modules.walking import at
from clanback.services import INTERFACES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clanback.inventory.model import Instance, Inventory
    from clanback.inventory.origins import Origin
    from clanback.plan.model import Plan

_OWN_DEFAULTS: Mapping[tuple[str, ...], str] = {
    ("random_delay",): '"30min"',
    ("append_only",): "false",
    ("quota",): "none",
    ("retention", "within"): '"1d"',
    ("retention", "daily"): "7",
    ("retention", "weekly"): "4",
    ("retention", "monthly"): "0",
    ("retention", "yearly"): "0",
}


@attrs.frozen(eq=False, repr=False)
class Context:
    """One clan, resolved and planned with recording."""

    inventory: Inventory
    plan: Plan

    def origins(self, *path: str) -> tuple[Origin, ...]:
        """The definitions of what is at a path of `inventory.origins`."""
        return self.inventory.origins.get(path, ())

    def instances_of(self, service: str, role: str, machine: str) -> list[Instance]:
        """The instances of a service in which a machine has a role."""
        return [
            instance
            for instance in self.inventory.instances.values()
            if instance.service == service and not instance.opaque and self.is_member(instance, role, machine)
        ]

    def is_member(self, instance: Instance, role: str, machine: str) -> bool:
        """Whether a machine has a role of an instance."""
        return role in instance.roles and machine in instance.roles[role].members

    def settings(self, instance: str, role: str, machine: str) -> Mapping[str, Any]:
        """The settings of a member with all defaults."""
        found = self.plan.settings.get(instance, {}).get(role, {}).get(machine)
        return found or {}

    def setting(self, instance: str, role: str, machine: str, path: Sequence[str]) -> Any:
        """One of the settings; None where there is none."""
        found: Any = self.settings(instance, role, machine)
        for name in path:
            found = found.get(name) if isinstance(found, dict) else None
        return found

    def cause_of_setting(self, instance: str, role: str, machine: str, path: Sequence[str]) -> Cause:
        """A setting of clan.nix as a cause."""
        service = self.inventory.instances[instance].service
        interface = INTERFACES.get(service)
        declared = at(interface.roles[role], path) if interface is not None and role in interface.roles else None
        found = self.origins("settings", instance, role, machine, *path)
        default = default_text(declared, attribute=path[-2] if len(path) > 1 else "")
        return Cause(
            title=f"setting `{'.'.join(path)}` of {machine} in role {role} of instance {instance}",
            text=text_of(self.setting(instance, role, machine, path)),
            why=why(found, default),
            definitions=found,
            default=default,
        )

    def cause_in_toml(self, instance: str, role: str, machine: str, path: Sequence[str]) -> Cause:
        """A setting of `clanback.toml` as a cause."""
        found = self.origins("own", instance, role, machine, *path)
        value: Any = self.inventory.own_settings.get(instance, {}).get(role, {}).get(machine, {})
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        default = _OWN_DEFAULTS.get(tuple(path))
        return Cause(
            title=f"`{'.'.join(path)}` in clanback.toml, for {machine} in role {role} of instance {instance}",
            text=text_of(value) if value is not None else default or "none",
            why=_why_in_toml(found, default),
            definitions=found,
            default=default,
        )

    def causes_of_state(self, machine: str, name: str, option: str) -> tuple[Cause, ...]:
        """What says an option of a state: the machine's own modules, and the extra modules of its roles."""
        own = self.origins("machines", machine, "state", name, option)
        planned = self.plan.machines[machine].state.get(name)
        if planned is None:
            text = ""
        elif option == "folders":
            text = text_of_list(text_of(planned.folders), planned.folders, unknown=bool(planned.unknown_folders))
        else:
            text = text_of(_hook(planned.hooks.get(option)))
        causes = (
            [Cause(f"`clan.core.state.{name}.{option}` in the modules of {machine}", text, why(own, None), own)] if own else []
        )
        for instance in self.inventory.instances.values():
            for role in instance.roles.values():
                if machine in role.members:
                    found = self.origins("extra", instance.name, role.name, "state", name, option)
                    if found:
                        title = f"`clan.core.state.{name}.{option}` in the extraModules of role {role.name} of {instance.name}"
                        causes.append(Cause(title, text, why(found, None), found))
        return tuple(causes)


def _why_in_toml(found: Sequence[Origin], default: str | None) -> str:
    if found and any(origin.level == "the top of the file" and not origin.holds for origin in found):
        return "what a table says holds; the top of the file has the default for all"
    return why(found, default)


def _hook(hook: object) -> str:
    return hook if isinstance(hook, str) else getattr(hook, "text", "")

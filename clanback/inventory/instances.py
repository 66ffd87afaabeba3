"""Instances of services: which service, which roles, which members with which settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.diagnostics import DiagnosticError, did_you_mean, error, info
from clanback.inventory.combining import Modules
from clanback.inventory.extra_modules import extra_modules
from clanback.inventory.machine_modules import MachineAnalysis, analyse
from clanback.inventory.membership import members
from clanback.inventory.model import Instance, Role
from clanback.inventory.plain import known_text
from clanback.inventory.settings import RoleSettings
from clanback.modules.definition import Definition
from clanback.modules.types import Deferred
from clanback.nix.values import Attrs

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from clanback.inventory.loading import ClanConfig
    from clanback.inventory.places import PlaceBook
    from clanback.modules.interface import OptionSet, ServiceInterface


class Instances:
    """Resolves instances, given the machines and their tags."""

    def __init__(
        self,
        config: ClanConfig,
        book: PlaceBook,
        interfaces: Mapping[str, ServiceInterface],
        tags_of_machine: Mapping[str, tuple[str, ...]],
        machines_by_tag: Mapping[str, tuple[str, ...]],
        own_modules: frozenset[str],
        clan_core_inputs: frozenset[str],
    ) -> None:
        self._config = config
        self._book = book
        self._interfaces = interfaces
        self._tags_of_machine = tags_of_machine
        self._machines_by_tag = machines_by_tag
        self._own_modules = own_modules
        self._clan_core_inputs = clan_core_inputs
        self.extra: dict[tuple[str, str], Modules] = {}
        """The `extraModules` of each instance and role that has any."""

    def resolve(self, name: str, instances: Attrs) -> Instance:
        """One instance; never raises for what is in it."""
        force = self._config.evaluator.force
        value = force(instances[name])
        value = value if isinstance(value, Attrs) else Attrs()
        module = force(value.get("module"))
        module = module if isinstance(module, Attrs) else Attrs()
        service = known_text(self._config.evaluator, module.get("name")) or name
        given = known_text(self._config.evaluator, module.get("input"))
        source = None if given is None or given in self._clan_core_inputs else given
        interface = self._interfaces.get(service) if source is None else None
        if interface is None:
            self._say_why_opaque(name, service, source, module, instances)
        roles_value = force(value.get("roles"))
        roles_value = roles_value if isinstance(roles_value, Attrs) else Attrs()
        known_roles = self._roles_of(service, source, interface)
        roles: dict[str, Role] = {}
        for role in sorted(roles_value):
            declared = interface.roles.get(role) if interface is not None else None
            if known_roles is not None and role not in known_roles:
                self._unknown_role(service, known_roles, role, roles_value)
                if interface is not None:
                    continue
            roles[role] = self._role(name, role, roles_value, declared)
        span = instances.name_span(name)
        self._book.add(f"instances.{name}", (span,))
        return Instance(name, service, source, interface is None, roles, self._book.place(span))

    def _say_why_opaque(self, name: str, service: str, source: str | None, module: Attrs, instances: Attrs) -> None:
        from clanback.inventory.official_services import OFFICIAL

        span = module.value_span("name") or instances.name_span(name)
        if source is None and service not in OFFICIAL and service not in self._own_modules:
            near = did_you_mean(service, {*self._interfaces, *OFFICIAL})
            if near is not None:
                self._config.report(error("CB216", f"there is no service `{service}`", span, help=f"did you mean `{near}`?"))
                return
        origin = f" of the input `{source}`" if source is not None else ""
        self._config.report(
            info(
                "CB217",
                f"clanback does not know the service `{service}`{origin}: instance `{name}` is left to clan-core",
                span,
                notes=["who belongs to its roles is shown; nothing is rendered for it"],
                help="nothing is to be done, unless the name is wrong",
            )
        )

    def _roles_of(self, service: str, source: str | None, interface: ServiceInterface | None) -> Collection[str] | None:
        """The roles that a service has, where that is known."""
        if interface is not None:
            return interface.roles
        if source not in (None, "self") or service not in self._own_modules:
            return None
        from clanback.inventory.own_services import own_roles

        return own_roles(self._config, service)

    def _unknown_role(self, service: str, known_roles: Collection[str], role: str, roles: Attrs) -> None:
        near = did_you_mean(role, known_roles)
        known = " and ".join(f"`{r}`" for r in sorted(known_roles))
        self._config.report(
            error(
                "CB218",
                f"service `{service}` has no role `{role}`; it has {known}",
                roles.name_span(role),
                help=f"did you mean `{near}`?" if near else _instead_of_role(role, known),
            )
        )

    def _role(self, instance: str, role: str, roles: Attrs, declared: OptionSet | None) -> Role:
        force = self._config.evaluator.force
        value = force(roles[role])
        value = value if isinstance(value, Attrs) else Attrs()
        machines = force(value.get("machines"))
        machines = machines if isinstance(machines, Attrs) else Attrs()
        tags = force(value.get("tags"))
        tags = tags if isinstance(tags, Attrs) else Attrs()
        describe = f"role `{role}` of instance `{instance}`"
        known_names = (self._machines_by_tag, self._tags_of_machine)
        names = members(self._config, machines, tags, *known_names, instance, role, opaque=declared is None)
        span = roles.name_span(role)
        prefix = f"instances.{instance}.roles.{role}"
        self._book.add(prefix, (span,))
        settings: dict[str, Mapping[str, Any] | None] = {}
        undecided: list[str] = []
        if declared is None:
            settings = dict.fromkeys(names)
        else:
            by_tag = {tag: self._settings(tags[tag]) for tag in tags}
            merge = RoleSettings(self._config, declared, self._settings(value), by_tag, describe)
            for name in names:
                own = self._settings(machines[name]) if name in machines else []
                where = machines.name_span(name) if name in machines else span
                merged = merge.of_member(name, own, self._tags_of_machine.get(name, ()), where)
                settings[name] = merged.values
                if merged.undecided:
                    undecided.append(name)
                if name in machines:
                    self._book.add(f"{prefix}.{name}", (machines.name_span(name),))
                for path, spans in merged.spans.items():
                    self._book.add(f"{prefix}.{name}.{path}", spans)
                if self._config.origins is not None:
                    self._config.origins.take_all(("settings", instance, role, name), merged.recorder)
        extra = self._extra(instance, role, value)
        known = (extra.modules.rest, extra.tmpfiles, extra.state, self._book.place(span), extra.state_complete)
        return Role(role, settings, *known, tuple(undecided))

    def _settings(self, holder: Any) -> list[Definition]:
        """The definitions of `settings` in a merged role, tag or machine."""
        value = self._config.evaluator.force(holder)
        if not isinstance(value, Attrs) or "settings" not in value:
            return []
        kept = self._config.evaluator.force(value["settings"])
        return list(kept.definitions) if isinstance(kept, Deferred) else []

    def _extra(self, instance: str, role: str, value: Attrs) -> MachineAnalysis:
        """The role's `extraModules`, analysed like a machine's modules but never split."""
        if "extraModules" not in (value.positions or {}):
            return MachineAnalysis()
        try:
            definitions = extra_modules(self._config, value["extraModules"], instance, role)
            if not definitions:
                return MachineAnalysis()
            analysis = analyse(
                self._config.evaluator,
                "",
                definitions,
                root=self._config.root,
                known_config={},
                split=False,
                special=self._config.special_arguments(),
                recording=self._config.origins is not None,
            )
        except DiagnosticError as problem:
            self._config.found.extend(problem.diagnostics)
            return MachineAnalysis(state_complete=False)
        self.extra[instance, role] = Modules(definitions, analysis)
        for diagnostic in analysis.diagnostics:
            self._config.report(diagnostic)
        if self._config.origins is not None:
            self._config.origins.take_options(("extra", instance, role), analysis.origins)
        for path, places in analysis.places.items():
            self._book.by_path[f"instances.{instance}.roles.{role}.extraModules.{path}"] = places
        return analysis


def _instead_of_role(role: str, known: str) -> str:
    """What to do about a role that the service does not have."""
    if role in ("machines", "tags", "settings", "extraModules"):
        return f"name the role first: `roles.ROLE.{role}`, where ROLE is {known.replace(' and ', ' or ')}"
    return f"use {known.replace(' and ', ' or ')}, or remove it"

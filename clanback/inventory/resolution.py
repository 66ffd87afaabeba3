"""Resolving: from a loaded clan to the plain facts of the inventory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from clanback.diagnostics import DiagnosticError
from clanback.inventory.combining import Modules, combined
from clanback.inventory.flake_inputs import clan_core_inputs
from clanback.inventory.instances import Instances
from clanback.inventory.machine_modules import MachineAnalysis, ModuleDefinition, analyse
from clanback.inventory.machines import machine_values, make_machine, module_definitions, tags_of_machines
from clanback.inventory.meta import resolve_meta
from clanback.inventory.model import Inventory
from clanback.inventory.places import PlaceBook
from clanback.inventory.public_values import read_public_values
from clanback.inventory.stray_machines import report_strays
from clanback.inventory.tags import declared_tags, machines_by_tag, report_unknown_members
from clanback.nix.values import Attrs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clanback.inventory.loading import ClanConfig
    from clanback.inventory.model import Instance, Meta
    from clanback.inventory.own_settings import OwnSettings
    from clanback.modules.interface import ServiceInterface


def resolve(config: ClanConfig, interfaces: Mapping[str, ServiceInterface]) -> Inventory:
    """Tags to members, settings merged and checked against `interfaces` (by service), machines collected.

    What is wrong is in the result's `diagnostics` (those of loading are included); the rest is resolved all the same.
    """
    inventory: Inventory = config.evaluator.guarded(_resolve, config, interfaces)
    return inventory


def _resolve(config: ClanConfig, interfaces: Mapping[str, ServiceInterface]) -> Inventory:
    force = config.evaluator.force
    book = PlaceBook()
    book.sources[config.source_of_file().name] = config.source_of_file()
    inventory = _set(force(config.value.get("inventory")))
    meta = resolve_meta(config, book)

    machines = _set(force(inventory.get("machines")))
    values = machine_values(config, machines)
    tag_values = _set(force(inventory.get("tags")))
    declared = declared_tags(config.evaluator, tag_values)
    report_unknown_members(config, tag_values, declared, values)
    tags = tags_of_machines(config, values)
    by_tag = machines_by_tag(tags, declared)

    modules = _set(force(config.value.get("machines")))
    folders = frozenset(config.machine_folders)
    made = {}
    own_modules_of: dict[str, Modules] = {}
    for name, value in values.items():
        own_modules_of[name] = _analysed(config, name, modules.get(name), folders, known_options(name, meta))
        made[name] = make_machine(config, book, name, machines, value, tags[name], own_modules_of[name].analysis)

    instances = _set(force(inventory.get("instances")))
    own_modules = frozenset(_set(force(config.value.get("modules")))) | frozenset(_set(force(inventory.get("modules"))))
    resolver = Instances(config, book, interfaces, tags, by_tag, own_modules, clan_core_inputs(config, instances))
    resolved = {name: resolver.resolve(name, instances) for name in sorted(instances)}
    for name, together in combined(
        config, own_modules_of, resolved, resolver.extra, lambda name: known_options(name, meta)
    ).items():
        made[name] = attrs.evolve(made[name], combined=together)

    report_strays(config, machines, modules, instances)

    settings = _vars_settings(config)
    default, hosts = _recipients(config, settings)
    own = _own_settings(config, resolved, by_tag, tags)
    if config.origins is not None:
        config.origins.finish(config.evaluator)
    return Inventory(
        root=config.root,
        meta=meta,
        tags=by_tag,
        machines=made,
        instances=resolved,
        places=book.by_path,
        public_values=read_public_values(config),
        recipients=default,
        host_recipients=hosts,
        secret_store=_text(config, settings.get("secretStore")),
        directory=config.directory,
        own=own,
        sources=book.sources,
        origins={} if config.origins is None else config.origins.by_path,
        diagnostics=config.diagnostics,
    )


def known_options(name: str, meta: Meta) -> dict[str, Any]:
    """The values of NixOS options that clan-core gives every machine."""
    settings = {"machine.name": name, "name": meta.name, "domain": meta.domain}
    return {f"clan.core.settings.{key}": value for key, value in settings.items()}


def _analysed(config: ClanConfig, name: str, merged: Any, folders: frozenset[str], known: Mapping[str, Any]) -> Modules:
    definitions = module_definitions(config, name, merged, folders)
    return Modules(definitions, _analysis(config, name, definitions, known) if definitions else MachineAnalysis())


def _analysis(
    config: ClanConfig, name: str, definitions: Sequence[ModuleDefinition], known: Mapping[str, Any]
) -> MachineAnalysis:
    try:
        analysis = analyse(
            config.evaluator,
            name,
            definitions,
            root=config.root,
            known_config=known,
            special=config.special_arguments(),
            recording=config.origins is not None,
        )
    except DiagnosticError as problem:
        config.found.extend(problem.diagnostics)
        return MachineAnalysis(state_complete=False)
    for diagnostic in analysis.diagnostics:
        config.report(diagnostic)
    if config.origins is not None:
        config.origins.take_options(("machines", name), analysis.origins)
    return analysis


def _own_settings(
    config: ClanConfig,
    instances: Mapping[str, Instance],
    by_tag: Mapping[str, tuple[str, ...]],
    tags: Mapping[str, tuple[str, ...]],
) -> OwnSettings | None:
    """`clanback.toml`, if there is one; what reads it is imported only then."""
    if not config.has_file(f"{config.root}/clanback.toml"):
        return None
    from clanback.inventory.own_settings import read_own_settings

    return read_own_settings(config, instances, by_tag, tags)


def _vars_settings(config: ClanConfig) -> Attrs:
    """`vars.settings`, as far as it is known."""
    return _set(config.leniently(_set(config.leniently(config.value.get("vars"))).get("settings")))


def _recipients(config: ClanConfig, settings: Attrs) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """`vars.settings.recipients`, as far as it is known; what is wrong with it is for whoever encrypts."""
    recipients = _set(config.leniently(settings.get("recipients")))
    hosts = _set(config.leniently(recipients.get("hosts")))
    return _texts(config, recipients.get("default")), {host: _texts(config, hosts[host]) for host in sorted(hosts)}


def _texts(config: ClanConfig, value: Any) -> tuple[str, ...]:
    found = config.leniently(value)
    if not isinstance(found, tuple):
        return ()
    return tuple(str(text) for element in found if isinstance(text := config.leniently(element), str))


def _text(config: ClanConfig, value: Any) -> str | None:
    found = config.leniently(value)
    return str(found) if isinstance(found, str) else None


def _set(value: Any) -> Attrs:
    return value if isinstance(value, Attrs) else Attrs()

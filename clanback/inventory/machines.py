"""Machines: their attributes, and their own NixOS modules handed to the analysis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.diagnostics import DiagnosticError, error, info, warning
from clanback.inventory.machine_modules import MachineAnalysis, ModuleDefinition
from clanback.inventory.model import Machine
from clanback.inventory.names import is_machine_name
from clanback.inventory.plain import known_text
from clanback.modules.types import Deferred
from clanback.nix import ast
from clanback.nix.values import Attrs, PathValue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clanback.diagnostics import Source
    from clanback.inventory.loading import ClanConfig
    from clanback.inventory.places import PlaceBook
    from clanback.modules.definition import Definition
    from clanback.nix.evaluator import Evaluator

AUTOMATIC = ("configuration.nix", "hardware-configuration.nix", "disko.nix")
"""Files of `machines/<name>/` that clan-core imports without being asked, in its order."""


def machine_values(config: ClanConfig, machines: Attrs) -> dict[str, Attrs]:
    """The merged attributes of every machine, by name, sorted; names no host can have are reported."""
    found: dict[str, Attrs] = {}
    for name in sorted(machines):
        if not is_machine_name(name):
            # Folders below `machines/` need not be meant as machines, though clan-core takes them as such.
            say = warning if machines.name_span(name) is None else error
            config.report(
                say(
                    "CB213",
                    f"`{name}` cannot be the name of a machine",
                    machines.name_span(name),
                    help="a host name has letters and digits, and `-` or `_` between them, at most 63 in all",
                )
            )
        value = config.evaluator.force(machines[name])
        found[name] = value if isinstance(value, Attrs) else Attrs()
        _look_at_the_rest(config, name, found[name])
    return found


def _look_at_the_rest(config: ClanConfig, name: str, value: Attrs) -> None:
    """Check the types of attributes that backups do not need, as far as they can be evaluated without Nix."""
    for attribute in value.positions or ():
        if attribute not in ("tags", "machineClass", "deploy"):
            config.leniently(value[attribute])
    if "deploy" in (value.positions or ()):
        deploy = config.evaluator.force(value["deploy"])
        for attribute in deploy.positions or ():
            if config.leniently(deploy[attribute]) is None and attribute == "targetHost":
                _say_unknown_host(config, name, deploy)


def _say_unknown_host(config: ClanConfig, name: str, deploy: Attrs) -> None:
    """Unknown is not the same as absent: a target host that is written but not known is told."""
    span = deploy.value_span("targetHost")
    if span is not None and span.text != "null":
        hint = "write it out, if the connection to it is to be checked"
        config.report(info("CB225", f"the target host of `{name}` is known to Nix only", span, help=hint))


def tags_of_machines(config: ClanConfig, values: Mapping[str, Attrs]) -> dict[str, tuple[str, ...]]:
    """The tags of each machine, in order, without repeats: its own, and those of `inventory.tags` that name it."""
    force = config.evaluator.force
    return {name: tuple(dict.fromkeys(str(tag) for tag in force(value.get("tags", ())) or ())) for name, value in values.items()}


def make_machine(
    config: ClanConfig,
    book: PlaceBook,
    name: str,
    machines: Attrs,
    value: Attrs,
    tags: tuple[str, ...],
    analysis: MachineAnalysis,
) -> Machine:
    """The plain machine; its places go to the book."""
    evaluator = config.evaluator
    deploy = evaluator.force(value.get("deploy"))
    deploy = deploy if isinstance(deploy, Attrs) else Attrs()
    book.add_attributes(f"machines.{name}", value)
    book.add_attributes(f"machines.{name}.deploy", deploy)
    book.add(f"machines.{name}", (machines.name_span(name),))
    for path, places in analysis.places.items():
        book.by_path[f"machines.{name}.{path}"] = places
    return Machine(
        name=name,
        tags=tags,
        machine_class=known_text(evaluator, value.get("machineClass")) or "nixos",
        target_host=known_text(evaluator, deploy.get("targetHost")),
        build_host=known_text(evaluator, deploy.get("buildHost")),
        description=known_text(evaluator, value.get("description")),
        state=analysis.state,
        state_complete=analysis.state_complete,
        tmpfiles=analysis.tmpfiles,
        unknown_tmpfiles=analysis.unknown_tmpfiles,
        root_keys=analysis.root_keys,
        modules=analysis.modules,
        place=book.place(machines.name_span(name)),
        host_name=analysis.host_name,
    )


def is_absent(evaluator: Evaluator, merged: Any) -> bool:
    """Whether all that is said of a machine at the top level's `machines` stands under an `mkIf` that is false: then it is not
    there, as in every `attrsOf`."""
    from clanback.modules.definition import push_down

    if not isinstance(merged, Deferred):
        return False
    try:
        parts = [part for definition in merged.definitions for part in push_down(evaluator, definition)]
        return all(any(evaluator.force(condition) is False for condition in part.conditions) for part in parts)
    except DiagnosticError:
        return False


def module_definitions(config: ClanConfig, name: str, merged: Any, folders: frozenset[str]) -> list[ModuleDefinition]:
    """A machine's modules: those of the clan's `machines.<name>`, then the files of its folder."""
    from clanback.modules.definition import not_overridden

    deferred = config.evaluator.force(merged)
    found: list[ModuleDefinition] = []
    if isinstance(deferred, Deferred):
        for holding in not_overridden(config.evaluator, deferred.definitions):
            unwrapped = holding not in deferred.definitions
            found.append(as_module(config, holding, exact=False if unwrapped and holding.content is None else None))
    if name in folders:
        paths = config.evaluator.paths
        below = config.directory[len(config.root) :].lstrip("/")
        for file in AUTOMATIC:
            relative = f"{below}/machines/{name}/{file}".lstrip("/")
            path = f"{config.root}/{relative}"
            try:
                if paths.exists(path):
                    found.append(ModuleDefinition(PathValue(path), None, None, relative, relative, None))
            except DiagnosticError as problem:
                config.found.extend(problem.diagnostics)
    return found


def as_module(config: ClanConfig, definition: Definition, *, exact: bool | None = None) -> ModuleDefinition:
    """A definition as the analysis of machine modules wants it; `exact` says whether its expression is the value's own."""
    source, expr = definition.source, definition.value_expr
    if exact is None:
        exact = definition.attribute is not None
    if not exact:
        return ModuleDefinition(definition.value, None, None, source.name if source is not None else definition.file)
    return ModuleDefinition(
        definition.value, source, expr, source.name if source is not None else definition.file, None, _tree(config, source)
    )


def _tree(config: ClanConfig, source: Source | None) -> ast.File | None:
    """The parsed file of a source."""
    if source is None or source.path is None or source.path.endswith(".json"):
        return None
    try:
        return config.evaluator.parse_file(source.path)
    except DiagnosticError:
        return None

"""Which of NixOS' services a machine's modules turn on, as far as it is known without NixOS. Read only when somebody asks.

An audit compares them with the state that is declared. What the modules of a role (`extraModules`) turn on is not looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from clanback.diagnostics import DiagnosticError
from clanback.inventory.model import Fact, UnknownText
from clanback.nix.values import Attrs, PathValue, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from clanback.inventory.loading import ClanConfig
    from clanback.inventory.machine_modules.statements import Statement
    from clanback.inventory.model import Place
    from clanback.nix.evaluator import Evaluator


@attrs.frozen(eq=False, repr=False)
class EnabledService(Fact):
    """`services.<name>.enable = true;`. `certain` is false where a condition that only Nix knows decides.

    `options` are the values of the options that were asked for: those that are set, and known or not.
    """

    name: str
    certain: bool
    options: Mapping[str, str | UnknownText]
    place: Place | None = None


def enabled_services(
    config: ClanConfig, options: Mapping[str, Sequence[str]], machines: Iterable[str]
) -> dict[str, dict[str, EnabledService]]:
    """By machine and name. `options` names what else is asked of a service: options that move its state elsewhere.

    Never raises for what modules contain: a machine that cannot be read here turns on nothing that is known.
    """
    found: dict[str, dict[str, EnabledService]] = config.evaluator.guarded(_read, config, options, list(machines))
    return found


def _read(config: ClanConfig, options: Mapping[str, Sequence[str]], machines: Sequence[str]) -> dict[str, Any]:
    modules = config.evaluator.force(config.value.get("machines"))
    found: dict[str, dict[str, EnabledService]] = {}
    for name in machines:
        try:
            found[name] = _of_machine(config, name, modules.get(name) if isinstance(modules, Attrs) else None, options)
        except DiagnosticError:
            found[name] = {}
    return found


def _of_machine(config: ClanConfig, name: str, merged: Any, options: Mapping[str, Sequence[str]]) -> dict[str, EnabledService]:
    from clanback.diagnostics import Span
    from clanback.inventory.machine_modules.collecting import collect, module_arguments
    from clanback.inventory.machine_modules.statements import Statement, below, known, member, plain
    from clanback.inventory.machines import module_definitions

    evaluator = config.evaluator
    definitions = module_definitions(config, name, merged, frozenset(config.machine_folders))
    statements = []
    for each in definitions:
        span = None if each.source is None or each.expr is None else Span(each.source, each.expr.start, each.expr.end)
        statements.append(Statement(known(evaluator, each.value, span), span, expr=each.expr))
    given = {"networking.hostName": name, "clan.core.settings.machine.name": name}
    collected = collect(evaluator, statements, module_arguments(evaluator, given, config.special_arguments()))
    by_name: dict[str, list[Statement]] = {}
    for statement in below(evaluator, collected.configurations, ("services",))[0]:
        for part in plain(evaluator, statement):
            if isinstance(part.value, Attrs):
                for service in part.value:
                    by_name.setdefault(service, []).append(member(part, part.value, service))
    services = (_service(evaluator, service, by_name[service], options.get(service, ())) for service in sorted(by_name))
    return {service.name: service for service in services if service is not None}


def _service(evaluator: Evaluator, name: str, statements: Sequence[Statement], options: Sequence[str]) -> EnabledService | None:
    from clanback.inventory.machine_modules.facts import place_of
    from clanback.inventory.machine_modules.statements import below, settle

    enabled = settle(evaluator, below(evaluator, statements, ("enable",))[0])
    on = [part for part in enabled if part.value is True]
    if not on:
        return None
    values: dict[str, str | UnknownText] = {}
    for option in options:
        for part in settle(evaluator, below(evaluator, statements, option.split("."))[0]):
            value = part.value
            if isinstance(value, PathValue):
                value = value.path
            if isinstance(value, str) and part.doubt is None:
                values[option] = str(value)
            elif value is not None:
                reason = value.reason if isinstance(value, Unknown) else "it is no plain path, or only perhaps set"
                values[option] = UnknownText(part.text, reason, place_of(part.span))
    certain = any(part.doubt is None for part in on)
    return EnabledService(name, certain, values, place_of(on[0].name_span or on[0].span))

"""Texts that were to be replaced and still stand there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from clanback.checks.findings import Findings, setting_span, span_of
from clanback.diagnostics import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clanback.checks.places import Places
    from clanback.diagnostics import Diagnostic
    from clanback.inventory.model import Inventory
    from clanback.plan.model import Plan

# `<IP-ADDRESS>`, and words such as PASTE_YOUR_KEY_HERE, YOUR-HOST, CHANGEME: in capitals, as nobody writes values.
_PLACEHOLDER = re.compile(
    r"<[A-Z][A-Z0-9 _-]*>|(?<![A-Za-z0-9+/=])(?:[A-Z]+[_-])*"
    r"(?:PASTE|REPLACE|INSERT|YOUR|CHANGE_?ME|CHANGEME|FIXME|TODO|PLACEHOLDER)(?:[_-][A-Z]+)*(?![A-Za-z0-9+/=])"
)


def is_placeholder(text: str) -> bool:
    """Whether something in `text` still waits to be replaced."""
    return _PLACEHOLDER.search(text) is not None


def check(inventory: Inventory, plan: Plan, places: Places) -> Iterator[Diagnostic]:  # noqa: ARG001 — as all families
    """Placeholders in settings of the services we know and in the addresses of machines."""
    found = Findings()
    for machine in inventory.machines.values():
        for name, value in (("targetHost", machine.target_host), ("buildHost", machine.build_host)):
            if value is not None and (match := _PLACEHOLDER.search(value)):
                _add(found, span_of(inventory, places, f"machines.{machine.name}.deploy.{name}"), machine.name, name, match[0])
    for instance in inventory.instances.values():
        if instance.opaque:
            continue
        for role in instance.roles.values():
            for name, settings in role.members.items():
                for path, text in _texts(settings or {}):
                    if match := _PLACEHOLDER.search(text):
                        span = setting_span(inventory, places, instance.name, role.name, name, path)
                        _add(found, span, name, f"{path} of instance {instance.name}", match[0])
    yield from found


def _add(found: Findings, span: Any, machine: str, what: str, text: str) -> None:
    found.add(
        "CB301",
        Severity.ERROR,
        span,
        machine,
        (f"{what} for ", f" still holds the placeholder {text}"),
        help=f"replace {text} by the real value",
    )


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """All texts in settings, each with the dotted path of the setting that holds it; those of a list with the list's."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _texts(inner, path)

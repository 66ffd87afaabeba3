"""Texts that were to be replaced and still stand there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.checks.findings import Findings
from clanback.diagnostics import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clanback.checks.places import Places
    from clanback.diagnostics import Diagnostic
    from clanback.inventory.model import Inventory
    from clanback.plan.model import Plan

_WORDS = ("PASTE", "REPLACE", "INSERT", "YOUR", "CHANGEME", "CHANGE_ME", "FIXME", "TODO", "PLACEHOLDER")


def placeholder(text: str) -> str | None:
    """What in `text` still waits to be replaced, `<IP-ADDRESS>` or capitals such as PASTE_YOUR_KEY_HERE; None if nothing."""
    if "<" not in text and not any(word in text for word in _WORDS):
        return None
    import re

    words = f"(?:[A-Z]+[_-])*(?:{'|'.join(_WORDS)})(?:[_-][A-Z]+)*"
    # A key's base64 may hold any of these words: there they are part of a longer one.
    found = re.search(rf"<[A-Z][A-Z0-9 _-]*>|(?<![A-Za-z0-9+/=]){words}(?![A-Za-z0-9+/=])", text)
    return found[0] if found else None


def is_placeholder(text: str) -> bool:
    """Whether something in `text` still waits to be replaced."""
    return placeholder(text) is not None


def check(inventory: Inventory, plan: Plan, places: Places) -> Iterator[Diagnostic]:
    """Placeholders in settings of the services we know and in the addresses of machines."""
    found = Findings()
    for machine in inventory.machines.values():
        for name, value in (("targetHost", machine.target_host), ("buildHost", machine.build_host)):
            if value is not None and (left := placeholder(value)):
                _add(found, places.of(f"machines.{machine.name}.deploy.{name}"), machine.name, name, left)
    for instance in inventory.instances.values():
        if instance.opaque:
            continue
        for role in instance.roles.values():
            for name, settings in role.members.items():
                for path, text in _texts(settings or {}):
                    if left := placeholder(text):
                        span = places.of_setting(instance.name, role.name, name, path)
                        _add(found, span, name, f"{path} of instance {instance.name}", left)
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

"""What the families of checks share: members and their settings' places, and findings that many machines have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.diagnostics import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from clanback.diagnostics import Severity, Span
    from clanback.inventory.model import Instance, Inventory, Machine


def members(inventory: Inventory, service: str, role: str) -> Iterator[tuple[Instance, Machine, Mapping[str, Any]]]:
    """Every member of a role in the instances of a service, with its settings: machines of the clan that run NixOS."""
    for instance in inventory.instances.values():
        if instance.opaque or instance.service != service or role not in instance.roles:
            continue
        for name, settings in instance.roles[role].members.items():
            machine = inventory.machines.get(name)
            if machine is not None and machine.machine_class == "nixos":
                yield instance, machine, settings or {}


def listed(names: Iterable[str], shown: int = 3) -> str:
    """`a`, `a and b`, `a, b, c and 7 more`."""
    distinct = list(dict.fromkeys(names))
    if len(distinct) > shown + 1:
        return f"{', '.join(distinct[:shown])} and {len(distinct) - shown} more"
    return distinct[0] if len(distinct) == 1 else f"{', '.join(distinct[:-1])} and {distinct[-1]}"


class Findings:
    """Findings that are told once for all the machines that have them in common: same code, same place, same words."""

    def __init__(self) -> None:
        self._found: dict[tuple[object, ...], tuple[dict[str, None], Callable[[str], Diagnostic]]] = {}

    def add(
        self,
        code: str,
        severity: Severity,
        span: Span | None,
        machine: str,
        message: tuple[str, str],
        *,
        labels: Sequence[tuple[Span | None, str]] = (),
        notes: tuple[str, ...] = (),
        help: str | None = None,
    ) -> None:
        """Note a finding; `message` are the words before and after the names of all machines that have it.

        Findings are the same if code, severity, place and message are.
        """
        place = None if span is None else (span.source.name, span.start, span.end)

        def made(machines: str) -> Diagnostic:
            known = tuple(Label(where, said) for where, said in labels if where is not None)
            return Diagnostic(code, severity, machines.join(message), span, known, notes, help)

        self._found.setdefault((code, severity, place, message), ({}, made))[0][machine] = None

    def __iter__(self) -> Iterator[Diagnostic]:
        for machines, made in self._found.values():
            yield made(listed(machines))

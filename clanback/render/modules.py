"""`state.nix`, `tmpfiles.nix`, `machine.nix`: a machine's own modules, as they are written in the repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.inventory.model import RepositoryPath
from clanback.render.literals import NixExpression, comment
from clanback.render.runtime import render_template
from clanback.render.values import origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clanback.inventory.model import ModulePart
    from clanback.plan.model import MachinePlan
    from clanback.render.values import Location


def render_modules(machine: MachinePlan, location: Location) -> Iterator[tuple[str, str]]:
    """Names and texts of the files that hold the machine's own modules; only those that say something."""
    modules = machine.modules
    rest = (*modules.rest, *machine.extra_modules)
    for name, parts in (("state.nix", modules.state), ("tmpfiles.nix", modules.tmpfiles), ("machine.nix", rest)):
        if parts:
            arguments = sorted({argument for part in parts for argument in part.arguments})
            yield (
                name,
                render_template(
                    name,
                    machine=machine.name,
                    arguments=", ".join(arguments),
                    module=_one_module(parts, machine.name, location),
                ),
            )


def _one_module(parts: Sequence[ModulePart], machine: str, location: Location) -> NixExpression:
    """One part stands for itself; several, or a file, are imported."""
    if len(parts) == 1 and not _is_file(parts[0]):
        return NixExpression(f"{_origin(parts[0], machine)}{location.module(parts[0]).strip()}")
    lines = ["{\n", "  imports = [\n"]
    for part in parts:
        lines.append(_origin(part, machine, "    "))
        text = location.module(part).strip()
        lines.append(f"    {text}\n" if _is_file(part) else f"    ({text})\n")
    lines.append("  ];\n}")
    return NixExpression("".join(lines))


def _is_file(part: ModulePart) -> bool:
    return len(part.pieces) == 1 and isinstance(part.pieces[0], RepositoryPath)


def _origin(part: ModulePart, machine: str, indent: str = "") -> str:
    if part.origin is None:
        return ""
    return f"{indent}# {comment(origin(part.origin, f'machines.{machine}'))}\n"

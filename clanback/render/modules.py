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


def render_modules(machine: MachinePlan, location: Location, *, compat: bool) -> Iterator[tuple[str, str]]:
    """Names and texts of the files that hold the machine's own modules; only those that say something."""
    modules = machine.modules
    for name, parts, extra in (
        ("state.nix", modules.state, ()),
        ("tmpfiles.nix", modules.tmpfiles, ()),
        ("machine.nix", modules.rest, machine.extra_modules),
    ):
        if parts or extra:
            arguments = sorted({argument for part in (*parts, *extra) for argument in part.arguments})
            yield (
                name,
                render_template(
                    name,
                    machine=machine.name,
                    arguments=", ".join(arguments),
                    module=_one_module(parts, extra, machine.name, location, compat=compat),
                ),
            )


def _one_module(
    parts: Sequence[ModulePart], extra: Sequence[ModulePart], machine: str, location: Location, *, compat: bool
) -> NixExpression:
    """One part stands for itself; several, or a file, are imported."""
    own = [(part, f"machines.{machine}") for part in parts]
    of_roles = [(part, "extraModules of a role") for part in extra]
    if len(own) + len(of_roles) == 1 and not _is_file((*parts, *extra)[0]) and not (compat and extra):
        part, what = (own + of_roles)[0]
        return NixExpression(f"{_origin(part, what)}{location.module(part).strip()}")
    lines = ["{\n", "  imports = [\n"]
    lines += (_import(part, what, location, 4) for part, what in own)
    if extra and compat:
        # As in `machine_default.nix`: services and what belongs to them come below a machine's own modules.
        lines += ["    {\n", "      imports = [\n", "        {\n", "          imports = [\n"]
        lines += (_import(part, what, location, 12) for part, what in of_roles)
        lines += ["          ];\n", "        }\n", "      ];\n", "    }\n"]
    else:
        lines += (_import(part, what, location, 4) for part, what in of_roles)
    lines.append("  ];\n}")
    return NixExpression("".join(lines))


def _import(part: ModulePart, what: str, location: Location, indent: int) -> str:
    """An element of an `imports` list, with its origin in front."""
    pad = " " * indent
    text = location.module(part).strip()
    if not _is_file(part):
        text = _element(text, indent)
    return f"{_origin(part, what, pad)}{pad}{text}\n"


def _element(text: str, indent: int) -> str:
    """An expression as an element of a list: a set as it is, anything else in parentheses."""
    from clanback.nix.ast import AttrSet
    from clanback.nix.errors import NixSyntaxError
    from clanback.nix.indentation import reindent
    from clanback.nix.parser import parse

    try:
        if isinstance(parse(text).expr, AttrSet):
            return reindent(text, indent)
        if "\n" not in text:
            return f"({text})"
        return f"(\n{' ' * (indent + 2)}{reindent(text, indent + 2)}\n{' ' * indent})"
    except NixSyntaxError:  # text that needs a feature Nix has to be told to use, such as `|>`: as it was written
        return f"({text})"


def _is_file(part: ModulePart) -> bool:
    return len(part.pieces) == 1 and isinstance(part.pieces[0], RepositoryPath)


def _origin(part: ModulePart, what: str, indent: str = "") -> str:
    if part.origin is None:
        return ""
    return f"{indent}# {comment(origin(part.origin, what))}\n"

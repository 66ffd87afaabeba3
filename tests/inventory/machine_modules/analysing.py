"""Analysing machine `a` of a clan given as text, and showing its parts as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.inventory.machine_modules import MachineAnalysis, ModuleDefinition, analyse
from clanback.nix.evaluator import Evaluator
from clanback.nix.values import Attrs, Closure, OpenAttrs, PathValue

if TYPE_CHECKING:
    from pathlib import Path

    from clanback.inventory.model import ModulePart


def analysed(
    folder: Path, clan: str | None = None, *, name: str = "a", auto: str | None = None, again: bool = False
) -> MachineAnalysis:
    """The analysis of machine `name` of `folder/clan.nix`, which is written first if its text is given.

    `auto` is a file of the folder that belongs to the machine without being named, as `machines/a/configuration.nix`. With
    `again` the machine is defined a second time, in a set `again` beside `machines`.
    """
    path = folder / "clan.nix"
    if clan is not None:
        path.write_text(clan)
    evaluator = Evaluator(str(folder))
    value = evaluator.evaluate_file(str(path))
    if isinstance(value, Closure):
        outside = {
            each: OpenAttrs({}, text=each, reason="only the flake knows `{name}`") for each in ("inputs", "self", "config")
        }
        arguments = OpenAttrs({**outside, "lib": evaluator.lib}, text="args", reason="only the flake knows `{name}`")
        value = evaluator.call(value, arguments)
    definitions = [_definition(evaluator, evaluator.select(value, "machines"), name)]
    if again:
        definitions.append(_definition(evaluator, evaluator.select(value, "again"), name))
    if auto is not None:
        definitions.append(ModuleDefinition(PathValue(str(folder / auto)), file=auto, path=auto))
    return analyse(evaluator, name, definitions, root=str(folder))


def _definition(evaluator: Evaluator, machines: Attrs, name: str) -> ModuleDefinition:
    if machines.positions is None or name not in machines.positions:
        return ModuleDefinition(machines[name], file="clan.nix")
    source, attribute = machines.positions[name]
    return ModuleDefinition(machines[name], source, attribute.expr, source.name, root_expr=evaluator.file_of(source))


def text_of(part: ModulePart, prefix: str = "../") -> str:
    """A part as it would be rendered into a folder at the root."""
    return "".join(piece if isinstance(piece, str) else f"{prefix}{piece.path}" for piece in part.pieces)

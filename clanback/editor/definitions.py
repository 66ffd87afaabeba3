"""Where something is declared: a machine, a tag, an instance, a file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from clanback.editor.outline import FilePath, Name, Text
from clanback.editor.schema import names_at
from clanback.inventory.machines import AUTOMATIC

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clanback.editor.clans import Clan
    from clanback.editor.outline import Path
    from clanback.explaining import Context

Target = tuple[str, int, int]
"""A file (absolute), and the offsets of a piece of it."""


def definitions(clan: Clan, file: str, what: Name | Text | FilePath) -> list[Target]:
    """The places where what is written here is declared."""
    if isinstance(what, FilePath):
        return _file(file, what.text)
    context = clan.context
    if context is None:
        return []
    kind, name = kind_of(context, clan.place(file, what.path), what)
    if kind == "machine":
        return list(_machine(clan, context, name))
    if kind == "tag":
        return list(_tag(clan, name))
    if kind == "instance":
        return list(_names(clan, ("inventory", "instances", name)))
    return []


def kind_of(context: Context, path: Path, what: Name | Text) -> tuple[str | None, str]:
    """What a name or a string names: a machine, a tag, an instance; None for anything else."""
    if isinstance(what, Text):
        if what.in_list and path[-1:] == ("tags",):
            return "tag", what.text
        if path[:2] == ("inventory", "tags") and len(path) == 3 and what.in_list:
            return "machine", what.text
        if path[-1:] == ("address",) and what.text in context.inventory.machines:
            return "machine", what.text
        return None, what.text
    if not path:
        return None, ""
    place = names_at(context.inventory, path[:-1])
    if place is not None and place.kind in ("machine", "tag", "instance"):
        return place.kind, path[-1]
    return None, path[-1]


def _file(file: str, text: str) -> list[Target]:
    path = os.path.normpath(os.path.join(os.path.dirname(file), text))
    if os.path.isdir(path):
        path = os.path.join(path, "default.nix")
    return [(path, 0, 0)] if os.path.isfile(path) else []


def _machine(clan: Clan, context: Context, name: str) -> Iterator[Target]:
    """The inventory's entry first, then what NixOS is to do there, then the files of its folder."""
    yield from _names(clan, ("inventory", "machines", name))
    yield from _names(clan, ("machines", name))
    config = None if clan.good is None else clan.good.config
    folder = config.directory if config is not None else context.inventory.root
    for file in AUTOMATIC:
        path = f"{folder}/machines/{name}/{file}"
        if os.path.isfile(path):
            yield path, 0, 0


def _tag(clan: Clan, tag: str) -> Iterator[Target]:
    """Where a tag is computed; else the machines that name it."""
    computed = list(_names(clan, ("inventory", "tags", tag)))
    yield from computed
    for path in clan.files() if not computed else ():
        outline = clan.outline(path)
        for text in () if outline is None else outline.texts:
            place = clan.place(path, text.path)
            if text.text == tag and text.in_list and place[:2] == ("inventory", "machines") and place[-1] == "tags":
                yield path, text.start, text.end


def _names(clan: Clan, option: Path) -> Iterator[Target]:
    """Where a name is written as a declaration."""
    for path in clan.files():
        outline = clan.outline(path)
        for name in () if outline is None else sorted(outline.names, key=lambda one: one.start):
            if name.path[-1:] == option[-1:] and clan.place(path, name.path) == option:
                yield path, name.start, name.end

"""Renaming a machine in all files: names, quoted or not, lists of tags, `clanback.toml`, folders that are called after it.

What comes out is tried before it is offered: the clan with all edits must be the same clan with another name, else nothing is
renamed.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import attrs

from clanback.diagnostics import Severity, Source
from clanback.editor.definitions import kind_of
from clanback.editor.outline import FilePath, Text
from clanback.inventory.names import is_machine_name
from clanback.inventory.toml_places import key_places
from clanback.modules.show import dotted, quoted
from clanback.stages import follow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from clanback.editor.clans import Clan
    from clanback.editor.outline import Name
    from clanback.explaining import Context

_FOLDERS = (
    "machines/{}",
    "vars/per-machine/{}",
    "secrets/clan-vars/per-machine/{}",
    "secrets/age-keys/machines/{}",
    "sops/machines/{}",
)
"""Folders of the repository that are named after a machine."""


@attrs.frozen(eq=False)
class Edit:
    """A piece of a file (absolute path, offsets in `source`) to be replaced."""

    source: Source
    start: int
    end: int
    text: str


@attrs.frozen(eq=False)
class Renaming:
    """The edits and moves that rename a machine, and what nobody can do from here."""

    edits: tuple[Edit, ...]
    moves: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()


class RefusedError(Exception):
    """The machine cannot be renamed from here; the text says why."""


def machine_at(clan: Clan, file: str, what: Name | Text | FilePath | None) -> str | None:
    """The machine that is named by what is written."""
    context = clan.context
    if context is None or what is None or isinstance(what, FilePath):
        return None
    kind, name = kind_of(context, clan.place(file, what.path), what)
    return name if kind == "machine" and name in context.inventory.machines else None


def rename(clan: Clan, texts: Mapping[str, str], old: str, new: str, *, may_move: bool) -> Renaming:
    """Rename the machine `old`; raises `RefusedError`.

    `texts` are those of open documents, `may_move` says whether the editor can move folders.
    """
    context = clan.context
    if context is None or clan.latest is not clan.good:
        raise RefusedError("the clan has errors that stand in the way of renaming: mend them first")
    if not is_machine_name(new):
        raise RefusedError(f"{new!r} cannot be the name of a machine: letters and digits, and - or _ between them, at most 63")
    if new in context.inventory.machines:
        raise RefusedError(f"there is a machine {new} already")
    folder = clan.root_folder
    if os.path.isfile(f"{folder}/inventory.json") and _mentions(f"{folder}/inventory.json", old):
        raise RefusedError("inventory.json names the machine: clan-core writes that file, so rename it there")
    moves = _moves(folder, old, new)
    if moves and not may_move:
        shown = ", ".join(os.path.relpath(path, folder) for path, _ in moves)
        raise RefusedError(f"this editor cannot move folders: {shown} would have to be renamed too")
    edits = (*_in_nix(clan, context, old, new), *_in_toml(folder, texts, old, new))
    if not edits and not moves:
        raise RefusedError(f"nothing in these files declares {old}")
    _try(clan, context, texts, edits, old, new, moved=any(path.endswith(f"/machines/{old}") for path, _ in moves))
    return Renaming(edits, moves, tuple(_warnings(context, old, new)))


def _mentions(path: str, name: str) -> bool:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return f'"{name}"' in file.read(1 << 24)
    except OSError:
        return True


def _moves(folder: str, old: str, new: str) -> tuple[tuple[str, str], ...]:
    pairs = ((f"{folder}/{pattern.format(old)}", f"{folder}/{pattern.format(new)}") for pattern in _FOLDERS)
    return tuple((old_path, new_path) for old_path, new_path in pairs if os.path.isdir(old_path))


def _in_nix(clan: Clan, context: Context, old: str, new: str) -> Iterator[Edit]:
    for path in clan.files():
        outline = clan.outline(path)
        if outline is None:
            continue
        written: list[Name | Text] = [*outline.names, *outline.texts]
        for one in sorted(written, key=lambda each: each.start):
            said = one.text if isinstance(one, Text) else one.path[-1]
            if said == old and kind_of(context, clan.place(path, one.path), one) == ("machine", old):
                was_quoted = outline.source.text[one.start] == '"'
                yield Edit(outline.source, one.start, one.end, quoted(new) if was_quoted else dotted((new,)))


def _in_toml(folder: str, texts: Mapping[str, str], old: str, new: str) -> Iterator[Edit]:
    """The tables `[machines.NAME]` of `clanback.toml`."""
    path = f"{folder}/clanback.toml"
    text = texts.get(path)
    if text is None:
        if not os.path.isfile(path):
            return
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read(1 << 24)
    source = Source("clanback.toml", text, path)
    if ("machines", old) not in key_places(text):
        return
    word = re.escape(old)
    for match in re.finditer(rf"""(?m)^\s*\[\s*machines\s*\.\s*(?P<name>{word}|"{word}"|'{word}')\s*[\].]""", text):
        before = text[match.start("name")]
        written = new if before not in "\"'" else f"{before}{new}{before}"
        yield Edit(source, match.start("name"), match.end("name"), written)


def _try(
    clan: Clan, context: Context, texts: Mapping[str, str], edits: tuple[Edit, ...], old: str, new: str, *, moved: bool
) -> None:
    """Whether the clan with the edits is the clan with another name; folders stay where they are while this is tried."""
    before = context.inventory
    tried = follow(clan.root, compat=None, overlay={**texts, **changed(edits)}, check=False)
    after = tried.inventory
    expected = {new if name == old else name for name in before.machines} | ({old} if moved else set())
    if after is None or set(after.machines) != expected:
        raise RefusedError(f"{old} is named in a way that cannot be followed from here (a computed name, or another file)")
    errors = {found.message for found in tried.found if found.severity is Severity.ERROR}
    errors -= {found.message for found in clan.diagnostics()}
    if errors and not moved:
        raise RefusedError(f"after that there would be an error: {min(errors)}")
    for name, instance in before.instances.items():
        for role in instance.roles.values():
            there = after.instances[name].roles[role.name].members if name in after.instances else {}
            if (old in role.members) != (new in there):
                raise RefusedError(f"{old} would lose its role {role.name} of {name}: how it got it cannot be followed from here")


def changed(edits: tuple[Edit, ...]) -> dict[str, str]:
    """The texts with the edits made, by path."""
    found: dict[str, str] = {}
    for edit in sorted(edits, key=lambda one: one.start, reverse=True):
        assert edit.source.path is not None
        text = found.get(edit.source.path, edit.source.text)
        found[edit.source.path] = text[: edit.start] + edit.text + text[edit.end :]
    return found


def _warnings(context: Context, old: str, new: str) -> Iterator[str]:
    """What a rename does not do: old backups stay where and as they are."""
    planned = context.plan.machines.get(old)
    for server, machine in context.plan.machines.items():
        if old in machine.repos:
            path = machine.repos[old].path
            yield f"on {server} the backups lie in {path}: move the folder to {path.removesuffix(old)}{new}, or they begin anew"
    if planned is not None and planned.jobs:
        yield f"archives that exist keep the name {old}: only new ones are named {new}"
    if planned is not None and planned.repos:
        yield f"the backup jobs of {', '.join(planned.repos)} are named after the server {old}: they get its new name"

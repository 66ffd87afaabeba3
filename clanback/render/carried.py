"""The files of the repository that rendered modules import: they belong to what a machine gets, though nobody renders them."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from clanback.inventory.model import RepositoryPath
from clanback.nix.reads import content, digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clanback.inventory.model import ModulePart
    from clanback.plan.model import Plan

_PATH = re.compile(r"(?<![\w./+-])\.\.?/[\w./+-]*")
_LARGE = 1_000_000


def carried_files(plan: Plan, root: str) -> dict[str, str]:
    """Paths relative to the root, and texts: what the modules of the plan name, and what these files name in turn.

    Found by their look, not by evaluating: a path that stands in a comment counts too. Only files inside the repository, links
    resolved. Of large files there is the digest only.
    """
    real = os.path.realpath(root)
    found: dict[str, str] = {}
    waiting = list(dict.fromkeys(path for part in _parts(plan) for path in _named(part)))
    while waiting:
        path = _file(real, waiting.pop())
        if path is None or path in found:
            continue
        text = _text(f"{real}/{path}")
        if text is None:
            continue
        found[path] = text
        if path.endswith(".nix"):
            waiting += [os.path.normpath(f"{os.path.dirname(path)}/{match}") for match in _PATH.findall(text)]
    return found


def _parts(plan: Plan) -> Iterator[ModulePart]:
    for machine in plan.machines.values():
        yield from machine.modules.state
        yield from machine.modules.tmpfiles
        yield from machine.modules.rest
        yield from machine.extra_modules


def _named(part: ModulePart) -> Iterable[str]:
    return (piece.path for piece in part.pieces if isinstance(piece, RepositoryPath))


def _file(root: str, path: str) -> str | None:
    """The path of the file that an import of `path` reads, relative to the root; None where there is none."""
    full = os.path.realpath(f"{root}/{path}")
    if os.path.isdir(full):
        full = os.path.realpath(f"{full}/default.nix")
    inside = full.startswith(f"{root}/") and os.path.isfile(full)
    return os.path.relpath(full, root) if inside else None


def _text(path: str) -> str | None:
    found = content(path)
    if found is None:
        return None
    return f"{len(found)} bytes, {digest(found)}" if len(found) > _LARGE else found.decode("utf-8", "surrogateescape")

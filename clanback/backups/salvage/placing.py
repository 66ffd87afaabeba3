"""Putting restored files where they should be, on this computer: from a folder beside it, nothing replaced unasked."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from typing import TYPE_CHECKING

from clanback.diagnostics import DiagnosticError, error

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clanback.backups.salvage.borg import Entry
    from clanback.diagnostics import Diagnostic

_STAGING = ".clanback-restore-"


@contextlib.contextmanager
def staging(folder: str) -> Iterator[str]:
    """A private folder on the file system of `folder`, which is made if it is not there; gone when the block is left."""
    try:
        os.makedirs(folder, exist_ok=True)
        made = tempfile.mkdtemp(prefix=_STAGING, dir=folder)
    except OSError as problem:
        raise DiagnosticError(_unusable(folder, problem)) from None
    try:
        yield made
    finally:
        remove(made)


def remove(folder: str) -> None:
    """Remove a folder, whatever the modes of what lies in it."""
    for around, _, _ in os.walk(folder):
        with contextlib.suppress(OSError):
            os.chmod(around, 0o700)
    shutil.rmtree(folder, ignore_errors=True)


def in_the_way(entries: Sequence[Entry], folder: str) -> list[str]:
    """What is already there below `folder` and would be replaced: everything but folders that meet folders."""
    found = []
    for entry in entries:
        path = os.path.join(folder, entry.path)
        try:
            mode = os.lstat(path).st_mode
        except OSError:
            continue
        if entry.kind != "d" or not stat.S_ISDIR(mode):
            found.append(path)
    return found


def require_free(entries: Sequence[Entry], folder: str) -> None:
    """Raises DiagnosticError CB478 where something is in the way, CB476 where there is no room."""
    blocked = in_the_way(entries, folder)
    if blocked:
        raise DiagnosticError(occupied(folder, blocked))
    size = sum(entry.size for entry in entries)
    around = folder
    while not os.path.exists(around):
        around = os.path.dirname(around)
    free = shutil.disk_usage(around).free
    if size > free:
        raise DiagnosticError(
            error(
                "CB476",
                f"{folder} has room for {free} bytes, and {size} are to be restored",
                help="name another folder with --to",
            )
        )


def occupied(folder: str, blocked: Sequence[str]) -> Diagnostic:
    """Something is already there."""
    more = [f"and {len(blocked) - 5} more"] if len(blocked) > 5 else []
    return error(
        "CB478",
        f"{len(blocked)} of the files are already in {folder}, and none of them was touched",
        notes=[*blocked[:5], *more],
        help="name an empty folder with --to, or replace them with --overwrite",
    )


def place(staged: str, folder: str, paths: Sequence[str], *, overwrite: bool) -> None:
    """Move what was asked for, and nothing else, from `staged` to `folder`: each piece in one step.

    Folders that are there already stay as they are. Raises DiagnosticError CB478 where something has come in between meanwhile.
    """
    for path in paths:
        inner = path.lstrip("/")
        source, goal = os.path.join(staged, inner), os.path.join(folder, inner)
        if os.path.lexists(source):
            os.makedirs(os.path.dirname(goal), exist_ok=True)
            _move(source, goal, overwrite)


def _move(source: str, goal: str, overwrite: bool) -> None:
    if not os.path.lexists(goal):
        os.rename(source, goal)
        return
    if _is_folder(source) and _is_folder(goal):
        for name in os.listdir(source):
            _move(os.path.join(source, name), os.path.join(goal, name), overwrite)
        return
    if not overwrite:
        raise DiagnosticError(occupied(os.path.dirname(goal), [goal]))
    if _is_folder(goal):
        raise DiagnosticError(
            error(
                "CB478",
                f"{goal} is a folder, and was something else in the archive",
                help="move it away, and run the command again",
            )
        )
    if _is_folder(source):
        os.unlink(goal)
    os.rename(source, goal)


def _is_folder(path: str) -> bool:
    return stat.S_ISDIR(os.lstat(path).st_mode)


def _unusable(folder: str, problem: OSError) -> Diagnostic:
    return error("CB489", f"{folder} cannot be restored to: {problem.strerror}", help="name another folder with --to")

"""Changing several files in one step: all of them are new, or none is, whenever the run is killed.

A key and its certificate lie in different folders, so no single rename can do it. The new contents are first written, whole,
into a folder of their own below `secrets/`; giving that folder its final name decides. From then on the files are moved to
where they belong, and whoever comes next finishes that, if this run does not. Nothing in the folder is readable: secrets are
encrypted before they get here.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from typing import TYPE_CHECKING

from clanback.diagnostics import DiagnosticError, error
from clanback.system import files, locks
from clanback.vars.faults import unreadable, unwritable
from clanback.vars.inside import is_inside, require_folder_inside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from clanback.diagnostics import Diagnostic

DECIDED = "secrets/.clanback-change"
UNDECIDED = "secrets/.clanback-change-new"
_LIST = "files.json"
_FOLDERS = ("secrets/", "vars/")


def commit(directory: str, contents: Mapping[str, bytes]) -> None:
    """Put all of `contents` (by path relative to `directory`) in place; the lock must be held.

    Raises DiagnosticError CB519 where something cannot be written. Before the decision nothing has changed then; after it, the
    next command finishes what this one began.
    """
    if not contents:
        return
    for target in (DECIDED, *contents):
        require_folder_inside(directory, target)
    new, decided = os.path.join(directory, UNDECIDED), os.path.join(directory, DECIDED)
    try:
        _remove(new)
        os.makedirs(new)
        names = {str(number): path for number, path in enumerate(contents)}
        for number, path in names.items():
            _write(os.path.join(new, number), contents[path])
        _write(os.path.join(new, _LIST), json.dumps(names, indent=1).encode())
        files.synchronise_file_system(new)
        os.rename(new, decided)
        files.synchronise_file_system(decided)
    except OSError as problem:
        with contextlib.suppress(OSError):
            _remove(new)
        raise DiagnosticError(unwritable(f"{UNDECIDED} (for {next(iter(contents))})", problem)) from None
    _finish(directory)


def is_pending(directory: str) -> bool:
    """Whether a run was killed while it put files in place."""
    return os.path.isdir(os.path.join(directory, DECIDED)) and is_inside(directory, DECIDED)


def finish(directory: str) -> bool:
    """Finish what a killed run began, if there is anything; the lock must be held."""
    require_folder_inside(directory, UNDECIDED)
    with contextlib.suppress(OSError):
        _remove(os.path.join(directory, UNDECIDED))
    if not is_pending(directory):
        return False
    _finish(directory)
    return True


@contextlib.contextmanager
def locked(directory: str, on_wait: Callable[[], None] | None = None) -> Iterator[None]:
    """Keep other runs from changing the clan's secrets meanwhile. Raises DiagnosticError CB520 where one takes too long."""
    folder = os.path.join(directory, "secrets")
    require_folder_inside(directory, DECIDED)
    try:
        os.makedirs(folder, exist_ok=True)
        lock = locks.locked(folder, busy(), on_wait=on_wait)
        lock.__enter__()
    except OSError as problem:
        raise DiagnosticError(unwritable("secrets/", problem)) from None
    try:
        yield
    finally:
        lock.__exit__(None, None, None)


def busy() -> Diagnostic:
    """Another run holds the lock and does not come to an end."""
    return error(
        "CB520",
        "another clanback is changing the secrets of this clan",
        help="wait until it has finished, or answer what it asks; then run the command again",
    )


def _write(path: str, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def _finish(directory: str) -> None:
    decided = os.path.join(directory, DECIDED)
    target = DECIDED
    try:
        names = _names(decided)
        for target in names.values():
            require_folder_inside(directory, target)
        for number, target in names.items():
            path = os.path.join(directory, target)
            staged = os.path.join(decided, number)
            if os.path.lexists(staged):
                os.makedirs(os.path.dirname(path), exist_ok=True)
                _move(staged, path)
        files.synchronise_file_system(decided)
        spent = os.path.join(directory, UNDECIDED)
        _remove(spent)
        os.rename(decided, spent)  # in one step: half a decided folder would be a riddle to the next run
        _remove(spent)
    except OSError as problem:
        raise DiagnosticError(unwritable(target, problem)) from None


def _move(staged: str, path: str) -> None:
    try:
        os.rename(staged, path)
    except OSError as problem:
        if problem.errno != 18:  # EXDEV: `vars` and `secrets` lie on different file systems
            raise
        with open(staged, "rb") as file:
            content = file.read()
        files.replace(path, content)
        os.unlink(staged)


def _names(decided: str) -> dict[str, str]:
    """The list of a decided change. Nothing outside the two folders is ever written, whatever it says."""
    path = os.path.join(decided, _LIST)
    shown = f"{DECIDED}/{_LIST}"
    try:
        with open(path, "rb") as file:
            names = json.loads(file.read())
    except OSError as problem:
        raise DiagnosticError(unreadable(shown, problem)) from None
    except (ValueError, RecursionError):
        names = None
    if not isinstance(names, dict) or not all(_is_ours(number, target) for number, target in names.items()):
        message = f"{shown} is not what clanback wrote there"
        raise DiagnosticError(
            error("CB530", message, help=f"remove the folder {DECIDED} and see what changed in version control")
        )
    return names


def _is_ours(number: object, target: object) -> bool:
    return (
        isinstance(number, str)
        and number.isdigit()
        and isinstance(target, str)
        and target.startswith(_FOLDERS)
        and "\0" not in target
        and not any(part in ("", ".", "..") for part in target.split("/"))
    )


def _remove(folder: str) -> None:
    if os.path.islink(folder) or not os.path.isdir(folder):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(folder)
    else:
        shutil.rmtree(folder)

"""Putting one folder in the place of another in one step, so that whoever looks sees the old one or the new one, whole."""

from __future__ import annotations

import errno
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_NOT_SUPPORTED = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}


def exchange(new: str, old: str) -> None:
    """Let the folders `new` and `old` swap names, atomically where the system can (Linux, `renameat2`).

    Where it cannot, `old` is moved to `<new>.old` first: a process killed just then leaves no folder called `old`, which
    `recover` puts right at the next start.
    """
    if _swap(new, old):
        return
    aside = f"{new}.old"
    os.rename(old, aside)
    try:
        os.rename(new, old)
    except OSError:
        os.rename(aside, old)
        raise
    os.rename(aside, new)


def recover(place: str, leftovers: list[str]) -> None:
    """Bring back a folder that an interrupted `exchange` without system support left aside."""
    if os.path.lexists(place):
        return
    for leftover in leftovers:
        if leftover.endswith(".old"):
            os.rename(leftover, place)
            leftovers.remove(leftover)
            return


def synchronise(folder: str) -> None:
    """Have the folder's file system write everything to disk, so that a power cut cannot leave empty files behind a new name."""
    libc = _libc()
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if libc is None or not hasattr(libc, "syncfs") or libc.syncfs(descriptor) != 0:
            os.sync()
    finally:
        os.close(descriptor)


def _libc() -> Any:
    try:
        import ctypes

        return ctypes.CDLL(None, use_errno=True)
    except (ImportError, OSError):
        return None


def _swap(first: str, second: str) -> bool:
    """Whether the system could swap the two; OSError for real failures."""
    libc = _libc()
    if libc is None or not hasattr(libc, "renameat2"):
        return False
    import ctypes

    if libc.renameat2(_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _NOT_SUPPORTED:
        return False
    raise OSError(code, os.strerror(code), second)

"""Replacing single files, so that whoever looks sees the old content or the new one, whole."""

from __future__ import annotations

import contextlib
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def replace(path: str, content: bytes, *, mode: int = 0o644) -> None:
    """Make `path` a regular file with `content` and the permissions `mode`, in one step; folders around it are made.

    A link at `path` is replaced, never followed. After a crash the old or the new file is there, whole; a killed run may leave
    `.<name>.clanback-<pid>` beside it, which `clear_leftovers` removes. Raises OSError, and then nothing has changed.
    """
    folder, name = os.path.split(os.path.abspath(path))
    os.makedirs(folder, exist_ok=True)
    fresh = os.path.join(folder, f".{name}{LEFTOVER}{os.getpid()}")
    with contextlib.suppress(FileNotFoundError):
        os.unlink(fresh)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        os.rename(fresh, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(fresh)
        raise
    synchronise_folder(folder)


@contextlib.contextmanager
def folder_below(base: str | int, path: str, mode: int = 0o755) -> Iterator[int]:
    """The descriptor of a folder below `base` (a path, or the descriptor of a folder), made where it is missing.

    No link below `base` is followed, whoever puts one there meanwhile. Raises OSError: ELOOP or ENOTDIR for a link.
    """
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
    at = os.open(base, flags) if isinstance(base, str) else os.dup(base)
    try:
        for part in path.split("/"):
            if part in ("", ".", ".."):
                raise ValueError(path)
            with contextlib.suppress(FileExistsError):
                os.mkdir(part, mode, dir_fd=at)
            inner = os.open(part, flags | os.O_NOFOLLOW, dir_fd=at)
            os.close(at)
            at = inner
        yield at
    finally:
        os.close(at)


def write_below(base: int, path: str, content: bytes) -> None:
    """Write a new file below a folder given by its descriptor, for its owner only, and so are folders that are made on the way.

    No link is followed. Raises OSError, FileExistsError where there is something already.
    """
    folder, _, name = path.rpartition("/")
    with contextlib.ExitStack() as opened:
        at = opened.enter_context(folder_below(base, folder, 0o700)) if folder else base
        descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=at)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), 0o600)
            os.fsync(file.fileno())
        os.fsync(at)


LEFTOVER = ".clanback-"


def synchronise_folder(folder: str) -> None:
    """Have the names in a folder written to disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def synchronise_file_system(folder: str) -> None:
    """Have all that was written to the file system of a folder written to disk: one wait, however many files there are."""
    import ctypes

    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            failed = ctypes.CDLL(None, use_errno=True).syncfs(descriptor) != 0
        except AttributeError:  # not Linux
            os.sync()
            return
        if failed:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), folder)
    finally:
        os.close(descriptor)


def clear_leftovers(folder: str) -> None:
    """Remove what killed runs of `replace` left in a folder; only while a lock keeps other runs away."""
    for name in leftovers(folder):
        with contextlib.suppress(OSError):
            os.unlink(os.path.join(folder, name))


def leftovers(folder: str) -> Iterator[str]:
    """Names of the files in a folder that a killed `replace` left."""
    for name in os.listdir(folder):
        before, mark, number = name.rpartition(LEFTOVER)
        if mark and before.startswith(".") and number.isdigit():
            yield name

"""What an evaluation looked at on disk, written down so that somebody can see later whether it is still the same.

`Evaluator.reads` maps absolute paths to one of: the SHA-256 (hex) of a file that was read; `dir:` and the SHA-256 of a listing;
`present` or `absent` where only existence was asked for. `current` computes the same kind of text anew. Imports nothing heavy:
it is on the way of the unchanged `render`.
"""

from __future__ import annotations

import os
import stat

ABSENT = "absent"
PRESENT = "present"

MOST = 50_000_000
"""Bytes of a file that is read."""


def content(path: str, most: int = MOST, *, follow: bool = True) -> bytes | None:
    """What is in a regular file of at most `most` bytes; None where there is no such file or it cannot be read.

    What was opened is looked at before it is read, and opening does not wait: a device or a pipe could be read without end.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | (0 if follow else os.O_NOFOLLOW))
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or status.st_size > most:
                return None
            found = file.read(most + 1)
    except (OSError, ValueError):
        return None
    return found if len(found) <= most else None


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    from hashlib import sha256

    return sha256(content).hexdigest()


def listing(path: str) -> str:
    """`dir:` and the digest of the names and kinds in a directory."""
    with os.scandir(path) as entries:
        lines = sorted(f"{entry.name}\0{kind(entry)}\n" for entry in entries)
    return "dir:" + digest("".join(lines).encode("utf-8", "surrogateescape"))


def kind(entry: os.DirEntry[str]) -> str:
    """What `builtins.readDir` calls an entry: `regular`, `directory`, `symlink` or `unknown`."""
    if entry.is_symlink():
        return "symlink"
    if entry.is_dir(follow_symlinks=False):
        return "directory"
    if entry.is_file(follow_symlinks=False):
        return "regular"
    return "unknown"


def current(path: str, recorded: str) -> str:
    """What would be recorded for `path` now, in the way it was recorded then; `absent` when it cannot be read."""
    try:
        if recorded.startswith("dir:"):
            return listing(path)
        if recorded in (ABSENT, PRESENT):
            return PRESENT if os.path.lexists(path) else ABSENT
    except OSError:
        return ABSENT
    found = content(path)
    return ABSENT if found is None else digest(found)

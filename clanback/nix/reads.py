"""What an evaluation looked at on disk, written down so that somebody can see later whether it is still the same.

`Evaluator.reads` maps absolute paths to one of: the SHA-256 (hex) of a file that was read; `dir:` and the SHA-256 of a listing;
`present` or `absent` where only existence was asked for. `current` computes the same kind of text anew. Imports nothing heavy:
it is on the way of the unchanged `render`.
"""

from __future__ import annotations

import os

ABSENT = "absent"
PRESENT = "present"


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
        if not os.path.isfile(path):  # a device or a pipe in its place could be read without end
            return ABSENT
        with open(path, "rb") as file:
            return digest(file.read())
    except OSError:
        return ABSENT

"""What files are, taken down before they are lost and compared when they are back."""

from __future__ import annotations

import hashlib
import os
import stat

import attrs


@attrs.frozen
class Seen:
    """One file or folder: everything that a restore has to bring back."""

    kind: str
    digest: str
    mode: int
    owner: tuple[int, int]
    modified: int
    attributes: tuple[tuple[str, bytes], ...]


def look(folder: str) -> dict[str, Seen]:
    """All there is below a folder, by path relative to it."""
    found: dict[str, Seen] = {}
    for around, folders, names in os.walk(folder):
        for name in (*folders, *names):
            path = os.path.join(around, name)
            found[os.path.relpath(path, folder)] = _seen(path)
    return found


def _seen(path: str) -> Seen:
    status = os.lstat(path)
    if stat.S_ISLNK(status.st_mode):
        kind, content = "link", os.fsencode(os.readlink(path))
    elif stat.S_ISREG(status.st_mode):
        kind = "file"
        with open(path, "rb") as file:
            content = file.read()
    else:
        kind, content = ("folder" if stat.S_ISDIR(status.st_mode) else "other"), b""
    attributes = {name: os.getxattr(path, name, follow_symlinks=False) for name in os.listxattr(path, follow_symlinks=False)}
    return Seen(
        kind,
        hashlib.sha256(content).hexdigest(),
        stat.S_IMODE(status.st_mode),
        (status.st_uid, status.st_gid),
        status.st_mtime_ns,
        tuple(sorted(attributes.items())),
    )


def differences(before: dict[str, Seen], after: dict[str, Seen], ignoring: tuple[str, ...] = ()) -> list[str]:
    """What is not as it was, a line for each; nothing where all is the same. `ignoring` names fields that do not count."""
    lines = [f"{path} is missing" for path in sorted(before.keys() - after.keys())]
    lines += [f"{path} is new" for path in sorted(after.keys() - before.keys())]
    for path in sorted(before.keys() & after.keys()):
        one, other = before[path], after[path]
        for field in attrs.fields(Seen):
            if field.name not in ignoring and getattr(one, field.name) != getattr(other, field.name):
                lines.append(f"{path}: {field.name} differs")
    return lines

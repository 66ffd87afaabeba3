"""Whole repositories as one text, so that they can be fuzzed: `=== PATH` begins a file, `=== PATH -> TARGET` is a link."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_MARK = b"=== "
_LINK = b" -> "
_MOST = 30
_TARGETS = frozenset({b"..", b"../..", b"loop", b"nowhere", b"/dev/zero", b"/etc", b"clan.nix", b"machines", b"."})
"""Where links may lead: what is fuzzed must not follow them, and must not end there."""


def joined(folder: Path) -> bytes:
    """The text of a repository."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "expected.json")
    return b"\n".join(_MARK + str(path.relative_to(folder)).encode() + b"\n" + path.read_bytes() for path in files)


def seeds() -> list[bytes]:
    """The repositories of the tests, as far as they are small."""
    folders = [path for path in sorted((ROOT / "tests/repositories").iterdir()) if path.is_dir() and path.name[0] not in "._"]
    found = [joined(folder) for folder in folders]
    return [text for text in found if len(text) < 6_000]


def lay_out(data: bytes, folder: Path) -> None:
    """Make the repository that a text describes, in place of the last one."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for piece in data.split(_MARK)[1 : _MOST + 1]:
        head, _, content = piece.partition(b"\n")
        name, _, target = head.partition(_LINK)
        path = _inside(folder, name)
        if path is None:
            continue
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if target in _TARGETS:
                path.symlink_to(os.fsdecode(target))
            else:
                with path.open("xb") as file:
                    file.write(content)
        except OSError:
            continue  # a file where a folder should be, a name too long: then it is not there


def _inside(folder: Path, name: bytes) -> Path | None:
    """The path of a file, where it is one inside and no link is on the way."""
    if not name or b"\0" in name or name.startswith(b"/") or b".." in name.split(b"/"):
        return None
    path = folder / os.fsdecode(name)
    return path if os.path.realpath(path.parent) == os.path.normpath(path.parent) else None

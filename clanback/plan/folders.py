"""Folders to save: each once, none inside another."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def distinct(folders: Iterable[str]) -> tuple[str, ...]:
    """Each text once, where it first stands (nixpkgs' `lib.unique`): `/z` and `/z/` are two."""
    return tuple(dict.fromkeys(folders))


def normal(folder: str) -> str:
    """A folder without trailing or doubled slashes and without `.` parts; `..` stays, since a symlink may be before it."""
    parts = [part for part in folder.split("/") if part not in ("", ".")]
    return ("/" if folder.startswith("/") else "") + "/".join(parts) or "."


def contains(outer: str, inner: str) -> bool:
    """Whether the normal folder `inner` is `outer` or lies in it."""
    return inner == outer or inner.startswith(outer if outer == "/" else outer + "/")


def without_nested(folders: Sequence[str]) -> tuple[str, ...]:
    """The normal forms, in order, without those that another one contains: Borg would store their files twice."""
    found = dict.fromkeys(normal(folder) for folder in folders)
    return tuple(folder for folder in found if not any(above in found for above in _above(folder)))


def _above(folder: str) -> Iterable[str]:
    """The folders that contain `folder`, nearest first."""
    if folder != "/" and folder.startswith("/"):
        yield "/"
    at = folder.rfind("/")
    while at > 0:
        yield folder[:at]
        at = folder.rfind("/", 0, at)

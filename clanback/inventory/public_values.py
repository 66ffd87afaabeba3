"""Public values of generators, as clan-core keeps them below `vars/`: `per-machine/<machine>/<generator>/<file>/value`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.diagnostics import DiagnosticError

if TYPE_CHECKING:
    from clanback.inventory.loading import ClanConfig
    from clanback.nix.paths import Paths

_LONGEST = 1 << 16


def read_public_values(config: ClanConfig) -> dict[str, str]:
    """Texts by key (`per-machine/a/borgbackup/borgbackup.ssh.pub`), sorted. Only regular files of a sane size."""
    paths = config.evaluator.paths
    top = f"{config.directory}/vars"
    found: dict[str, str] = {}
    if not _is_folder(paths, top):
        return found
    for kind, depth in (("per-machine", 3), ("shared", 2)):
        if _is_folder(paths, f"{top}/{kind}"):
            _collect(paths, top, kind, depth, found)
    return dict(sorted(found.items()))


def _collect(paths: Paths, top: str, key: str, depth: int, found: dict[str, str]) -> None:
    try:
        entries = paths.entries(f"{top}/{key}")
    except DiagnosticError:
        return
    if depth == 0:
        if entries.get("value") in ("regular", "symlink"):
            text = _text(paths, f"{top}/{key}/value")
            if text is not None:
                found[key] = text
        return
    for name, what in sorted(entries.items()):
        if what in ("directory", "symlink"):
            _collect(paths, top, f"{key}/{name}", depth - 1, found)


def _text(paths: Paths, path: str) -> str | None:
    try:
        content = paths.read(path)
        return content.decode() if len(content) <= _LONGEST else None
    except (DiagnosticError, UnicodeDecodeError):
        return None


def _is_folder(paths: Paths, path: str) -> bool:
    try:
        return paths.exists(path, directory=True)
    except DiagnosticError:
        return False

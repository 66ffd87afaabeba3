"""Where a clan is: from a path that somebody gave to the file that defines it and the folder it belongs to."""

from __future__ import annotations

import os

from clanback.diagnostics import Diagnostic, DiagnosticError, error
from clanback.nix.reads import content


class ClanPlace:
    """`root` is the clan's folder (absolute, symlinks resolved), where `machines/` and `vars/` lie; `file` defines it."""

    __slots__ = ("file", "is_flake", "root")

    def __init__(self, root: str, file: str, is_flake: bool = False) -> None:
        self.root = root
        self.file = file
        self.is_flake = is_flake


def find(path: str | os.PathLike[str] | None = None) -> ClanPlace:
    """The clan at `path`: a file is that file; of a folder, its `flake.nix` when that defines a clan, else its `clan.nix`.

    None means the folder around the current one that has either. Raises `DiagnosticError`: CB200 nothing there, CB222 not
    readable.
    """
    if path is None:
        return around(os.getcwd())
    given = os.path.abspath(os.fspath(path))
    try:
        real = os.path.realpath(given, strict=True)
    except OSError as problem:
        raise DiagnosticError(_no_clan(given, problem)) from None
    if not os.path.isdir(real):
        if not os.path.isfile(real):
            raise DiagnosticError(error("CB222", f"{given} is not a regular file", help=_CLAN))
        return ClanPlace(os.path.dirname(real), real, os.path.basename(real) == "flake.nix")
    found = _in_folder(real)
    if found is None:
        raise DiagnosticError(
            error(
                "CB200",
                f"no clan in {given}: there is neither flake.nix nor clan.nix",
                help="give the clan's file or folder with `--clan PATH`",
            )
        )
    return found


_CLAN = "give the clan's file or folder with `--clan PATH`"


def _in_folder(folder: str) -> ClanPlace | None:
    flake = os.path.join(folder, "flake.nix")
    clan = os.path.join(folder, "clan.nix")
    if os.path.isfile(flake) and (not os.path.isfile(clan) or _speaks_of_clans(flake)):
        return ClanPlace(folder, flake, True)
    return ClanPlace(folder, clan) if os.path.isfile(clan) else None


def _speaks_of_clans(flake: str) -> bool:
    """Whether a flake seems to have to do with clans; what it says is evaluated later. A link that leads out is not followed."""
    real = os.path.realpath(flake)
    return real.startswith(f"{os.path.dirname(flake).rstrip('/')}/") and b"clan" in (content(real) or b"")


def around(folder: str) -> ClanPlace:
    """The clan of a folder, or of the nearest one above it that has any."""
    start = folder = os.path.realpath(folder)
    while True:
        found = _in_folder(folder)
        if found is not None:
            return found
        parent = os.path.dirname(folder)
        if parent == folder:
            message = f"no clan in {start} or in the folders above it: there is neither flake.nix nor clan.nix"
            raise DiagnosticError(error("CB200", message, help="give the clan's file or folder with `--clan PATH`"))
        folder = parent


def _no_clan(given: str, problem: OSError) -> Diagnostic:
    if isinstance(problem, FileNotFoundError):
        return error("CB200", f"no clan at {given}: there is no such file or folder", help="give its path with `--clan PATH`")
    return error("CB222", f"{given} cannot be read: {problem.strerror}", help=f"make it readable, or {_CLAN}")

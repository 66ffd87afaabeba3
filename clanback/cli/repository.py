"""Where the clan is when nobody says: the repository around the current folder. Imports nothing heavy (see `cli/__init__`)."""

from __future__ import annotations

import os

MARKS = ("flake.nix", "clan.nix", ".git")


def locate(path: str | None) -> str:
    """The absolute path to load: `path` itself, or the nearest folder upwards that holds a `flake.nix`, a `clan.nix` or a `.git`.

    Where there is none it is the current folder; loading then says what is missing.
    """
    if path is not None:
        return os.path.abspath(path)
    here = folder = os.getcwd()
    while True:
        if any(os.path.lexists(os.path.join(folder, mark)) for mark in MARKS):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return here
        folder = parent


def root_of(clan: str) -> str:
    """The folder that a clan's own files (`vars/`, `clanback.toml`, `generated/`) lie in."""
    return clan if os.path.isdir(clan) else os.path.dirname(clan)


def is_nixpkgs(folder: str) -> bool:
    """Whether a folder looks like a nixpkgs."""
    return os.path.isfile(os.path.join(folder, "lib", "default.nix"))


def nixpkgs_of_search_path(search_path: str) -> str | None:
    """The folder that `NIX_PATH` calls `nixpkgs`, if it is there: not a channel, a flake or an address."""
    for entry in search_path.split(":"):
        name, equals, folder = entry.partition("=")
        if equals and name == "nixpkgs":
            return folder if folder.startswith("/") and is_nixpkgs(folder) else None
        if entry.startswith("/") and not equals and is_nixpkgs(f"{entry}/nixpkgs"):
            return f"{entry}/nixpkgs"
    return None

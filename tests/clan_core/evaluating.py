"""Asks clan-core itself, by real Nix, what clans mean."""

from __future__ import annotations

import json
import os
import re
import subprocess
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

HERE = __file__.rpartition("/")[0]
CLAN_CORE, NIXPKGS = os.environ.get("CLANBACK_CLAN_CORE"), os.environ.get("CLANBACK_NIXPKGS")


def evaluated(clans: Mapping[str, tuple[Path, Path]]) -> dict[str, Any]:
    """The facts of each clan, given its file and its folder; a text, Nix' last words, where it refuses the clan.

    All are tried in one process, as starting one takes longest; where that fails as a whole, one by one.
    """
    if not clans:
        return {}
    done = _nix(clans)
    if done.returncode == 0:
        facts: dict[str, Any] = json.loads(done.stdout)
        refused = [name for name, said in facts.items() if "__error__" in said]
        return {**facts, **{name: _last_words(_nix({name: clans[name]}, alone=True).stderr) for name in refused}}
    if len(clans) == 1:
        return {next(iter(clans)): _last_words(done.stderr)}
    names = list(clans)
    half = len(names) // 2
    return {
        **evaluated({name: clans[name] for name in names[:half]}),
        **evaluated({name: clans[name] for name in names[half:]}),
    }


def _nix(clans: Mapping[str, tuple[Path, Path]], *, alone: bool = False) -> subprocess.CompletedProcess[str]:
    listed = " ".join(
        f"{{ name = {_quoted(name)}; file = /. + {_quoted(str(file))}; directory = {_quoted(str(folder))}; }}"
        for name, (file, folder) in clans.items()
    )
    expression = (
        f"import {HERE}/facts.nix {{ clan-core = /. + {_quoted(str(CLAN_CORE))}; nixpkgs = /. + {_quoted(str(NIXPKGS))}; "
        f"clans = [ {listed} ]; {'tell = true; ' if alone else ''}}}"
    )
    return subprocess.run(
        ["nix-instantiate", "--eval", "--strict", "--json", "-E", expression],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def _last_words(text: str) -> str:
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in text.splitlines()]
    first = next((number for number, line in enumerate(lines) if line.startswith("error:")), 0)
    return "\n".join(lines[first : first + 12])


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("${", "\\${") + '"'

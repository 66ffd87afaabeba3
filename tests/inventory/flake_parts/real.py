"""The real flake-parts, import-tree and nixpkgs `lib`, evaluated by Nix where environment variables say that they are there.

`CLANBACK_NIXPKGS`, `CLANBACK_FLAKE_PARTS` and `CLANBACK_IMPORT_TREE` name their folders. Nobody fetches anything.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cases.compare import run

OUTPUTS = Path(__file__).with_name("outputs.nix")
_FOLDERS = {name: os.environ.get(f"CLANBACK_{name}") for name in ("NIXPKGS", "FLAKE_PARTS", "IMPORT_TREE")}

needs_real = pytest.mark.skipif(
    shutil.which("nix-instantiate") is None or not all(_FOLDERS.values()),
    reason="needs nix-instantiate, CLANBACK_NIXPKGS, CLANBACK_FLAKE_PARTS and CLANBACK_IMPORT_TREE",
)


def lay_out(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def expression(folders: list[Path]) -> str:
    """Nix for what the flakes in these folders say."""
    flakes = " ".join(str(folder) for folder in folders)
    return f"""map (flake: import {OUTPUTS} {{ inherit flake; nixpkgs = {_FOLDERS["NIXPKGS"]};
      flakeParts = {_FOLDERS["FLAKE_PARTS"]}; importTree = {_FOLDERS["IMPORT_TREE"]}; }}) [ {flakes} ]"""


def real_facts(folders: list[Path]) -> list[Any]:
    """What Nix makes of the flakes in these folders, all in one process."""
    made = subprocess.run(
        ["nix-instantiate", "--eval", "--strict", "--json", "-"],
        input=expression(folders),
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    facts: list[Any] = json.loads(made.stdout)
    return facts


def real_orders(folders: list[Path]) -> list[Any]:
    """In what order things are said there; clan-core counts a tag once."""
    facts = real_facts(folders)
    return [_order({name: list(dict.fromkeys(tags)) for name, tags in of["tags"].items()}, of["nixos"]) for of in facts]


def our_order(folder: Path, *, told: bool = False) -> Any:
    """The same of `show --json`, where nothing is wrong unless `told`."""
    _, out, err = run("--clan", str(folder), "show", "--json", "--compat", "clan-core")
    assert "Traceback" not in err, err
    assert out, err
    found = json.loads(out)
    assert told or [d for d in found["diagnostics"] if d["code"] < "CB300"] == []
    tags = {name: machine["tags"] for name, machine in found["machines"].items()}
    computed = {"all", "nixos", "darwin"}
    plan = {
        name: {"tmpfiles": machine["tmpfiles"], "folders": {s: state["folders"] for s, state in machine["state"].items()}}
        for name, machine in found["plan"].items()
    }
    return _order({name: [tag for tag in of if tag not in computed] for name, of in tags.items()}, plan)


def _order(tags: dict[str, list[str]], machines: dict[str, Any]) -> dict[str, Any]:
    """What is said, in order; what is empty is left out."""
    found: dict[str, Any] = {}
    for name in sorted({*tags, *machines}):
        machine = machines.get(name, {})
        folders = {state: of for state, of in sorted(machine.get("folders", {}).items()) if of}
        said = {"tags": tags.get(name), "folders": folders, "tmpfiles": machine.get("tmpfiles")}
        found[name] = {key: value for key, value in said.items() if value}
    return found

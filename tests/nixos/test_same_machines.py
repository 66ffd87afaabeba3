"""Real Nix and our own evaluator make the same machine of what is rendered: the same scripts, units and files, byte for byte.

The end-to-end tests and the demo run what our evaluator makes; this is why that is what NixOS would run. Store paths are alike
but for their hashes, and what lies there is compared.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from clanback import nix
from clanback.demo.systems import HERE as DEMO
from clanback.demo.systems import system_of
from tests.cases import compare
from tests.nixos.evaluation import HERE, evaluate, lay_down_public_keys, rendered

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.nix

CASES = ["seed", "server_and_box", "state_many", "sshd_full", "two_instances_two_servers", "users_groups"]


def machines(folder: Path) -> dict[str, Path]:
    """Every machine of some cases, rendered."""
    found = {}
    for name in CASES:
        root = folder / name
        root.mkdir()
        clan = compare.laid_out(name, root)
        lay_down_public_keys(root, compare.facts(name, "expected"))
        found |= {f"{name}/{place.parent.name}": place.parent for place in rendered(clan).glob("*/default.nix")}
    return found


STORE = re.compile(r"[^\s\"'=(]*/store/[0-9a-z]{32}-")


def plain(text: str) -> str:
    """A text whose store paths have no hashes."""
    return STORE.sub("/store/", text)


def by_us(machines: Mapping[str, Path]) -> tuple[dict[str, Any], set[tuple[str, str]]]:
    """What the machines are, and the names and texts of all files of their stores."""
    found, files = {}, set()
    for name, place in machines.items():
        evaluator = nix.Evaluator("/", allow_outside=True)
        text = f"builtins.toJSON (import {DEMO}/nixos/system.nix {{ inherit lib; machine = {place}; }})"
        found[name] = json.loads(plain(str(evaluator.evaluate(nix.parse(text, scope=("lib",)), {"lib": evaluator.lib}))))
        files |= {(plain(path), plain(text)) for path, text in system_of(str(place)).store.items()}
    return found, files


def by_nix(machines: Mapping[str, Path], store: Path) -> tuple[dict[str, Any], set[tuple[str, str]]]:
    """The same, by real Nix."""
    listed = [f'"{name}" = system {{ inherit lib; machine = {place}; }};' for name, place in machines.items()]
    let = f"let lib = import {HERE}/lib.nix; system = import {DEMO}/nixos/system.nix"
    found = json.loads(plain(json.dumps(evaluate(f"{let}; in {{ {' '.join(listed)} }}", store=store))))
    inside = [
        path for path in (store / "store").rglob("*") if path.is_file() and not path.relative_to(store).match("store/.links/*")
    ]
    return found, {(plain(str(path)), plain(path.read_text(errors="surrogateescape"))) for path in inside}


def test_each_machine_is_the_same(tmp_path: Path) -> None:
    rendered_machines = machines(tmp_path)
    assert len(rendered_machines) >= 10
    ours, our_files = by_us(rendered_machines)
    nixs, nix_files = by_nix(rendered_machines, tmp_path / "nix")
    for name, parts in nixs.items():
        assert set(ours[name]) == set(parts)
        for part, value in parts.items():
            assert ours[name][part] == value, (name, part)
    assert our_files == nix_files
    names = {path for path, _ in our_files}
    assert {"/store/borgbackup-pre", "/store/borgbackup-lock", "/store/clanback-machine.d/hooks.py"} < names
    assert sum(len(machine["commands"]) for machine in nixs.values()) > 30  # there was something to compare

"""The parts of a module together say what the module said: every definition once, whatever form the module is written in."""

from __future__ import annotations

import json
import os
import random
import subprocess
from pathlib import Path

import pytest

from clanback.inventory.machine_modules import MachineAnalysis, ModuleDefinition, analyse
from clanback.inventory.model import RepositoryPath
from clanback.nix.evaluator import Evaluator
from clanback.nix.values import Closure, OpenAttrs
from tests.inventory.machine_modules.programs import Program

MEANING = Path(__file__).with_name("meaning.nix")


def analysed(folder: Path) -> MachineAnalysis:
    """The analysis of machine `a` of `folder/clan.nix`."""
    evaluator = Evaluator(str(folder))
    path = str(folder / "clan.nix")
    clan = evaluator.evaluate_file(path)
    if isinstance(clan, Closure):
        outside = {name: OpenAttrs({}, text=name, reason="only the flake knows") for name in ("inputs", "self", "config")}
        clan = evaluator.call(clan, OpenAttrs({**outside, "lib": evaluator.lib}, text="args", reason="only the flake knows"))
    machines = evaluator.select(clan, "machines")
    source = attribute = None
    if machines.positions and "a" in machines.positions:
        source, attribute = machines.positions["a"]
    definition = ModuleDefinition(
        machines["a"],
        source,
        attribute.expr if attribute is not None else None,
        "clan.nix",
        root_expr=evaluator.parse_file(path) if source is not None and source.path == path else None,
    )
    return analyse(evaluator, "a", [definition], root=str(folder))


def write_parts(found: MachineAnalysis, folder: Path) -> list[str]:
    """Write each part into a file of its own in `folder/parts`; their paths."""
    written = []
    (folder / "parts").mkdir(exist_ok=True)
    for kind in ("state", "tmpfiles", "rest"):
        for index, part in enumerate(getattr(found.modules, kind)):
            path = folder / "parts" / f"{kind}-{index}.nix"
            path.write_text("".join(piece if isinstance(piece, str) else f"../{piece.path}" for piece in part.pieces) + "\n")
            written.append(str(path))
    return written


def nix(expression: str) -> object:
    """What real Nix evaluates."""
    done = subprocess.run(
        ["nix-instantiate", "--eval", "--strict", "--json", "--expr", expression],
        capture_output=True,
        text=True,
        env={**os.environ, "NIX_REMOTE": "", "NIX_STATE_DIR": "/tmp/clanback-nix/state", "NIX_STORE_DIR": "/tmp/clanback-nix/store"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def comparison(folder: Path, parts: list[str]) -> str:
    """An expression for what the original and the parts say, with paths told from the folder."""
    return (
        f"let m = import {MEANING}; in {{ original = m.meaning [ (m.clan {folder}/clan.nix).machines.a ];"
        f" parts = m.meaning [ {' '.join(parts)} ]; }}"
    )


def unordered(definitions: object) -> list[str]:
    assert isinstance(definitions, list)
    return sorted(json.dumps(each, sort_keys=True) for each in definitions)


def check_alike(tmp_path: Path, seeds: range) -> None:
    folders = []
    for seed in seeds:
        folder = tmp_path / str(seed)
        folder.mkdir()
        for name, text in Program(random.Random(seed)).clan().items():
            (folder / name).write_text(text)
        found = analysed(folder)
        unexpected = [d.message for d in found.diagnostics if d.code.startswith("CB6")]
        assert not unexpected or any("../up" in (folder / n).read_text() for n in os.listdir(folder) if n.endswith(".nix")), (
            (folder / "clan.nix").read_text(),
            unexpected,
        )
        folders.append((folder, write_parts(found, folder)))
    for begin in range(0, len(folders), 100):
        batch = folders[begin : begin + 100]
        results = nix(f"[ {' '.join(f'({comparison(*each)})' for each in batch)} ]")
        assert isinstance(results, list)
        for (folder, parts), result in zip(batch, results, strict=True):
            texts = "\n".join(f"== {path}\n{Path(path).read_text()}" for path in [str(folder / "clan.nix"), *parts])
            assert unordered(result["parts"]) == unordered(result["original"]), texts


@pytest.mark.nix
def test_random_modules_mean_the_same_to_nix(tmp_path: Path) -> None:
    check_alike(tmp_path, range(300))


EXAMPLES = Path(__file__).with_name("examples")


def test_a_repository_path_is_told_from_the_root(tmp_path: Path) -> None:
    (tmp_path / "clan.nix").write_text("{ machines.a = ./machines/a.nix; }")
    found = analysed(tmp_path)
    assert [part.pieces for part in found.modules.rest] == [(RepositoryPath("machines/a.nix"),)]

"""The parts of a module together say what the module said: every definition once, whatever form the module is written in."""

from __future__ import annotations

import json
import os
import random
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clanback.inventory.model import RepositoryPath
from tests.inventory.machine_modules.analysing import analysed, text_of
from tests.inventory.machine_modules.programs import Program

if TYPE_CHECKING:
    from clanback.inventory.machine_modules import MachineAnalysis

MEANING = Path(__file__).with_name("meaning.nix")


def write_parts(found: MachineAnalysis, folder: Path) -> list[str]:
    """Write each part that is no file into one of its own in `folder/parts`; their paths."""
    written = []
    (folder / "parts").mkdir(exist_ok=True)
    for kind in ("state", "tmpfiles", "rest"):
        for index, part in enumerate(getattr(found.modules, kind)):
            path = folder / "parts" / f"{kind}-{index}.nix"
            if isinstance(part.pieces[0], RepositoryPath):
                path = folder / part.pieces[0].path
            else:
                path.write_text(text_of(part) + "\n")
            written.append(str(path))
    return written


def nix(expression: str) -> object:
    """What real Nix evaluates."""
    done = subprocess.run(
        ["nix-instantiate", "--eval", "--strict", "--json", "--expr", expression],
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "NIX_REMOTE": "",
            "NIX_STATE_DIR": "/tmp/clanback-nix/state",
            "NIX_STORE_DIR": "/tmp/clanback-nix/store",
        },
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


def write_program(folder: Path, rng: random.Random) -> list[str]:
    """Write a random clan and the parts of its machine `a`; the parts' paths."""
    folder.mkdir()
    files = Program(rng).clan()
    for name, text in files.items():
        (folder / name).write_text(text)
    found = analysed(folder)
    problems = [each.message for each in found.diagnostics if each.code.startswith("CB6")]
    assert not problems, (files, problems)
    return write_parts(found, folder)


@pytest.mark.nix
def test_random_modules_mean_the_same_to_nix(tmp_path: Path) -> None:
    """500 clans, told apart by their seeds, in five runs of Nix."""
    for begin in range(0, 500, 100):
        seeds = range(begin, begin + 100)
        written = [(tmp_path / str(seed), write_program(tmp_path / str(seed), random.Random(seed))) for seed in seeds]
        results = nix(f"[ {' '.join(f'({comparison(*each)})' for each in written)} ]")
        assert isinstance(results, list)
        for (folder, parts), result in zip(written, results, strict=True):
            texts = "\n".join(f"== {path}\n{Path(path).read_text()}" for path in [str(folder / "clan.nix"), *parts])
            assert result["original"] == [] or result["parts"], texts
            assert unordered(result["parts"]) == unordered(result["original"]), texts


@given(st.integers(0, 1 << 32))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_lists_keep_their_order(seed: int) -> None:
    """State and rules found in the parts, read again by clanback, are those of the original, in the same order."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "clan"
        parts = write_program(folder, random.Random(seed))
        original = analysed(folder)
        (folder / "clan.nix").write_text(f"{{ machines.a.imports = [ {' '.join(parts)} ]; }}")
        again = analysed(folder)
        assert again.tmpfiles == original.tmpfiles
        assert {n: (e.folders, e.hooks.keys()) for n, e in again.state.items()} == {
            n: (e.folders, e.hooks.keys()) for n, e in original.state.items()
        }

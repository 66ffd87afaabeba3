"""`lib.fileset`: nixpkgs' own gave these lists, in this order; where `CLANBACK_NIXPKGS` names a nixpkgs, Nix is asked again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from clanback.nix import Evaluator, parse
from clanback.nix.errors import EvalError

NIXPKGS = os.environ.get("CLANBACK_NIXPKGS")
FILES = (
    "a/x.nix",
    "a/b/y.nix",
    "a/b/n.txt",
    "a/b.nix",
    "c/d/q.nix",
    "e/empty/",
    "_off/m.nix",
    "z/a.nix",
    "a.nix",
    "a-z.nix",
    "Z.nix",
)
NIX = ["Z.nix", "_off/m.nix", "a/b/y.nix", "a/b.nix", "a/x.nix", "a-z.nix", "a.nix", "c/d/q.nix", "z/a.nix"]
CASES: list[tuple[str, list[str] | None]] = [
    ('fileFilter (f: f.hasExt "nix") ./.', NIX),
    (
        'fileFilter (f: f.hasExt "nix" && !(lib.hasPrefix "a" f.name)) ./.',
        ["Z.nix", "_off/m.nix", "a/b/y.nix", "a/b.nix", "a/x.nix", "c/d/q.nix"],
    ),
    ('fileFilter ({ name, hasExt, ... }: name != "x.nix" && hasExt "nix") ./a', ["a/b/y.nix", "a/b.nix"]),
    ("unions [ ./z ./a/b ./a.nix ./c ]", ["a/b/n.txt", "a/b/y.nix", "a.nix", "c/d/q.nix", "z/a.nix"]),
    ("unions [ ]", []),
    ("difference ./a ./a/b", ["a/b.nix", "a/x.nix"]),
    ('difference ./. (fileFilter (f: f.hasExt "nix") ./.)', ["a/b/n.txt"]),
    ("difference (unions [ ./a ./c ]) (unions [ ./a/b ./c/d/q.nix ])", ["a/b.nix", "a/x.nix"]),
    ("difference ./a (maybeMissing ./nope)", ["a/b/n.txt", "a/b/y.nix", "a/b.nix", "a/x.nix"]),
    ('intersection ./a (fileFilter (f: f.hasExt "nix") ./.)', ["a/b/y.nix", "a/b.nix", "a/x.nix"]),
    ("intersection ./a ./z", []),
    ("union ./z (trace ./a ./a.nix)", ["a.nix", "z/a.nix"]),
    ("traceVal ./z", ["z/a.nix"]),
    ("./e/empty", []),
    ("./nope", None),
    ("unions [ ./a ./nope ]", None),
    ("fileFilter (f: true) (unions [ ./a ])", None),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("files")
    for name in FILES:
        path = made / name
        if name.endswith("/"):
            path.mkdir(parents=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    return made


def program(expression: str) -> str:
    return f"with lib.fileset; builtins.toJSON (map toString (toList ({expression})))"


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_files_of_a_set(expression: str, expected: list[str] | None, folder: Path) -> None:
    evaluator = Evaluator(str(folder))
    parsed = parse(program(expression), name=f"{folder}/x.nix", scope=("lib",))

    def found() -> Any:
        return json.loads(str(evaluator.force(evaluator.evaluate(parsed, {"lib": evaluator.lib}))))

    if expected is None:
        with pytest.raises(EvalError):
            found()
    else:
        assert found() == [f"{folder}/{name}" for name in expected]


@pytest.mark.skipif(NIXPKGS is None or shutil.which("nix-instantiate") is None, reason="needs Nix and CLANBACK_NIXPKGS")
@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_nixpkgs_says_the_same(expression: str, expected: list[str] | None, folder: Path) -> None:
    text = f"let lib = import {NIXPKGS}/lib; in {program(expression)}"
    command = ["nix-instantiate", "--eval", "--json", "--expr", text]
    made = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    if expected is None:
        assert made.returncode != 0
    else:
        assert json.loads(json.loads(made.stdout)) == [f"{folder}/{name}" for name in expected]

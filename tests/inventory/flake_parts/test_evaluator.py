"""Our evaluator runs the real flake-parts and import-tree on the real nixpkgs `lib`, and gives what Nix gives."""

from __future__ import annotations

import json
from pathlib import Path

from clanback.nix import Evaluator, parse
from tests.inventory.flake_parts.generated import Flake
from tests.inventory.flake_parts.real import expression, lay_out, needs_real, real_facts
from tests.inventory.flake_parts.test_order import CASES


@needs_real
def test_what_nix_gives_we_give(tmp_path: Path) -> None:
    folders = [lay_out(tmp_path / f"c{number}", files) for number, (files, _) in enumerate(CASES.values())]
    folders += [lay_out(tmp_path / str(seed), Flake(seed).files) for seed in range(5)]
    evaluator = Evaluator("/")
    program = parse(f"builtins.toJSON ({expression(folders)})", name=f"{tmp_path}/all.nix")
    assert json.loads(str(evaluator.force(evaluator.evaluate(program, {})))) == real_facts(folders)

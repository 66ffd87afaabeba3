"""The flakes of `tests/repositories` that use flake-parts, given to the real one: tags, folders and rules come in its order."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inventory.flake_parts.real import needs_real, our_order, real_orders

FOLDER = Path(__file__).resolve().parents[2] / "repositories"
BEYOND = {
    "clan-read-back": "inventory.tags",
    "configurations-read": "nixosConfigurations, which clan-core makes",
    "follows": "inputs that follow others of clan-core's",
    "framework-beside": "blueprint",
    "framework-joined": "blueprint",
    "framework-passes-on": "another framework",
    "import-tree-filters": "inventory.tags",
    "import-tree-modules": "extraModules of a role",
    "parts-at-once": "another framework's mkFlake",
    "parts-both": "inventory.tags",
    "parts-flake-let": "inventory.tags",
    "parts-split": "machines/<name>/configuration.nix",
    "patched-inputs": "flake-input-patcher",
    "patcher": "flake-input-patcher",
    "tree-inventory-json": "inventory.json",
}
"""What these have is of clan-core or of other flakes, which `outputs.nix` does not model."""
NAMES = sorted(
    file.parent.name
    for file in FOLDER.glob("*/flake.nix")
    if "flake-parts" in file.read_text() and file.parent.name not in BEYOND
)


@needs_real
@pytest.mark.parametrize("name", NAMES)
def test_the_real_flake_parts_gives_the_same(name: str) -> None:
    if any("|>" in file.read_text() for file in (FOLDER / name).rglob("*.nix")):
        pytest.skip("pipe operators need a newer Nix")
    assert [our_order(FOLDER / name, told=True)] == real_orders([FOLDER / name])

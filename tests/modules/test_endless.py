"""Modules and properties that contain themselves end at once, with a diagnostic."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cases.compare import run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "text",
    [
        "let f = _: f; in f",
        '{ meta.name = "a"; imports = [ (let f = _: f; in f) ]; }',
        "let f = { __functor = f; }; in f",
        '{ lib, ... }: let m = lib.mkIf true m; in { meta.name = "a"; inventory.instances = m; }',
        '{ lib, ... }: let m = lib.mkMerge [ m m ]; in { meta.name = "a"; inventory.instances = m; }',
        '{ lib, ... }: let m = lib.mkForce m; in { meta.name = "a"; inventory.machines = m; }',
        '{ lib, ... }: let m = lib.mkBefore m; in { meta.name = "a"; inventory.machines.a.tags = m; }',
    ],
)
def test_it_ends(text: str, tmp_path: Path) -> None:
    (tmp_path / "clan.nix").write_text(text)
    status, _, err = run("--clan", str(tmp_path), "check")
    assert status == 1
    assert "CB900" not in err


def test_properties_may_be_nested_as_deep_as_people_do(tmp_path: Path) -> None:
    nested = "lib.mkIf true (" * 40 + "{ a = { }; }" + ")" * 40
    (tmp_path / "clan.nix").write_text(f'{{ lib, ... }}: {{ meta.name = "a"; inventory.machines = {nested}; }}')
    assert run("--clan", str(tmp_path), "check")[0] == 0

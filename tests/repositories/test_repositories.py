"""Small repositories, one for each way in which real ones make their clan; the first line of each `flake.nix` says which.

`expected.json` is what `show --json --compat clan-core` says there. Of diagnostics it has those of loading and resolving, and of
these code, severity and line only, as their words may get better. `--update-golden` writes them anew: look at what changes before
believing it.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from clanback import inventory
from tests.cases.compare import run

HERE = Path(__file__).resolve().parent
NAMES = sorted(path.name for path in HERE.iterdir() if path.is_dir() and not path.name.startswith("__"))


def shown(folder: Path) -> dict[str, Any]:
    _, out, err = run("--clan", str(folder), "show", "--json", "--compat", "clan-core")
    assert "Traceback" not in err, err
    found: dict[str, Any] = json.loads(out)
    found["diagnostics"] = [
        f"{d['severity']} {d['code']} {d['file']}:{d['line']}" for d in found["diagnostics"] if d["code"] < "CB300"
    ]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_repository(name: str, update_golden: bool) -> None:
    expected = HERE / name / "expected.json"
    found = shown(HERE / name)
    if update_golden:
        expected.write_text(json.dumps(found, indent=2) + "\n")
    assert found == json.loads(expected.read_text())


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"flake-of-something-else"}))
def test_the_flake_makes_the_clan(name: str) -> None:
    """Not a `clan.nix` that lies beside it."""
    assert inventory.load(HERE / name).file == str(HERE / name / "flake.nix")


def test_there_are_enough() -> None:
    assert len(NAMES) >= 40


@pytest.mark.parametrize("name", ["clan-lib", "import-tree-modules", "parts-split", "parts-own-options", "special-args"])
def test_render_works_there(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    shutil.copytree(HERE / name, folder)
    status, _, err = run("--clan", str(folder), "render")
    assert status == 0, err
    assert (folder / "generated" / "MANIFEST.json").is_file()
    again, _, err = run("--clan", str(folder), "render", "--check")
    assert again == 0, err


def test_nothing_of_other_flakes_is_read(tmp_path: Path) -> None:
    """A flake whose inputs do not exist anywhere is evaluated all the same."""
    flake = """
    { inputs.clan-core.url = "git+https://nowhere.invalid/clan-core";
      inputs.rest.url = "path:/nonexistent";
      outputs = { clan-core, rest, self }: { clan = (clan-core.lib.clan {
        inherit self; meta.name = "x"; inventory.machines.m = { }; machines.m = rest.nixosModules.m; }).config; }; }
    """
    (tmp_path / "flake.nix").write_text(flake)
    found = shown(tmp_path)
    assert list(found["machines"]) == ["m"]
    assert not [d for d in found["diagnostics"] if d.startswith("error")]


@pytest.mark.parametrize(
    ("outputs", "says"),
    [
        ("{ self, ... }: { packages = { }; }", "makes no clan"),
        ("inputs: inputs.blueprint { inherit inputs; }", "inputs.blueprint"),
        ('inputs: throw "not today"', "not today"),
        ("5", "not a function"),
        (
            "inputs: inputs.clan-core.inputs.flake-parts.lib.mkFlake { inherit inputs; } { imports = [ ./broken.nix ]; }",
            "unexpected `;` in a list",
        ),
    ],
)
def test_a_flake_without_a_clan_says_why(outputs: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "flake.nix").write_text(f'{{ inputs.clan-core.url = "x"; outputs = {outputs}; }}')
    (tmp_path / "broken.nix").write_text('{ clan.meta.name = "x"; clan.inventory.machines.a.tags = [ "b" ; }')
    status, _, err = run("--clan", str(tmp_path), "show")
    assert status != 0
    assert says in err


def test_a_flake_that_cannot_be_evaluated_is_passed_over_for_the_clan_beside_it(tmp_path: Path) -> None:
    (tmp_path / "flake.nix").write_text('{ inputs.clan-core.url = "x"; outputs = inputs: throw "broken"; }')
    (tmp_path / "clan.nix").write_text('{ meta.name = "beside"; inventory.machines.m = { }; }')
    found = shown(tmp_path)
    assert found["meta"]["name"] == "beside"
    assert found["diagnostics"] == ["warning CB224 flake.nix:1"]


def test_every_error_has_a_place(tmp_path: Path) -> None:
    (tmp_path / "flake.nix").write_text(
        """{
          inputs.clan-core.url = "a"; inputs.flake-parts.url = "b"; inputs.import-tree.url = "c";
          outputs = inputs: inputs.flake-parts.lib.mkFlake { inherit inputs; } (inputs.import-tree ./nothing);
        }"""
    )
    status, _, err = run("--clan", str(tmp_path), "show")
    assert status != 0
    assert "nothing' does not exist" in err
    assert "flake.nix:3:" in err

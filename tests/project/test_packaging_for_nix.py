"""flake.nix and nix/: parsed by real Nix, evaluated against a stand-in for nixpkgs, equal to pyproject.toml."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from clanback.nix import parse_file

ROOT = Path(__file__).resolve().parents[2]
FILES = [ROOT / "flake.nix", *sorted((ROOT / "nix").rglob("*.nix"))]
STAND_IN = Path(__file__).parent / "nixpkgs_stand_in"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

pytestmark = pytest.mark.nix


def evaluated(expression: str) -> Any:
    """What real Nix makes of an expression, strictly, as JSON."""
    done = subprocess.run(
        ["nix-instantiate", "--eval", "--strict", "--json", "--expr", expression],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NIX_PATH": f"nixpkgs={STAND_IN}"},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def names(requirements: list[str]) -> list[str]:
    return sorted(re.split(r"[ <>=!~;\[]", requirement, maxsplit=1)[0].lower() for requirement in requirements)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nix_parses_it_and_so_do_we(path: Path) -> None:
    subprocess.run(["nix-instantiate", "--parse", str(path)], capture_output=True, check=True)
    parse_file(path)


def test_the_layout_is_that_of_pynixify() -> None:
    assert {str(path.relative_to(ROOT)) for path in FILES} == {
        "flake.nix",
        "nix/nixpkgs.nix",
        "nix/overlay.nix",
        "nix/packages/clanback/default.nix",
        "nix/shell.nix",
    }


def test_the_flake_gives_a_program_and_a_shell_on_every_system() -> None:
    outputs = evaluated(
        f"""let outputs = (import {ROOT}/flake.nix).outputs {{
              self = {{ }};
              nixpkgs = {{ outPath = {STAND_IN}; lib = import {STAND_IN}/lib.nix; }};
            }};
            in builtins.mapAttrs (system: packages: {{
              program = packages.default.meta.mainProgram;
              application = packages.clanback.isApplication;
              inherit (packages.default) system;
              shell = outputs.devShells.${{system}}.default.isShell;
            }}) outputs.packages"""
    )
    assert {"x86_64-linux", "aarch64-linux"} <= set(outputs)
    for system, facts in outputs.items():
        assert facts == {"program": "clanback", "application": True, "system": system, "shell": True}


def test_the_package_is_what_pyproject_says() -> None:
    package = evaluated(
        f"""let package = (import {ROOT}/nix/nixpkgs.nix {{ }}).python3Packages.clanback; in {{
              inherit (package) pname version pyproject;
              license = package.meta.license.spdxId;
              inherit (package.meta) description mainProgram;
              dependencies = map (one: one.name) package.dependencies;
              test = map (one: one.name) package.optional-dependencies.test;
              build = map (one: one.name) package.build-system;
              source = toString package.src;
            }}"""
    )
    whole = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert package["pname"] == PROJECT["name"]
    assert package["version"] == PROJECT["version"]
    assert package["pyproject"] is True
    assert package["license"] == PROJECT["license"]
    assert package["description"] == PROJECT["description"]
    assert package["mainProgram"] in PROJECT["scripts"]
    assert sorted(package["dependencies"]) == names(PROJECT["dependencies"])
    assert sorted(package["test"]) == names(PROJECT["optional-dependencies"]["test"])
    assert sorted(package["build"]) == names(whole["build-system"]["requires"])
    assert Path(package["source"]) == ROOT


def test_the_shell_has_what_the_tests_need() -> None:
    tools = evaluated(
        f"""let shell = import {ROOT}/nix/shell.nix {{ }}; in
            map (one: one.name) (builtins.filter (one: !(one ? packages)) shell.packages)
            ++ builtins.concatMap (one: map (package: package.name) (one.packages or [ ])) shell.packages"""
    )
    assert {"nix", "shellcheck", *names(PROJECT["dependencies"]), *names(PROJECT["optional-dependencies"]["test"])} <= set(tools)

"""What stands in for other flakes while a `flake.nix` is evaluated, function by function."""

from __future__ import annotations

import json
import random
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from clanback import inventory
from clanback.diagnostics import DiagnosticError
from tests.inventory.clans import INTERFACES, lay_out, resolve_at
from tests.inventory.flake_parts.real import needs_real, real_facts

FILES: dict[str, str | bytes] = {
    "tree/a.nix": "{ }",
    "tree/deep/b.nix": "{ }",
    "tree/deep/_c.nix": "{ }",
    "tree/_off/d.nix": "{ }",
    "tree/e.txt": "",
    "more/f.nix": "{ }",
}
INPUTS = """
    clan-core.url = "https://git.clan.lol/clan/clan-core"; import-tree.url = "github:vic/import-tree";
    flake-parts.url = "github:hercules-ci/flake-parts"; systems.url = "github:nix-systems/default";
    linux.url = "github:nix-systems/default-linux"; flake-utils.url = "github:numtide/flake-utils";
    nixpkgs.url = "github:NixOS/nixpkgs"; other.url = "github:o/o";
"""


def laid_out(expression: str, folder: Path) -> Path:
    """A flake that says the value of an expression in which every input is in scope.

    `names` makes base names of paths, `found` gives the files that a tree imports.
    """
    text = f"""{{ inputs = {{ {INPUTS} }};
      outputs = inputs: with inputs; let
        inherit (nixpkgs) lib;
        names = map baseNameOf;
        found = tree: ((lib.head tree.imports) {{ inherit lib; }}).imports;
        clan = clan-core.lib.clan {{
          inherit self; meta.name = "x"; inventory.machines.m.description = builtins.toJSON ({expression});
        }};
      in {{ clan = clan.config; hello = "world"; nixosModules.n = {{ }}; }}; }}"""
    lay_out(folder, None, {"flake.nix": text, **FILES})
    return folder


def value(expression: str, folder: Path) -> Any:
    """What clanback makes of it."""
    found = resolve_at(laid_out(expression, folder))
    assert found.errors == []
    return json.loads(found.it.machines["m"].description or "null")


TREES: list[tuple[str, Any]] = [
    ("names (found (import-tree ./tree))", ["a.nix", "b.nix"]),
    ("names (found (import-tree [ ./tree ./more ]))", ["a.nix", "b.nix", "f.nix"]),
    ("names (found (import-tree ./tree/a.nix))", ["a.nix"]),
    ("names (import-tree.leafs ./tree)", ["a.nix", "b.nix"]),
    ("names (import-tree.leafs lib ./tree)", ["a.nix", "b.nix"]),
    ("names ((import-tree.withLib lib).leafs ./tree)", ["a.nix", "b.nix"]),
    ("names (import-tree.addPath ./more).files", ["f.nix"]),
    ("names (((import-tree.addPath ./more).addPath ./tree).leafs).result", ["f.nix", "a.nix", "b.nix"]),
    ('names (found (import-tree.filter (lib.hasInfix "/deep/") ./tree))', ["b.nix"]),
    ('names (found (import-tree.filterNot (lib.hasInfix "/deep/") ./tree))', ["a.nix"]),
    ('names (found (import-tree.match ".*/[b-z]\\\\.nix" ./tree))', ["b.nix"]),
    ('names (found (import-tree.matchNot ".*/[b-z]\\\\.nix" ./tree))', ["a.nix"]),
    ('names (found (import-tree.initFilter (lib.hasSuffix ".txt") ./tree))', ["e.txt"]),
    ("found (import-tree.map baseNameOf ./tree)", ["a.nix", "b.nix"]),
    ("found ((import-tree.map baseNameOf).map lib.stringLength ./tree)", [5, 5]),
    ("import-tree.pipeTo lib.length ./tree", 2),
    ('names (found ((import-tree.addAPI { deep = t: t.filter (lib.hasInfix "/deep/"); }).deep ./tree))', ["b.nix"]),
    ("names (import-tree.leafs (import-tree.addPath ./more))", ["f.nix"]),
    ("names (found (import-tree { options = { }; lib = lib; }))", []),
]


@pytest.mark.parametrize(("expression", "expected"), TREES)
def test_import_tree(expression: str, expected: Any, tmp_path: Path) -> None:
    assert value(expression, tmp_path) == expected


@needs_real
def test_the_real_import_tree_says_the_same(tmp_path: Path) -> None:
    """With `withLib`, which the real one wants before it gives a list; its first versions took `lib` as an argument."""
    asked = [(text, expected) for text, expected in TREES if "leafs lib" not in text]
    told = "let import-tree = inputs.import-tree.withLib lib; in"
    folders = [laid_out(f"{told} {text}", tmp_path / str(number)) for number, (text, _) in enumerate(asked)]
    found = [json.loads(facts["description"]["m"]) for facts in real_facts(folders)]
    assert found == [expected for _, expected in asked]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("import systems", ["aarch64-darwin", "aarch64-linux", "x86_64-darwin", "x86_64-linux"]),
        ("import linux", ["aarch64-linux", "x86_64-linux"]),
        ("lib.attrNames (flake-utils.lib.eachDefaultSystem (s: { packages.x = s; })).packages", 4),
        ('(flake-utils.lib.eachSystem [ "a" "b" ] (s: { p = s; })).p', {"a": "a", "b": "b"}),
        ("lib.attrNames (flake-utils.lib.eachSystem lib.systems.flakeExposed (s: { p = s; }))", ["p"]),
        ('clan-core.inputs.nixpkgs.lib.toUpper "x"', "X"),
        ("self.hello", "world"),
        ("self.inputs.self.hello", "world"),
        ("inputs.self ? nixosModules", True),
        ('lib.hasSuffix "tree" (self + "/tree")', True),
        ('builtins.attrNames (builtins.readDir "${self}/more")', ["f.nix"]),
        ("self.clan.meta.name", "x"),
        ("builtins.isFunction flake-parts.lib.mkFlake", True),
        ("lib.isFunction nixpkgs.lib.genAttrs", True),
    ],
)
def test_other_flakes(expression: str, expected: Any, tmp_path: Path) -> None:
    found = value(expression, tmp_path)
    assert (len(found) if isinstance(expected, int) and isinstance(found, list) else found) == expected


@pytest.mark.parametrize(
    "expression", ["other.lib.x", "import other { }", '"${other}/x"', "nixpkgs.legacyPackages.x86_64-linux", "self.rev"]
)
def test_what_is_in_other_flakes_is_unknown_and_no_error(expression: str, tmp_path: Path) -> None:
    assert value(expression, tmp_path) is None


WORDS = [
    "{ }",
    "[ ]",
    "null",
    "5",
    '"x"',
    "./.",
    "(x: x)",
    "import ./.",
    "inputs",
    "self",
    "config",
    "clan",
    "inputs.foo",
    "config.flake",
    "self.clan",
    "config.clan",
    "rec { a = a; }.a",
    "lib.mkForce",
    "lib.mkMerge",
    "builtins.attrNames",
    "//",
    "++",
    "or",
]


@pytest.mark.parametrize("seed", range(60))
def test_repositories_with_mistakes_give_diagnostics_and_nothing_else(seed: int, tmp_path: Path) -> None:
    """Words are left out or replaced at random."""
    chance = random.Random(seed)
    every = sorted(path.parent for path in (Path(__file__).parents[1] / "repositories").glob("*/flake.nix"))
    folder = tmp_path / "repository"
    shutil.copytree(chance.choice(every), folder)
    file = chance.choice(sorted(folder.rglob("*.nix")))
    text = file.read_text()
    for _ in range(chance.randint(1, 3)):
        places = [match.span() for match in re.finditer(r"[A-Za-z_.\-/]+|\"[^\"]*\"|[{}\[\];=:,]", text)]
        if places:
            start, end = chance.choice(places)
            text = text[:start] + chance.choice(["", *WORDS]) + text[end:]
    file.write_text(text)
    try:
        config = inventory.load(folder)
        found = inventory.resolve(config, INTERFACES).diagnostics
    except DiagnosticError as stop:
        found = stop.diagnostics
    assert all(diagnostic.code.startswith("CB") for diagnostic in found)


def parts(module: str, folder: Path) -> Any:
    """A flake with one module of its own."""
    text = f"""{{ inputs = {{ {INPUTS} }}; outputs = inputs: inputs.flake-parts.lib.mkFlake {{ inherit inputs; }}
      ({{ config, lib, ... }}: {{ imports = [ inputs.clan-core.flakeModules.default inputs.flake-parts.flakeModules.modules
        ({module}) {{ clan.meta.name = "x"; clan.inventory.machines.m = {{ }}; }} ]; }}); }}"""
    lay_out(folder, None, {"flake.nix": text})
    return resolve_at(folder)


def test_a_module_that_imports_itself_has_an_end(tmp_path: Path) -> None:
    itself = "config.flake.modules.nixos.a"
    found = parts(f"{{ flake.modules.nixos.a.imports = [ {itself} ]; clan.machines.m.imports = [ {itself} ]; }}", tmp_path)
    assert found.errors == []
    assert not found.it.machines["m"].state_complete


def test_which_modules_there_are_cannot_depend_on_options(tmp_path: Path) -> None:
    found = parts("{ options, ... }: { imports = lib.optional options.x.isDefined { }; }", tmp_path)
    assert [problem.code for problem in found.errors] == ["CB191"]

"""What modules of a flake read back from `config` and `self`: options of their own, outputs, functions of flake-parts.

The values were given by the real flake-parts (see `test_order.py`), which is asked again where it is at hand.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.inventory.clans import resolve_at
from tests.inventory.flake_parts.generated import INPUTS
from tests.inventory.flake_parts.real import lay_out, needs_real, real_facts


def option(type_: str, *definitions: str, more: str = "") -> str:
    """A module that declares `x`, and one for every definition of it."""
    modules = " ".join(f"{{ x = {definition}; }}" for definition in definitions)
    return f"options.x = lib.mkOption {{ type = {type_}; {more} }}; imports = [ {modules} ];"


SUB = """attrsOf (submodule ({ name, ... }: {
    options.name = lib.mkOption { type = str; default = name + "!"; };
    options.list = lib.mkOption { type = listOf str; default = [ ]; };
    options.text = lib.mkOption { type = lines; default = ""; };
}))"""
STRINGS = "lib.mkOption { type = listOf str; default = [ ]; }"
NEW = f'options.new = {STRINGS}; config.new = [ "y" ];'
AB = f"options.a = {STRINGS}; options.b = {STRINGS}; config.a = [ ];"
TWO_HOSTS = 'imports = [ { flake.hosts = [ "w" ]; } { flake.hosts = [ "v" ]; } ];'
CASES: list[tuple[str, str, Any]] = [
    (option("listOf str", 'lib.mkBefore [ "a" ]', '[ "b" ]', '[ "c" ]'), "config.x", ["a", "c", "b"]),
    (option("listOf int", "lib.mkMerge [ [ 1 ] (lib.mkAfter [ 9 ]) ]", "lib.mkIf false [ 2 ]", "[ 3 ]"), "config.x", [3, 1, 9]),
    (option("listOf int", "[ 1 ]", "[ 5 ]", more="apply = map (y: y + 1);"), "config.x", [6, 2]),
    (
        option("attrsOf (listOf str)", '{ p = [ "a" ]; }', '{ p = [ "b" ]; q = [ "c" ]; }'),
        "config.x",
        {"p": ["b", "a"], "q": ["c"]},
    ),
    (
        option(
            SUB,
            '{ p = { list = [ "a" ]; text = "one"; }; }',
            '{ p = { list = [ "b" ]; text = "two"; }; }',
            '{ q.name = "given"; }',
        ),
        "config.x",
        {"p": {"list": ["a", "b"], "name": "p!", "text": "one\ntwo"}, "q": {"list": [], "name": "given", "text": ""}},
    ),
    (option("lines", '"a"', '"b"', '"c"'), "config.x", "c\nb\na"),
    (option("commas", '"a"', '"b"'), "config.x", "b,a"),
    (option("int", "lib.mkDefault 2", "lib.mkForce 3", "4", more="default = 1;"), "config.x", 3),
    (option("anything", "{ a = [ 1 ]; b.c = 1; }", "{ b.d = 2; }"), "config.x", {"a": [1], "b": {"c": 1, "d": 2}}),
    (option("attrs", "{ a = { p = 1; }; k = 1; }", "{ a = { q = 2; }; k = 2; }"), "config.x", {"a": {"p": 1}, "k": 1}),
    (option("unspecified", "{ a = { p = [ 1 ]; }; }", "{ a = { p = [ 2 ]; }; }"), "config.x", {"a": {"p": [1]}}),
    (option("either str (listOf str)", '[ "q" ]', '[ "w" ]'), "config.x", ["w", "q"]),
    (option("nullOr (listOf str)", '[ "w" ]', '[ "v" ]', more="default = null;"), "config.x", ["v", "w"]),
    (option("functionTo (listOf str)", 'a: [ a "w" ]', 'a: [ "v" ]'), 'config.x "z"', ["v", "z", "w"]),
    (option("listOf (coercedTo int toString str)", '[ 1 "b" ]'), "config.x", ["1", "b"]),
    (
        option(
            "coercedTo (listOf str) (l: lib.genAttrs l (_: { })) "
            "(attrsOf (submodule { options.y = lib.mkOption { default = 3; }; }))",
            '[ "q" ]',
            "{ w.y = 4; }",
        ),
        "config.x",
        {"q": {"y": 3}, "w": {"y": 4}},
    ),
    ("options.x = lib.mkOption { }; imports = [ { x = [ 1 ]; } { x = [ 2 ]; } ];", "config.x", [2, 1]),
    ("options.x = lib.mkOption { }; imports = [ { x.a = 1; } { x.b = 2; } ];", "config.x", {"a": 1, "b": 2}),
    (
        f"options.flake.hosts = {STRINGS}; {TWO_HOSTS}",
        "self.hosts",
        ["w", "v"],
    ),
    (
        f'options.flake = flake-parts-lib.mkSubmoduleOptions {{ hosts = {STRINGS} // {{ apply = l: l ++ [ "end" ]; }}; }};'
        + TWO_HOSTS,
        "config.flake.hosts",
        ["w", "v", "end"],
    ),
    (
        f"options.flake = lib.mkOption {{ type = submoduleWith {{ modules = [ {{ options.hosts = {STRINGS}; }} ]; }}; }};",
        "config.flake.hosts",
        [],
    ),
    (
        'imports = [ (flake-parts-lib.importAndPublish "n" { flake.said = true; }) ];',
        "[ (lib.attrNames config.flake.modules.flake) self.said ]",
        [["n"], True],
    ),
    ("flake = { config, ... }: { one = 1; two = config.one + 1; };", "config.flake.two", 2),
    ("flake = { lib, ... }: { options.q = lib.mkOption { default = 4; }; config.z = 9; };", "[ self.q self.z ]", [4, 9]),
    ("flake.overlays.default = final: prev: { a = prev.a + 1; };", "(self.overlays.default { } { a = 1; }).a", 2),
    ("flake.nixosModules.a = { }; flake.nixosModules.b = ./flake.nix;", "lib.attrNames self.nixosModules", ["a", "b"]),
    ("flake.nixosModules.a = { x = 1; };", "lib.attrNames self.nixosModules.a", ["_class", "_file", "imports"]),
    (
        "imports = [ inputs.flake-parts.flakeModules.modules ]; flake.modules = { nixos.a = { }; generic.g = { }; };",
        "with self.modules; [ nixos.a._class (lib.attrNames generic.g) ]",
        ["nixos", ["imports"]],
    ),
    (
        'imports = [ (lib.mkRenamedOptionModule [ "old" ] [ "new" ]) { old = [ "x" ]; } ];' + NEW,
        "config.new",
        ["x", "y"],
    ),
    (
        'imports = [ (flake-parts-lib.mkAliasOptionModule [ "old" ] [ "new" ]) { old = lib.mkForce [ "x" ]; } ];' + NEW,
        "[ config.new config.old ]",
        [["x"], ["x"]],
    ),
    (
        'imports = [ (lib.mkAliasOptionModule [ "hosts" ] [ "clan" "inventory" "machines" ]) { hosts.n.description = "n"; } ];',
        "config.flake.clan.inventory.machines.n.description",
        "n",
    ),
    (
        AB + "imports = [ ({ options, ... }: with options; {"
        " flake.said = [ a.isDefined a.highestPrio b.highestPrio (lib.length a.definitions) ]; }) ];",
        "self.said",
        [True, 100, 1500, 1],
    ),
    ('systems = [ "aarch64-linux" ];', "config.systems", ["aarch64-linux", "x86_64-linux"]),
    (
        "options.a = lib.mkEnableOption null; config = lib.mkMerge [ { a = true; } (lib.mkIf config.a { flake.on = true; }) ];",
        "self.on",
        True,
    ),
]


def flake(module: str, expression: str) -> dict[str, str]:
    """A flake whose machine is described by the value of the expression."""
    outputs = f"""inputs: inputs.flake-parts.lib.mkFlake {{ inherit inputs; }} ({{ config, lib, self, ... }}: {{
      systems = [ "x86_64-linux" ];
      imports = [ inputs.clan-core.flakeModules.default ./module.nix {{
        clan.meta.name = "x";
        clan.inventory.machines.m.description = builtins.toJSON ({expression});
      }} ];
    }})"""
    arguments = "{ config, flake-parts-lib, inputs, lib, ... }:"
    return {"flake.nix": f"{{{INPUTS} outputs = {outputs}; }}", "module.nix": f"{arguments} with lib.types; {{ {module} }}"}


@pytest.mark.parametrize(("module", "expression", "expected"), CASES)
def test_our_stand_in_gives_the_same(module: str, expression: str, expected: Any, tmp_path: Path) -> None:
    lay_out(tmp_path, flake(module, expression))
    found = resolve_at(tmp_path)
    assert found.errors == []
    assert json.loads(found.it.machines["m"].description or "null") == expected


@needs_real
def test_the_real_ones_said_so(tmp_path: Path) -> None:
    folders = [lay_out(tmp_path / str(number), flake(*case[:2])) for number, case in enumerate(CASES)]
    found = [json.loads(facts["description"]["m"]) for facts in real_facts(folders)]
    assert found == [expected for _, _, expected in CASES]

"""How the variables that a module uses travel with it."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from tests.inventory.machine_modules.analysing import analysed, text_of

if TYPE_CHECKING:
    from pathlib import Path


def rest(folder: Path, clan: str) -> str:
    """The text of the one part of machine `a`, which has neither state nor tmpfiles rules."""
    found = analysed(folder, dedent(clan))
    assert not found.diagnostics
    assert not found.modules.state
    assert len(found.modules.rest) == 1
    return text_of(found.modules.rest[0])


def test_let_bindings_come_along_with_what_they_need(tmp_path: Path) -> None:
    clan = """\
    let
      # where all is
      root = "/srv";
      other = throw "not needed";
      below = name: "${root}/${name}"; # a function
    in
    {
      machines.a = { x = below "docs"; };
    }
    """
    assert rest(tmp_path, clan) == dedent("""\
    let
      # where all is
      root = "/srv";
      below = name: "${root}/${name}"; # a function
    in
    { x = below "docs"; }""")


def test_inherit_brings_only_the_names_in_use(tmp_path: Path) -> None:
    clan = "{ lib, ... }: let inherit (lib) mkForce mkIf; inherit (import ./x.nix) y z; in { machines.a = { x = mkForce y; }; }"
    assert rest(tmp_path, clan) == dedent("""\
    { lib, ... }:
    let
      inherit (lib) mkForce;
      inherit (import ../x.nix) y;
    in
    { x = mkForce y; }""")


def test_rec_sets_are_as_good_as_let(tmp_path: Path) -> None:
    clan = "{ machines = rec { b = { x = 1; }; a = { imports = [ b ]; }; }; }"
    assert rest(tmp_path, clan) == "let\n  b = { x = 1; };\nin\n{ imports = [ b ]; }"


def test_a_name_that_is_hidden_further_in_is_another(tmp_path: Path) -> None:
    clan = 'let x = "outer"; in { machines.a = let y = x; in { a = let x = "inner"; in x; b = y; }; }'
    assert rest(tmp_path, clan) == 'let\n  x = "outer";\nin\nlet y = x; in { a = let x = "inner"; in x; b = y; }'


def test_lib_is_that_of_nixos(tmp_path: Path) -> None:
    assert rest(tmp_path, "{ lib, ... }: { machines.a = { x = lib.mkForce 1; }; }") == "{ lib, ... }:\n{ x = lib.mkForce 1; }"


def test_lib_is_added_to_the_arguments_of_the_module(tmp_path: Path) -> None:
    clan = "{ lib, ... }: { machines.a = { pkgs, ... }: { x = lib.mkForce pkgs.y; }; }"
    assert rest(tmp_path, clan) == "{ pkgs, lib, ... }:\n{ x = lib.mkForce pkgs.y; }"


def test_arguments_of_the_clan_become_module_arguments(tmp_path: Path) -> None:
    found = analysed(tmp_path, "{ inputs, self, ... }: let x = inputs.x; in { machines.a = { imports = [ x.y self.z ]; }; }")
    assert found.modules.rest[0].arguments == ("inputs", "self")
    assert text_of(found.modules.rest[0]) == "{ inputs, self, ... }:\nlet\n  x = inputs.x;\nin\n{ imports = [ x.y self.z ]; }"


def test_the_whole_argument(tmp_path: Path) -> None:
    found = analysed(tmp_path, "{ machines.a = args@{ config, foo ? 1, ... }: { x = args.config; }; }")
    assert text_of(found.modules.rest[0]) == "args@{ config, foo ? 1, ... }: { x = args.config; }"
    found = analysed(tmp_path, "{ inputs, ... }: { machines.a = args: { x = args.config; y = inputs.z; }; }")
    assert text_of(found.modules.rest[0]) == "args@{ inputs, ... }:\n{ x = args.config; y = inputs.z; }"


def test_with_comes_along(tmp_path: Path) -> None:
    clan = "{ lib, ... }: with lib; { machines.a = { config, ... }: { x = mkIf config.y 1; }; }"
    assert rest(tmp_path, clan) == "{ config, lib, ... }:\nwith lib;\n{ x = mkIf config.y 1; }"
    clan = "{ lib, ... }: with lib; { machines.a = { x = 1; y = builtins.length [ ]; }; }"
    assert rest(tmp_path, clan) == "{ x = 1; y = builtins.length [ ]; }"
    clan = "{ lib, ... }: with lib; { machines.a = { x = aFunctionThatIsNew 1; }; }"
    assert rest(tmp_path, clan) == "{ lib, ... }:\nwith lib;\n{ x = aFunctionThatIsNew 1; }"
    clan = "with import ./values.nix; { machines.a = { x = value; }; }"
    (tmp_path / "values.nix").write_text("{ value = 1; }")
    assert rest(tmp_path, clan) == "with import ../values.nix;\n{ x = value; }"


_NAMED = "{ networking.hostName = name; }"


@pytest.mark.parametrize(
    ("clan", "module"),
    [
        (f'{{ lib, ... }}: {{ machines = lib.genAttrs [ "a" ] (name: {_NAMED}); }}', _NAMED),
        (
            f'{{ lib, ... }}: {{ machines = lib.genAttrs [ "a" ] (name: {{ pkgs, ... }}: {_NAMED}); }}',
            f"{{ pkgs, ... }}: {_NAMED}",
        ),
        (f"{{ machines = builtins.mapAttrs (name: _: {_NAMED}) {{ a = {{ }}; }}; }}", _NAMED),
        (f"{{ machines = builtins.mapAttrs (name: _: {_NAMED} // {{ }}) {{ a = {{ }}; }}; }}", f"{_NAMED} // {{ }}"),
        (f'{{ machines = builtins.listToAttrs (map (name: {{ inherit name; value = {_NAMED}; }}) [ "a" ]); }}', _NAMED),
        (f'{{ machines = let f = name: {{ a = {_NAMED}; }}; in f "a"; }}', _NAMED),
    ],
)
def test_arguments_of_functions_come_by_their_values(tmp_path: Path, clan: str, module: str) -> None:
    assert rest(tmp_path, clan) == f'let\n  name = "a";\nin\n{module}'


def test_of_a_set_only_what_is_used(tmp_path: Path) -> None:
    clan = """{ machines = builtins.mapAttrs (name: host: { x = host.ip; y = host.net.mask; })
      { a = { ip = "10.0.0.1"; net.mask = 8; secret = throw "no"; }; }; }"""
    assert rest(tmp_path, clan) == dedent("""\
    let
      host = { ip = "10.0.0.1"; net.mask = 8; };
    in
    { x = host.ip; y = host.net.mask; }""")


def test_functions_as_arguments_cannot_travel(tmp_path: Path) -> None:
    found = analysed(tmp_path, "{ machines = builtins.mapAttrs (name: f: { x = f 1; }) { a = x: x; }; }")
    assert [(each.code, each.span and each.span.text) for each in found.diagnostics] == [("CB620", "f")]
    assert "`f`" in found.diagnostics[0].message


def test_the_config_of_the_clan_is_not_that_of_nixos(tmp_path: Path) -> None:
    found = analysed(tmp_path, "{ config, ... }: { machines.a = { x = config.meta.name; }; }")
    assert [(each.code, each.span and each.span.text) for each in found.diagnostics] == [("CB623", "config")]
    found = analysed(tmp_path, "{ config, ... }: { machines.a = { config, ... }: { x = config.meta.name; }; }")
    assert not found.diagnostics


def test_names_that_would_be_confused_are_kept_apart(tmp_path: Path) -> None:
    """The outer `pkgs` needs an argument of the flake, so it cannot stand outside; inside it would hide the module's own."""
    clan = "{ inputs, ... }: let pkgs = inputs.x; y = pkgs.z; in { machines.a = { pkgs, ... }: { a = pkgs.b; inherit y; }; }"
    assert rest(tmp_path, clan) == dedent("""\
    { inputs, ... }:
    let
      pkgs = inputs.x;
      y = pkgs.z;
    in
    {
      imports = [
        (
          { pkgs, ... }:
          { a = pkgs.b; inherit y; }
        )
      ];
    }""")


def test_a_computed_module_is_imported(tmp_path: Path) -> None:
    clan = "{ inputs, ... }: { machines.a = import ./mk.nix { inherit inputs; }; }"
    (tmp_path / "mk.nix").write_text("{ inputs }: { pkgs, ... }: { }")
    assert rest(tmp_path, clan) == dedent("""\
    { inputs, ... }:
    {
      imports = [ (import ../mk.nix { inherit inputs; }) ];
    }""")


def test_the_whole_argument_of_the_clan(tmp_path: Path) -> None:
    clan = "args: { machines.a = { imports = [ args.inputs.x ]; y = args.lib.mkForce 1; }; }"
    assert rest(tmp_path, clan) == dedent("""\
    { inputs, lib, ... }:
    let
      args = { inputs = inputs; lib = lib; };
    in
    { imports = [ args.inputs.x ]; y = args.lib.mkForce 1; }""")


def test_arguments_of_the_clan_inside_plain_sets(tmp_path: Path) -> None:
    clan = """{ inputs, ... }: { machines = builtins.mapAttrs (name: host: { imports = [ host.module ]; x = host.ip; })
      { a = { module = inputs.x; ip = "1"; f = x: x; }; }; }"""
    assert rest(tmp_path, clan) == dedent("""\
    { inputs, ... }:
    let
      host = { ip = "1"; module = inputs.x; };
    in
    { imports = [ host.module ]; x = host.ip; }""")


def test_inputs_of_a_flake_come_from_inputs(tmp_path: Path) -> None:
    """The arguments of a flake's `outputs` are its inputs."""
    flake = """{ outputs = args@{ self, nixpkgs, ... }: let pkgs = nixpkgs.x; in {
      machines.a = { x = pkgs.hello; y = self.z; z = args.other; }; }; }"""
    (tmp_path / "flake.nix").write_text(flake)
    clan = "inputs: { inherit ((import ./flake.nix).outputs (inputs // { inherit (inputs) self nixpkgs; })) machines; }"
    found = analysed(tmp_path, clan)
    assert text_of(found.modules.rest[0]) == dedent("""\
    { inputs, self, ... }:
    let
      nixpkgs = inputs.nixpkgs;
      args = inputs;
      pkgs = nixpkgs.x;
    in
    { x = pkgs.hello; y = self.z; z = args.other; }""")
    assert found.modules.rest[0].arguments == ("inputs", "self")


def test_paths_are_arguments_too(tmp_path: Path) -> None:
    (tmp_path / "hosts").mkdir()
    (tmp_path / "hosts/a.nix").write_text("{ }")
    clan = '{ machines = let f = dir: { a.imports = [ (dir + "/a.nix") ]; }; in f ./hosts; }'
    assert rest(tmp_path, clan).startswith("let\n  dir = ../hosts;\nin\n")


def test_paths_inside_of_arguments_and_texts_that_name_one(tmp_path: Path) -> None:
    clan = """{ machines = builtins.mapAttrs (_: host: { x = host; })
      { a = { p = [ ./x 1 ]; t = "${toString ./.}/y"; }; }; }"""
    assert rest(tmp_path, clan) == dedent("""\
    let
      host = { p = [ (../x) (1) ]; t = (toString ../y); };
    in
    { x = host; }""")


def test_paths_outside_cannot_travel(tmp_path: Path) -> None:
    found = analysed(tmp_path, "{ machines = let f = dir: { a.x = dir; }; in f /etc; }")
    assert [each.code for each in found.diagnostics] == ["CB620"]


def test_selections_with_a_default_come_by_what_they_select(tmp_path: Path) -> None:
    clan = "{ machines = builtins.mapAttrs (_: host: { x = host.ip or 1; y = host.none or 2; }) { a.ip = 3; }; }"
    assert rest(tmp_path, clan) == "let\n  host = { ip = 3; };\nin\n{ x = host.ip or 1; y = host.none or 2; }"

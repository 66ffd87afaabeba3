"""What the parts of a module look like. (That they mean the same is shown in test_splitting_means_the_same.)"""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from clanback.inventory.model import RepositoryPath
from tests.inventory.machine_modules.analysing import analysed, text_of

if TYPE_CHECKING:
    from pathlib import Path

    from clanback.inventory.machine_modules import MachineAnalysis


def parts(found: MachineAnalysis) -> dict[str, list[str]]:
    """The texts of the parts, those kinds that there are."""
    kinds = {kind: [text_of(part) for part in getattr(found.modules, kind)] for kind in ("state", "tmpfiles", "rest")}
    return {kind: texts for kind, texts in kinds.items() if texts}


def test_the_tutorial(tmp_path: Path) -> None:
    found = analysed(
        tmp_path,
        dedent("""\
        {
          machines = {
            a =
              { ... }:
              {
                # Create two folders
                systemd.tmpfiles.rules = [
                  "d /home/alice/documents 0755 alice users -"
                ];
                clan.core.state."my-documents" = {
                  folders = [
                    "/home/alice/documents" # the papers
                  ];
                };
              };
          };
        }
        """),
    )
    assert parts(found) == {
        "state": [
            dedent("""\
            {
              clan.core.state."my-documents" = {
                folders = [
                  "/home/alice/documents" # the papers
                ];
              };
            }""")
        ],
        "tmpfiles": [
            dedent("""\
            {
              # Create two folders
              systemd.tmpfiles.rules = [
                "d /home/alice/documents 0755 alice users -"
              ];
            }""")
        ],
    }
    assert found.modules.state[0].origin is not None
    assert found.modules.state[0].origin.line == 4


def test_each_part_has_just_the_arguments_it_uses(tmp_path: Path) -> None:
    found = analysed(
        tmp_path,
        """{ machines.a = { config, lib, pkgs, inputs, ... }: {
          clan.core.state.x.preBackupScript = "${pkgs.x}/bin/x";
          systemd.tmpfiles.rules = [ "d ${config.x}" ];
          services = lib.mkForce inputs.x;
        }; }""",
    )
    assert {kind: texts[0].split("\n")[0] for kind, texts in parts(found).items()} == {
        "state": "{ pkgs, ... }:",
        "tmpfiles": "{ config, ... }:",
        "rest": "{ lib, inputs, ... }:",
    }
    assert found.modules.rest[0].arguments == ("inputs",)


def test_the_rest_stays_as_written(tmp_path: Path) -> None:
    found = analysed(
        tmp_path,
        dedent("""\
        {
          machines.a = {
            # network
            networking = { firewall.enable = true; };   # kept

            clan.core = {
              state.x.folders = [ "/x" ]; # gone
              networking.zerotier = { };
            };

            /* a block
               comment */
            environment.etc.motd.text = ''
              hello
                world
            '';
          };
        }
        """),
    )
    assert parts(found)["state"] == ['{\n  clan.core.state.x.folders = [ "/x" ]; # gone\n}']
    assert parts(found)["rest"] == [
        dedent("""\
        {
          # network
          networking = { firewall.enable = true; };   # kept

          clan.core = {
            networking.zerotier = { };
          };

          /* a block
             comment */
          environment.etc.motd.text = ''
            hello
              world
          '';
        }""")
    ]


def test_bindings_that_define_a_machine_one_by_one(tmp_path: Path) -> None:
    found = analysed(
        tmp_path,
        """{
          machines.a.clan.core.state.x.folders = [ "/x" ];
          meta.name = "x";
          # the name
          machines.a.networking.hostName = "a";
          machines.b.systemd.tmpfiles.rules = [ "other" ];
          machines.a.systemd = { tmpfiles.rules = [ "r" ]; };
        }""",
    )
    assert parts(found) == {
        "state": ['{\n  clan.core.state.x.folders = [ "/x" ];\n}'],
        "tmpfiles": ['{\n  systemd.tmpfiles.rules = [ "r" ];\n}'],
        "rest": ['{\n  # the name\n  networking.hostName = "a";\n}'],
    }


@pytest.mark.parametrize(
    "module",
    [
        '{ lib, ... }: lib.mkMerge [ { clan.core.state.x.folders = [ "/x" ]; } ]',
        '{ clan.core.state.x.folders = [ "/x" ]; } // { }',
        'rec { clan.core.state.x.folders = [ "/x" ]; }',
        '{ lib, ... }: { config = lib.mkIf true { clan.core.state.x.folders = [ "/x" ]; }; }',
        'let clan = { core.state.x.folders = [ "/x" ]; }; in { inherit clan; }',
        '{ ${"clan"}.core = builtins.fromJSON "{}"; key = "x"; }',
    ],
)
def test_what_cannot_be_lifted_safely_stays_whole(tmp_path: Path, module: str) -> None:
    found = analysed(tmp_path, f"{{ machines.a = {module}; }}")
    assert parts(found) == {"rest": [module]}


def test_structured_modules(tmp_path: Path) -> None:
    found = analysed(
        tmp_path,
        '{ machines.a = { imports = [ ]; config = { clan.core.state.x.folders = [ "/x" ]; services.y = 1; }; options = { }; }; }',
    )
    assert parts(found) == {
        "state": ['{\n  clan.core.state.x.folders = [ "/x" ];\n}'],
        "rest": ["{ imports = [ ]; config = { services.y = 1; }; options = { }; }"],
    }


def test_files_are_imported(tmp_path: Path) -> None:
    (tmp_path / "machines/a").mkdir(parents=True)
    (tmp_path / "machines/a/configuration.nix").write_text("{ }")
    found = analysed(tmp_path, "{ machines.a = ./a.nix; }", auto="machines/a/configuration.nix")
    assert [part.pieces for part in found.modules.rest] == [
        (RepositoryPath("a.nix"),),
        (RepositoryPath("machines/a/configuration.nix"),),
    ]


@pytest.mark.parametrize(
    ("first", "second", "lifted"),
    [
        ('{ systemd.tmpfiles.rules = [ "1" ]; } // { }', '{ systemd.tmpfiles.rules = [ "2" ]; }', 0),
        ('{ systemd.tmpfiles.rules = [ "1" ]; }', '{ systemd.tmpfiles.rules = [ "2" ]; } // { }', 1),
        ("{ services.x = 1; } // { }", '{ systemd.tmpfiles.rules = [ "2" ]; }', 1),
        ("./is-not-there.nix", '{ systemd.tmpfiles.rules = [ "2" ]; }', 0),
        ('{ systemd.tmpfiles.rules = [ "1" ]; }', '{ systemd.tmpfiles.rules = [ "2" ]; }', 2),
    ],
)
def test_nothing_is_lifted_from_behind_a_module_that_stays_whole(tmp_path: Path, first: str, second: str, lifted: int) -> None:
    """What stays whole is rendered behind what is lifted, and NixOS merges in reverse."""
    found = analysed(tmp_path, f"{{ machines.a = {first}; again.a = {second}; }}", again=True)
    assert len(found.modules.tmpfiles) == lifted
    assert len(found.modules.rest) == 2 - lifted


class TestPaths:
    def test_are_told_from_the_root(self, tmp_path: Path) -> None:
        (tmp_path / "sub").mkdir()
        (tmp_path / "sub/machines.nix").write_text(
            "{ a = { imports = [ ./x.nix ../y.nix sub/z.nix (./.) /abs <nixpkgs/q> ~/home ]; }; }"
        )
        found = analysed(tmp_path, "{ machines = import ./sub/machines.nix; }")
        assert found.modules.rest[0].pieces == (
            "{ imports = [ ",
            RepositoryPath("sub/x.nix"),
            " ",
            RepositoryPath("y.nix"),
            " ",
            RepositoryPath("sub/sub/z.nix"),
            " (",
            RepositoryPath("sub"),
            ") /abs <nixpkgs/q> ~/home ]; }",
        )

    def test_with_interpolation(self, tmp_path: Path) -> None:
        found = analysed(tmp_path, "{ machines.a = { lib, ... }: { x = ./${lib.x}/y; z = ./dir/pre-${lib.x}; }; }")
        assert text_of(found.modules.rest[0]) == ('{ lib, ... }: { x = (../. + "/${lib.x}/y"); z = (../dir + "/pre-${lib.x}"); }')

    def test_outside_the_repository_are_errors(self, tmp_path: Path) -> None:
        found = analysed(tmp_path, "{ machines.a = { imports = [ ../x.nix ]; }; }")
        assert [(each.code, each.span and each.span.text) for each in found.diagnostics] == [("CB621", "../x.nix")]


class TestStrings:
    def test_indented_strings_move_as_a_whole(self, tmp_path: Path) -> None:
        text = "{\n  machines.a = {\n    x = ''\n      one\n        two\n    '';\n  };\n}\n"
        assert text_of(analysed(tmp_path, text).modules.rest[0]) == "{\n  x = ''\n    one\n      two\n  '';\n}"

    def test_lines_of_other_strings_stay(self, tmp_path: Path) -> None:
        text = "{\n  machines.a = {\n    x = \"one\n      two\";\n    y = ''one\n      two'';\n  };\n}\n"
        assert text_of(analysed(tmp_path, text).modules.rest[0]) == "{\n  x = \"one\n      two\";\n  y = ''one\n      two'';\n}"

    def test_an_indented_string_without_room_stays(self, tmp_path: Path) -> None:
        text = "{\n  machines.a = {\n    x = ''\n  one\n   two\n    '';\n  };\n}\n"
        assert text_of(analysed(tmp_path, text).modules.rest[0]) == "{\n  x = ''\none\n two\n  '';\n}"
        text = "{\n  machines.a = {\n    x = ''\n one\n   two\n    '';\n  };\n}\n"
        assert text_of(analysed(tmp_path, text).modules.rest[0]) == "{\n  x = ''\n one\n   two\n    '';\n}"

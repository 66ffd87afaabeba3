"""What a machine's modules say about state, tmpfiles rules, root's keys and the host's name, without NixOS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.inventory.machine_modules.analysing import analysed

if TYPE_CHECKING:
    from pathlib import Path

    from clanback.inventory.machine_modules import MachineAnalysis


def module(folder: Path, text: str) -> MachineAnalysis:
    """The analysis of one module, written as `machines.a = text;`."""
    return analysed(folder, f"{{ machines.a =\n{text};\n}}")


@pytest.mark.parametrize(
    "text",
    [
        '{ clan.core.state.docs.folders = [ "/a" "/b" ]; }',
        '{ ... }: { clan.core.state."docs" = { folders = [ "/a" "/b" ]; }; }',
        'args: { clan.core = { state = { docs.folders = [ "/a" ] ++ [ "/b" ]; }; }; }',
        '{ config = { clan.core.state.docs.folders = [ "/a" "/b" ]; }; }',
        '{ imports = [ { clan.core.state.docs.folders = [ "/a" "/b" ]; } ]; }',
        '{ lib, ... }: { clan.core.state = lib.mkMerge [ { docs.folders = [ "/b" ]; } { docs.folders = [ "/a" ]; } ]; }',
        '{ lib, ... }: lib.mkIf true { clan.core.state.docs.folders = lib.mkForce [ "/a" "/b" ]; }',
        '{ pkgs, ... }: { clan.core.state.docs.folders = pkgs.lib.optionals true [ "/a" "/b" ]; }',
        '{ clan.core.state.docs = { name, ... }: { folders = [ "/a" "/b" ]; }; }',
        '{ options, lib, ... }: lib.optionalAttrs (options ? clan) { clan.core.state.docs.folders = [ "/a" "/b" ]; }',
        '{ options, lib, ... }: lib.mkIf (options ? clan.core.state) { clan.core.state.docs.folders = [ "/a" "/b" ]; }',
    ],
)
def test_folders_are_known_in_every_form_of_a_module(tmp_path: Path, text: str) -> None:
    found = module(tmp_path, text)
    assert found.state["docs"].folders == ("/a", "/b")
    assert found.state["docs"].unknown_folders == ()
    assert found.state_complete
    assert not found.diagnostics


def test_files_of_the_repository_are_read(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more/default.nix").write_text('{ clan.core.state.docs.folders = [ "/more" ]; }')
    (tmp_path / "base.nix").write_text("{ ... }: { imports = [ ./more ./more/default.nix ]; }")
    found = module(tmp_path, "./base.nix")
    assert found.state["docs"].folders == ("/more",) * 2  # as for NixOS: a folder and its default.nix have different keys
    assert found.state["docs"].folder_places["/more"].file == "more/default.nix"


def test_a_file_imported_twice_counts_once(tmp_path: Path) -> None:
    (tmp_path / "base.nix").write_text('{ clan.core.state.docs.folders = [ "/base" ]; }')
    found = module(tmp_path, "{ imports = [ ./base.nix { imports = [ ./base.nix ]; } ]; }")
    assert found.state["docs"].folders == ("/base",)


def test_lists_come_in_the_order_of_nixos(tmp_path: Path) -> None:
    """Modules are read level by level and merged in reverse (case order_tmpfiles)."""
    text = """{ imports = [
      { imports = [ { systemd.tmpfiles.rules = [ "nested1" ]; } { systemd.tmpfiles.rules = [ "nested2" ]; } ];
        systemd.tmpfiles.rules = [ "one-a" "one-b" ]; }
      { systemd.tmpfiles.rules = [ "two" ]; }
    ]; systemd.tmpfiles.rules = [ "own" ]; }"""
    assert module(tmp_path, text).tmpfiles == ("nested2", "nested1", "two", "one-a", "one-b", "own")


def test_priorities_and_order_count(tmp_path: Path) -> None:
    text = """{ lib, ... }: { imports = [
      { clan.core.state.forced.folders = lib.mkForce [ "/forced" ]; clan.core.state.ordered.folders = lib.mkAfter [ "/last" ]; }
      { clan.core.state.forced.folders = [ "/weak" ]; clan.core.state.ordered.folders = [ "/middle" ]; }
      { clan.core.state.ordered.folders = lib.mkBefore [ "/first" ];
        clan.core.state.kept.folders = lib.mkDefault [ "/default" ]; }
    ]; }"""
    found = module(tmp_path, text).state
    assert {name: entry.folders for name, entry in found.items()} == {
        "forced": ("/forced",),
        "kept": ("/default",),
        "ordered": ("/first", "/middle", "/last"),
    }


def test_scripts_join_as_lines(tmp_path: Path) -> None:
    text = """{ imports = [ { clan.core.state.db.preBackupScript = "second"; } ]; clan.core.state.db.preBackupScript = "first";
      clan.core.state.db.postBackupScript = null; }"""
    assert module(tmp_path, text).state["db"].hooks == {"preBackupScript": "first\nsecond"}


def test_inside_a_state_definitions_come_in_the_order_of_the_modules(tmp_path: Path) -> None:
    """A state is a submodule: NixOS merges its definitions in reverse once more. The same holds for a user."""
    text = """{ imports = [
      { clan.core.state.x.folders = [ "/n1" ]; users.users.root.openssh.authorizedKeys.keys = [ "n1" ]; }
      { clan.core.state.x.folders = [ "/n2" ]; users.users.root.openssh.authorizedKeys.keys = [ "n2" ]; }
    ]; clan.core.state.x.folders = [ "/own" ]; users.users.root.openssh.authorizedKeys.keys = [ "own" ]; }"""
    found = module(tmp_path, text)
    assert found.state["x"].folders == ("/own", "/n1", "/n2")
    assert found.root_keys == ("own", "n1", "n2")


def test_the_host_name_is_that_of_the_machine(tmp_path: Path) -> None:
    text = '{ config, ... }: { clan.core.state.x.folders = [ "/${config.networking.hostName}" ]; }'
    found = module(tmp_path, text)
    assert found.state["x"].folders == ("/a",)
    assert found.host_name is None


def test_the_host_name_that_the_modules_set(tmp_path: Path) -> None:
    text = """{ config, ... }: { networking.hostName = "other"; clan.core.state.x.folders =
      [ "/${config.networking.hostName}/${config.clan.core.settings.machine.name}" ]; }"""
    found = module(tmp_path, text)
    assert found.state["x"].folders == ("/other/a",)
    assert found.host_name == "other"


def test_what_only_nixos_knows_is_unknown(tmp_path: Path) -> None:
    text = """{ config, pkgs, ... }: { clan.core.state.x = { folders = [ "/known" config.services.x.dataDir ];
      preBackupScript = "${pkgs.x}/bin/dump"; postBackupScript = "true"; };
      systemd.tmpfiles.rules = [ "d ${config.x}" "known" ]; }"""
    found = module(tmp_path, text)
    entry = found.state["x"]
    assert entry.folders == ("/known",)
    assert [each.text for each in entry.unknown_folders] == ["config.services.x.dataDir"]
    assert entry.hooks["preBackupScript"].text == '"${pkgs.x}/bin/dump"'  # type: ignore[union-attr]
    assert entry.hooks["postBackupScript"] == "true"
    assert found.tmpfiles == ("known",)
    assert [each.text for each in found.unknown_tmpfiles] == ['"d ${config.x}"']
    assert found.state_complete


def test_what_depends_on_an_unknown_condition_is_never_known(tmp_path: Path) -> None:
    text = """{ config, lib, ... }: {
      imports = [ { config = lib.mkIf config.services.x.enable { clan.core.state.maybe.folders = [ "/maybe" ]; }; } ];
      clan.core.state.sure.folders = lib.mkMerge [ [ "/sure" ] (lib.mkIf config.y [ "/perhaps" ]) ];
    }"""
    found = module(tmp_path, text)
    assert not found.state_complete
    assert found.state["maybe"].folders == ()
    assert [each.text for each in found.state["maybe"].unknown_folders] == ['"/maybe"']
    assert "config.services.x.enable" in found.state["maybe"].unknown_folders[0].reason
    assert found.state["sure"].folders == ("/sure",)
    assert [each.text for each in found.state["sure"].unknown_folders] == ['"/perhaps"']


def test_a_forced_value_that_only_may_hold_leaves_nothing_certain(tmp_path: Path) -> None:
    text = """{ config, lib, ... }: { clan.core.state.x.folders = lib.mkMerge
      [ [ "/usual" ] (lib.mkIf config.y (lib.mkForce [ "/forced" ])) ]; }"""
    found = module(tmp_path, text)
    assert found.state["x"].folders == ()
    assert {each.text for each in found.state["x"].unknown_folders} == {'"/usual"', '"/forced"'}


@pytest.mark.parametrize(
    "text",
    [
        "{ inputs, ... }: { imports = [ inputs.x.nixosModules.y ]; }",
        '{ imports = [ (throw "no") ]; }',
        "{ lib, config, ... }: { imports = lib.optional config.x ./y.nix; }",
        "{ clan = builtins.fetchGit { }; }",
        "{ pkgs, ... }: { clan.core.state = pkgs.callPackage ./x.nix { }; }",
    ],
)
def test_modules_that_only_nix_can_read_may_declare_more(tmp_path: Path, text: str) -> None:
    found = module(tmp_path, text)
    assert not found.state_complete
    assert not found.diagnostics


def test_the_modules_of_nixos_itself_declare_no_state(tmp_path: Path) -> None:
    text = """{ modulesPath, ... }: { imports = [ (modulesPath + "/x.nix") "${modulesPath}/y.nix" ]; }"""
    assert module(tmp_path, text).state_complete


def test_nothing_else_is_forced(tmp_path: Path) -> None:
    text = """{ lib, ... }: { services = throw "1"; systemd.services = throw "2"; networking.firewall = throw "3";
      environment.systemPackages = [ (throw "4") ]; clan.core.networking = throw "5"; clan.core.state.x.folders = [ "/x" ]; }"""
    found = module(tmp_path, text)
    assert found.state["x"].folders == ("/x",)
    assert found.state_complete


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ('{ clan.core.state.docs.folders = "/x"; }', "CB202", (2, 34)),
        ('{ clan.core.state.docs.folders = [ "/x" 5 ]; }', "CB202", (2, 41)),
        ("{ clan.core.state.docs.folders = [ ./x ]; }", "CB202", (2, 36)),
        ("{ clan.core.state.docs.preBackupScript = 3; }", "CB202", (2, 42)),
        ("{ clan.core.state.docs = [ ]; }", "CB202", (2, 26)),
        ("{ clan.core.state = true; }", "CB202", (2, 21)),
        ('{ clan.core.state."my docs".folders = [ ]; }', "CB240", (2, 19)),
        ('{ clan.core.state.docs.preBackupCommand = "x"; }', "CB208", (2, 24)),
        ('{ clan.core.state.docs.folder = [ "/x" ]; }', "CB241", (2, 24)),
        ('{ systemd.tmpfiles.rules = "d /x"; }', "CB202", (2, 28)),
    ],
)
def test_mistakes_are_found_at_their_place(tmp_path: Path, text: str, code: str, place: tuple[int, int]) -> None:
    found = module(tmp_path, text).diagnostics
    assert [(each.code, each.span and (each.span.line, each.span.column)) for each in found] == [(code, place)]
    assert all(each.help for each in found if code != "CB202")


def test_options_of_others_are_no_mistakes(tmp_path: Path) -> None:
    found = module(tmp_path, '{ clan.core.state.docs = { folders = [ ]; stopOnRestore = [ "x" ]; }; }')
    assert not found.diagnostics


@pytest.mark.parametrize(
    ("text", "underlined", "meant"),
    [
        ('{ clan.core.sate."my-documents".folders = [ "/x" ]; }', "sate", "state"),
        ('{ ... }: { clan = { core = { states.docs.folders = [ "/x" ]; }; }; }', "states", "state"),
        ('{ lib, ... }: { clan.core = lib.mkIf true { stat.docs.folders = [ "/x" ]; }; }', "stat", "state"),
        ('{ config.clan.cor.state.docs.folders = [ "/x" ]; }', "cor", "core"),
        ('{ clan.state.docs.folders = [ "/x" ]; }', "state", "core.state"),
        ('{ clna.core.state.docs.folders = [ "/x" ]; }', "clna", "clan"),
    ],
)
def test_misspelt_names_around_state_are_told(tmp_path: Path, text: str, underlined: str, meant: str) -> None:
    (found,) = module(tmp_path, text).diagnostics
    assert (found.code, found.severity.value, found.help) == ("CB242", "warning", f"did you mean `{meant}`?")
    assert found.span is not None
    assert found.span.text == underlined


@pytest.mark.parametrize(
    "text",
    [
        "{ clan.core.vars.generators = { }; clan.core.settings.directory = ./.; clan.core.networking.targetHost = null; }",
        "{ clan.core.postgresql.enable = true; clan.core.deployment.requireExplicitUpdate = true; }",
        "{ clan.gitea.enable = true; clan.core.wallpaper = 1; plant.core = { }; lan = { }; }",
        "{ clam.port = 3310; }",
        "{ pkgs, ... }: { clan.core = pkgs.x; }",
    ],
)
def test_names_that_are_right_or_of_others_are_not(tmp_path: Path, text: str) -> None:
    assert not module(tmp_path, text).diagnostics


def test_endless_modules_end(tmp_path: Path) -> None:
    text = "let m = { imports = [ m ]; }; in { lib, ... }: { imports = [ m ]; clan = let x = lib.mkMerge [ x ]; in x; }"
    assert not module(tmp_path, text).state_complete


def test_places(tmp_path: Path) -> None:
    found = module(tmp_path, '{ clan.core.state.docs.folders = [ "/x" ]; systemd.tmpfiles.rules = [ "r" ]; }')
    assert [(p.line, p.column) for p in found.places["state.docs"]] == [(2, 19)]
    assert [(p.line, p.column) for p in found.places["state.docs.folders"]] == [(2, 34)]
    assert [(p.line, p.column) for p in found.places["tmpfiles"]] == [(2, 69)]
    assert found.state["docs"].folder_places["/x"].column == 36


def test_root_keys(tmp_path: Path) -> None:
    text = '{ config, ... }: { users.users.root.openssh.authorizedKeys.keys = [ "ssh-ed25519 A" config.x ]; }'
    assert module(tmp_path, text).root_keys == ("ssh-ed25519 A",)

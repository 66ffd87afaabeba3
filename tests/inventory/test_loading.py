"""Where a clan is and how its modules come together."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from clanback import inventory
from tests.inventory.clans import clan, lay_out, resolve_at, resolved, text

if TYPE_CHECKING:
    from pathlib import Path

SMALL = '{ meta.name = "small"; inventory.machines.a = { }; }'


def test_a_file_is_that_file_and_its_folder_is_the_clans(tmp_path: Path) -> None:
    lay_out(tmp_path, None, {"other.nix": SMALL})
    assert resolve_at(tmp_path / "other.nix").it.meta.name == "small"


def test_of_a_folder_it_is_the_clan_nix() -> None:
    found = resolved(SMALL)
    assert found.it.meta.name == "small"


def test_without_a_path_it_is_the_folder_around_the_current_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay_out(tmp_path, SMALL, {"deep/down/x": ""})
    monkeypatch.chdir(tmp_path / "deep" / "down")
    assert inventory.load().root == os.path.realpath(tmp_path)


@pytest.mark.parametrize("path", ["nowhere", "", "empty"])
def test_where_no_clan_is_an_error_says_so(path: str) -> None:
    found = resolved(None, {"empty/x": ""}, path=path)
    assert [d.code for d in found.found] == ["CB200"]


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "clan.nix")
    assert [d.code for d in resolve_at(tmp_path / "clan.nix").found] == ["CB222"]


def test_a_syntax_error_is_told_as_such() -> None:
    assert resolved("{ meta.name = ; }").found[0].code.startswith("CB0")


def test_the_clan_may_be_a_function_of_what_clan_core_gives() -> None:
    found = resolved('{ lib, self, inputs, config, ... }: { meta.name = "f"; inventory.machines = config.flake.machines; }')
    assert "CB206" in found.codes, "what config does not have is unknown, and machines must be known"
    plain = resolved('args: { meta.name = "f"; inventory.machines.a = { }; }')
    assert plain.codes == []


def test_config_is_the_merged_clan() -> None:
    found = resolved(
        """{ config, ... }: {
             meta.name = "x";
             inventory.machines = { a = { }; b.tags = [ config.meta.name ]; };
             inventory.instances.borgbackup.roles.client.machines =
               builtins.mapAttrs (name: machine: { settings.startAt = machine.name; }) config.inventory.machines;
             machines.a = { };
             inventory.tags.named = builtins.attrNames config.machines;
           }"""
    )
    assert found.codes == []
    assert found.settings("borgbackup", "client", "b")["startAt"] == "b"
    assert found.it.machines["b"].tags == ("x", "all", "nixos")
    assert found.it.tags["named"] == ("a",)


def test_what_modules_exist_must_not_depend_on_what_they_define() -> None:
    found = resolved('{ config, ... }: { imports = if config.meta.name == "x" then [ ] else [ ]; meta.name = "x"; }')
    assert "CB191" in found.codes


def test_arguments_that_clan_core_does_not_give_are_unknown() -> None:
    found = resolved('{ pkgs, ... }: { meta.name = "x"; inventory.machines.a.tags = [ pkgs.hello ]; }')
    assert found.only().code == "CB206"


def test_the_folder_of_the_repository_is_known_as_self() -> None:
    files: dict[str, str | bytes] = {"name.txt": "from-file"}
    found = resolved('{ self, ... }: { meta.name = builtins.readFile (self + "/name.txt"); }', files)
    assert found.it.meta.name == "from-file"


def test_imports_may_be_paths_functions_and_sets() -> None:
    files: dict[str, str | bytes] = {
        "one.nix": "{ inventory.machines.one = { }; imports = [ ./deep/two.nix ]; }",
        "deep/two.nix": "{ lib, ... }: { inventory.machines.two = { }; imports = [ ../one.nix ]; }",
        "folder/default.nix": "{ inventory.machines.three = { }; }",
    }
    found = resolved('{ meta.name = "x"; imports = [ ./one.nix ./folder ({ config, ... }: { machines.four = { }; }) ]; }', files)
    assert found.codes == []
    assert list(found.it.machines) == ["four", "one", "three", "two"]


def test_a_file_imported_twice_counts_once() -> None:
    files: dict[str, str | bytes] = {"one.nix": '{ inventory.machines.a.tags = [ "t" ]; }'}
    found = resolved('{ meta.name = "x"; imports = [ ./one.nix { imports = [ ./one.nix ]; } ]; }', files)
    assert found.it.machines["a"].tags == ("t", "all", "nixos")


def test_a_module_with_a_key_counts_once_and_can_be_disabled() -> None:
    module = '{ key = "k"; inventory.machines.a = { }; }'
    found = resolved(f'{{ meta.name = "x"; imports = [ {module} {module} ]; disabledModules = [ "k" ]; }}')
    assert list(found.it.machines) == []


def test_a_module_may_be_written_out_with_config() -> None:
    found = resolved('{ _file = "x"; config = { meta.name = "x"; inventory.machines.a = { }; }; }')
    assert list(found.it.machines) == ["a"]


def test_an_unknown_module_is_a_warning_and_the_rest_is_there() -> None:
    found = resolved(
        '{ inputs, ... }: { meta.name = "x"; imports = [ inputs.other.clanModules.y ]; inventory.machines.a = { }; }'
    )
    warning = found.only()
    assert (warning.code, warning.severity.value, text(warning)) == ("CB220", "warning", "inputs.other.clanModules.y")
    assert list(found.it.machines) == ["a"]


def test_what_is_no_module_is_an_error() -> None:
    assert text(resolved('{ meta.name = "x"; imports = [ 5 ]; }').only()) == "5"


def test_a_module_that_fails_does_not_hide_the_others() -> None:
    files: dict[str, str | bytes] = {"bad.nix": "{ inventory.machines = ; }"}
    found = resolved('{ meta.name = "x"; imports = [ ./bad.nix ./gone.nix { inventory.machines.a = { }; } ]; }', files)
    assert [code[:3] for code in found.codes] == ["CB0", "CB1"]
    assert list(found.it.machines) == ["a"]


def test_nothing_outside_the_folder_is_read(tmp_path: Path) -> None:
    lay_out(
        tmp_path,
        None,
        {"secret.nix": "{ inventory.machines.a = { }; }", "clan/clan.nix": '{ meta.name = "x"; imports = [ ../secret.nix ]; }'},
    )
    assert resolve_at(tmp_path / "clan").codes == ["CB131"]
    assert inventory.load(tmp_path / "clan", allow_outside=True).diagnostics == ()


def test_a_flake_that_calls_clan_itself() -> None:
    flake = """{
      inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
      outputs = { self, clan-core, nixpkgs, ... }:
        let clan = clan-core.lib.clan { inherit self; imports = [ ./clan.nix ]; specialArgs = { inherit nixpkgs; }; };
        in { inherit (clan.config) nixosConfigurations; devShells = throw "never forced"; };
    }"""
    found = resolved(SMALL, {"flake.nix": flake})
    assert found.codes == []
    assert found.it.meta.name == "small"


def test_a_flake_without_a_clan_leaves_it_to_the_clan_nix() -> None:
    assert resolved(SMALL, {"flake.nix": "{ outputs = x: { }; }"}).it.meta.name == "small"


def test_a_flake_that_only_mentions_the_function_leaves_it_to_the_clan_nix() -> None:
    flake = "{ outputs = { clan-core, ... }: { /* clan-core.lib.clan */ x = 1; }; }"
    assert resolved(SMALL, {"flake.nix": flake}).it.meta.name == "small"


def test_a_flake_alone_that_makes_no_clan_is_an_error() -> None:
    assert [d.code for d in resolved(None, {"flake.nix": "{ outputs = x: { }; }"}).found] == ["CB200"]


def test_the_unknown_key_is_an_error_at_every_level() -> None:
    found = clan(
        """metas = { };
           inventory.machine = { };
           inventory.machines.a.deploy.targetHosts = "x";
           inventory.machines.a.tgas = [ ];
           meta.domian = "x";"""
    )
    assert [(text(d), d.help) for d in sorted(found.found, key=lambda d: d.span.start if d.span else 0)] == [
        ("metas", "did you mean `meta`?"),
        ("machine", "did you mean `machines`?"),
        ("targetHosts", "did you mean `targetHost`?"),
        ("tgas", "did you mean `tags`?"),
        ("domian", "did you mean `domain`?"),
    ]


def test_what_clan_core_knows_and_we_do_not_need_is_never_forced() -> None:
    never = " ".join(
        f'{name} = abort "{name}";'
        for name in ("specialArgs", "directory", "self", "templates", "pkgsForSystem", "outputs", "secrets", "checks", "exports")
    )
    found = clan(f'{never} modules.x = abort "x"; inventory.modules.y = abort "y"; vars = abort "v"; machines.a.x = abort "a";')
    assert found.codes == []


def test_removed_services_say_what_to_use() -> None:
    removed = clan("inventory.services.borgbackup.x = { };").only()
    assert removed.code == "CB207"
    assert "inventory.instances" in (removed.help or "")


def test_modules_that_import_themselves_without_end_stop() -> None:
    assert "CB192" in resolved('let m = { meta.name = "x"; imports = [ m ]; }; in m').codes


def test_endless_recursion_and_endless_calls_are_errors() -> None:
    assert "CB191" in resolved("let x = x; in { meta.name = x; }").codes
    assert "CB190" in resolved("let f = n: 1 + f (n + 1); in { meta.name = f 0; }").codes


@pytest.mark.parametrize(
    "text",
    [
        "5",
        "x: 5",
        "[ ]",
        "{ pkgs, ... }: { meta.name = pkgs.name; }",
        "{ meta.name = let x = x; in x; }",
        '{ meta.name = throw "no"; }',
        "{ meta = 5; }",
        "{ inventory.meta.name = 5; }",
        '{ meta.name = "x"; inventory = 5; }',
        '{ meta.name = "x"; inventory.instances = [ ]; }',
        '{ meta.name = "x"; inventory.machines.a = 5; }',
        '{ meta.name = "x"; imports = 5; }',
        '{ meta.name = "x"; imports = [ ./nope.nix ]; }',
        '{ meta.name = "x"; imports = [ /etc/passwd ]; }',
        '{ meta.name = "x"; imports = map (n: ./. + "/${n}") [ "nope.nix" ]; }',
        '{ meta.name = "x"; inventory = import ./nope.nix; }',
        '{ meta.name = "x"; inventory.tags.t = builtins.readFile ./nope; }',
        '{ meta.name = "x"; inventory.instances.borgbackup.roles.client.settings = throw "no"; }',
    ],
)
def test_one_mistake_is_one_error_with_a_place(text: str) -> None:
    found = resolved(text)
    assert len(found.errors) == 1, [d.message for d in found.errors]
    assert found.errors[0].span is not None


def test_an_error_in_a_function_of_another_file_tells_who_called_it() -> None:
    """The place of the error, and the call that led there: no more."""
    files = {
        "mk.nix": '{ lib }:\nlet address = host:\n  "root@" + host.ip;\nin { machine = host: {\n  tags = [ (address host) ]; }; }'
    }
    found = resolved(
        """{ lib, ... }: { meta.name = "t";
  inventory.machines = lib.mapAttrs (_: (import ./mk.nix { inherit lib; }).machine) { a.ip = 1; }; }""",
        files,
    )
    problem = next(d for d in found.errors if d.code == "CB115")
    assert problem.span is not None
    assert (problem.span.source.name, problem.span.line) == ("mk.nix", 3)
    assert [(label.span.source.name, label.span.line) for label in problem.labels] == [("mk.nix", 5)]
    assert len(problem.labels) <= 2


@pytest.mark.parametrize(("name", "severity"), [("namespace", "warning"), ("inventroy", "error"), ("instances", "error")])
def test_a_module_that_only_nix_can_read_may_declare_further_options(name: str, severity: str) -> None:
    unread, unknown = resolved(
        f'{{ inputs, ... }}: {{ meta.name = "x"; imports = [ inputs.other.clanModule ]; {name}.a = {{ }}; }}'
    ).found
    assert (unread.code, unknown.code, unknown.severity.value) == ("CB220", "CB201", severity)

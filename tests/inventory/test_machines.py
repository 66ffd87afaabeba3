"""Machines from all four places, and what they may say."""

from __future__ import annotations

import json

import pytest

from tests.inventory.clans import resolved, text


def test_machines_come_from_four_places() -> None:
    files: dict[str, str | bytes] = {
        "machines/folder/configuration.nix": "{ }",
        "machines/README.md": "not a machine",
        "inventory.json": json.dumps({"machines": {"stored": {"tags": ["x"]}}}),
    }
    found = resolved('{ meta.name = "x"; inventory.machines.listed = { }; machines.configured = { }; }', files)
    assert list(found.it.machines) == ["configured", "folder", "listed", "stored"]
    assert found.it.machines["stored"].tags == ("x", "all", "nixos")
    assert found.codes == []


def test_everything_a_machine_may_say() -> None:
    found = resolved(
        """{ meta.name = "x"; inventory.machines.a = {
               name = "a"; description = "first"; icon = null; tags = [ "t" ]; machineClass = "darwin"; installedAt = 1700000000;
               deploy = { targetHost = "root@10.0.0.1"; buildHost = "b"; forwardAgent = true; };
             }; }"""
    )
    machine = found.it.machines["a"]
    assert found.codes == []
    assert (machine.machine_class, machine.target_host, machine.build_host, machine.description) == (
        "darwin",
        "root@10.0.0.1",
        "b",
        "first",
    )


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ('tags = "t";', "a list of strings"),
        ('machineClass = "linux";', 'one of "nixos", "darwin"'),
        ('installedAt = "x";', "null or an integer"),
        ("deploy.targetHost = 5;", "null or a string"),
        ('deploy = "root@x";', "an attribute set"),
    ],
)
def test_wrong_types_say_what_was_expected(wrong: str, expected: str) -> None:
    found = resolved(f'{{ meta.name = "x"; inventory.machines.a = {{ {wrong} }}; }}')
    assert found.only().code == "CB202"
    assert expected in found.only().message


@pytest.mark.parametrize("name", ["my host", "-a", "a-", "a.b", "a" * 64, "ä"])
def test_a_machine_has_the_name_of_a_host(name: str) -> None:
    found = resolved(f'{{ meta.name = "x"; inventory.machines."{name}" = {{ }}; }}')
    assert (found.only().code, text(found.only())) == ("CB213", f'"{name}"')


def test_definitions_of_a_machine_merge() -> None:
    found = resolved(
        """{ meta.name = "x"; inventory.machines.a = { tags = [ "t" ]; deploy.targetHost = "h"; };
             imports = [
               { inventory.machines.a = { config, name, ... }: { tags = [ name "t" ]; description = config.name; }; }
             ]; }"""
    )
    machine = found.it.machines["a"]
    assert found.codes == []
    assert set(machine.tags) == {"t", "a", "all", "nixos"}
    assert (machine.target_host, machine.description) == ("h", "a")


def test_two_target_hosts_conflict() -> None:
    found = resolved(
        """{ meta.name = "x"; inventory.machines.a.deploy.targetHost = "h";
             imports = [ { inventory.machines.a.deploy.targetHost = "i"; } ]; }"""
    )
    assert found.only().code == "CB203"


def test_the_places_of_a_machine_are_known() -> None:
    found = resolved('{ meta.name = "x";\n  inventory.machines.a.deploy.targetHost = "h"; }')
    assert [(p.file, p.line, p.column) for p in found.it.places["machines.a.deploy.targetHost"]] == [("clan.nix", 2, 44)]
    assert found.it.machines["a"].place is not None


def test_the_files_of_a_machines_folder_are_imported() -> None:
    files: dict[str, str | bytes] = {
        "machines/a/configuration.nix": '{ clan.core.state.one.folders = [ "/one" ]; }',
        "machines/a/hardware-configuration.nix": '{ clan.core.state.two.folders = [ "/two" ]; }',
        "machines/a/other.nix": '{ clan.core.state.three.folders = [ "/three" ]; }',
    }
    found = resolved('{ meta.name = "x"; machines.a.clan.core.state.zero.folders = [ "/zero" ]; }', files)
    assert sorted(found.it.machines["a"].state) == ["one", "two", "zero"]


def test_what_backups_do_not_need_may_be_unknown_or_fail() -> None:
    found = resolved(
        """{ inputs, ... }: { meta.name = "x"; inventory.machines.a = {
               description = inputs.x.description; icon = throw "no";
               deploy = { targetHost = inputs.x.host; buildHost = throw "no"; };
             }; }"""
    )
    assert [(d.code, d.severity.value, text(d)) for d in found.found] == [("CB225", "info", "inputs.x.host")]
    assert (found.it.machines["a"].target_host, found.it.machines["a"].description) == (None, None)


def test_names_of_machines_must_be_known() -> None:
    found = resolved('{ inputs, ... }: { meta.name = "x"; inventory.machines = inputs.other.machines; }')
    assert found.only().code == "CB206"


def _folders(definitions: str) -> tuple[list[str], bool, list[str]]:
    """Where the state of machine `a` lies after definitions of `machines.a`, each in a module of its own."""
    imports = " ".join(f"{{ machines.a = {one}; }}" for one in definitions.split(";;"))
    head = 'config, lib, inputs, ... }: { meta.name = "x"; specialArgs.off = false;'
    found = resolved(f"{{ {head} imports = [ {imports} ]; }}")
    machine = found.it.machines["a"]
    return sorted(folder for state in machine.state.values() for folder in state.folders), machine.state_complete, found.codes


def _state(name: str) -> str:
    return f'{{ clan.core.state.{name}.folders = [ "/{name}" ]; }}'


ONE, TWO = _state("one"), _state("two")


@pytest.mark.parametrize(
    ("definitions", "expected"),
    [
        (f"{ONE};;{TWO}", ["/one", "/two"]),
        (f"{ONE};;lib.mkForce {{ }}", []),
        (f"{ONE};;lib.mkForce {TWO}", ["/two"]),
        (f"{ONE};;lib.mkForce ({{ ... }}: {TWO})", ["/two"]),
        (f"{ONE};;(if true then lib.mkForce else lib.id) {TWO}", ["/two"]),
        (f"lib.mkDefault {ONE};;{TWO}", ["/two"]),
        (f"lib.mkDefault {ONE};;lib.mkDefault {TWO}", ["/one", "/two"]),
        (f"{ONE};;lib.mkIf config.specialArgs.off (lib.mkForce {TWO})", ["/one"]),
        (f"{ONE};;lib.mkIf (!config.specialArgs.off) (lib.mkForce {TWO})", ["/two"]),
        (f"lib.mkMerge [ {ONE} (lib.mkForce {TWO}) ]", ["/two"]),
        (f"lib.mkIf (inputs.x.y == 1) {ONE};;lib.mkForce {TWO}", ["/two"]),
    ],
)
def test_a_stronger_definition_of_a_machine_drops_the_others(definitions: str, expected: list[str]) -> None:
    assert _folders(definitions) == (expected, True, [])


def test_where_only_nix_knows_whether_the_stronger_one_counts_the_state_is_not_said_to_be_complete() -> None:
    _, complete, codes = _folders(f"{ONE};;lib.mkIf (inputs.x.y == 1) (lib.mkForce {TWO})")
    assert (complete, codes) == (False, [])


@pytest.mark.parametrize(
    ("said", "folders"),
    [
        ('lib.mkIf true { imports = [ { clan.core.state.s.folders = [ "/i" ]; } ]; }', ("/i",)),
        ('lib.mkDefault { imports = [ { clan.core.state.s.folders = [ "/i" ]; } ]; }', ("/i",)),
        ('lib.mkIf true (lib.mkForce { config.clan.core.state.s.folders = [ "/i" ]; })', ("/i",)),
        ('lib.mkForce (lib.mkIf true { clan.core.state.s.folders = [ "/i" ]; })', ("/i",)),
        ('lib.mkIf false { imports = [ { clan.core.state.s.folders = [ "/i" ]; } ]; }', None),
    ],
)
def test_properties_around_a_whole_module_are_those_of_its_definition(said: str, folders: tuple[str, ...] | None) -> None:
    found = resolved(f'{{ lib, ... }}: {{ meta.name = "x"; inventory.machines.a = {{ }}; machines.a = {said}; }}')
    state = found.it.machines["a"].state
    assert (state["s"].folders if "s" in state else None) == folders
    assert found.codes == []


def test_a_machine_of_which_everything_is_under_a_false_condition_is_not_there() -> None:
    found = resolved(
        """{ lib, ... }: { meta.name = "x"; machines.a = lib.mkIf false { }; machines.b = lib.mkIf true { };
             imports = [ { machines.c = lib.mkIf false { }; } { machines.c = { }; } ]; }"""
    )
    assert sorted(found.it.machines) == ["b", "c"]


def test_a_hook_that_is_null_and_a_text_is_a_conflict() -> None:
    found = resolved(
        """{ meta.name = "x"; machines.a.imports = [
          { clan.core.state.s = { folders = [ "/x" ]; preBackupScript = null; }; }
          { clan.core.state.s.preBackupScript = "stop"; }
        ]; }"""
    )
    assert found.only().code == "CB203"


def test_what_is_in_a_forced_option_has_priorities_of_its_own() -> None:
    found = resolved(
        """{ lib, ... }: { meta.name = "x"; machines.a.imports = [
          { clan.core.state = lib.mkForce { s.folders = lib.mkDefault [ "/weak" ]; }; }
          { clan.core.state = lib.mkForce { s.folders = [ "/strong" ]; }; }
          { clan.core.state.dropped.folders = [ "/d" ]; }
        ]; }"""
    )
    assert {name: entry.folders for name, entry in found.it.machines["a"].state.items()} == {"s": ("/strong",)}


def test_properties_the_wrong_way_round_in_a_machine_are_reported() -> None:
    found = resolved(
        """{ lib, ... }: { meta.name = "x"; machines.a.clan.core.state.s.folders = lib.mkForce (lib.mkIf true [ "/x" ]); }"""
    )
    assert found.only().code == "CB228"

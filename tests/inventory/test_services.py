"""Which service an instance is of: ours, clan-core's, somebody else's, or misspelt."""

from __future__ import annotations

from tests.inventory.clans import clan, resolved, text


def test_the_name_of_the_instance_is_the_service_unless_said_otherwise() -> None:
    found = clan('inventory.instances = { borgbackup.roles.client.machines.a = { }; night.module.name = "borgbackup"; };')
    assert found.it.instances["night"].service == "borgbackup"
    assert not found.it.instances["night"].opaque
    assert found.it.instances["borgbackup"].input is None


def test_clan_core_by_name_is_the_same_as_no_input() -> None:
    found = clan(
        'inventory.instances.x = { module = { name = "borgbackup"; input = "clan-core"; }; roles.client.machines.a = { }; };'
    )
    assert not found.it.instances["x"].opaque
    assert found.it.instances["x"].input is None


def test_clan_core_by_the_name_that_the_flake_gives_it() -> None:
    files = {"flake.nix": '{ inputs.cc.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz"; outputs = x: { }; }'}
    body = """{ meta.name = "x"; inventory.machines.a = { };
        inventory.instances.x = { module = { name = "borgbackup"; input = "cc"; }; roles.client.machines.a = { }; }; }"""
    assert not resolved(body, files).it.instances["x"].opaque


def test_a_service_of_another_flake_is_opaque_with_its_members() -> None:
    found = clan('inventory.instances.x = { module = { name = "borgbackupp"; input = "self"; }; roles.any.tags.t1 = { }; };')
    instance = found.it.instances["x"]
    assert (instance.opaque, instance.input) == (True, "self")
    assert dict(instance.roles["any"].members) == {"a": None, "b": None}
    assert [(d.code, d.severity.value) for d in found.found] == [("CB217", "info")]


def test_a_service_of_clan_core_that_is_not_ours_is_opaque_without_doubt() -> None:
    found = clan("inventory.instances.zerotier.roles.controller.machines.a = { };")
    assert found.it.instances["zerotier"].opaque
    assert found.codes == []


def test_a_misspelt_service_is_an_error() -> None:
    wrong = clan('inventory.instances.x = { module.name = "borgbackp"; roles.client.machines.a = { }; };').only()
    assert (wrong.code, text(wrong), wrong.help) == ("CB216", '"borgbackp"', "did you mean `borgbackup`?")


def test_a_misspelt_instance_is_an_error_at_its_name() -> None:
    wrong = clan("inventory.instances.borgbakup.roles.client.machines.a = { };").only()
    assert (wrong.code, text(wrong)) == ("CB216", "borgbakup")


def test_a_service_of_the_clan_itself_is_not_misspelt() -> None:
    found = clan("modules.borgbackp = { }; inventory.instances.borgbackp.roles.client.machines.a = { };")
    assert found.codes == []
    assert found.it.instances["borgbackp"].opaque


def test_the_settings_of_an_opaque_service_are_never_forced() -> None:
    found = clan(
        'inventory.instances.wifi.roles.default = { machines.a.settings = abort "no"; settings = { x = abort "no"; }; };'
    )
    assert found.codes == []
    assert found.members("wifi", "default") == ["a"]


def test_an_unknown_role_is_an_error_that_names_the_roles() -> None:
    wrong = clan("inventory.instances.borgbackup.roles.cliant.machines.a = { };").only()
    assert (wrong.code, text(wrong), wrong.help) == ("CB218", "cliant", "did you mean `client`?")
    assert "`client` and `server`" in wrong.message


def test_machines_of_a_role_are_a_set() -> None:
    wrong = clan('inventory.instances.borgbackup.roles.client.machines = [ "a" ];').only()
    assert (wrong.code, text(wrong)) == ("CB202", '[ "a" ]')


def test_unknown_attributes_of_instances_and_roles_are_errors() -> None:
    found = clan("inventory.instances.borgbackup = { role = { }; roles.client.machine.a = { }; };")
    assert [(d.code, d.help) for d in found.errors] == [("CB201", "did you mean `roles`?"), ("CB201", "did you mean `machines`?")]

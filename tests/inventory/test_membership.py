"""Roles: machines and tags that belong, and those that do not exist."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.inventory.clans import clan, text


def test_members_are_the_machines_named_and_those_of_the_tags() -> None:
    found = clan("inventory.instances.borgbackup.roles.client = { machines.srv = { }; tags.t2 = { }; };")
    assert found.members("borgbackup", "client") == ["b", "c", "srv"]


def test_a_list_of_tags_is_a_set_of_tags() -> None:
    found = clan('inventory.instances.borgbackup.roles.client.tags = [ "t1" "t2" ];')
    assert found.members("borgbackup", "client") == ["a", "b", "c"]
    assert found.codes == []


def test_lists_and_sets_of_tags_merge() -> None:
    found = clan(
        """inventory.instances.borgbackup.roles.client.tags = [ "t2" ];
           imports = [ { inventory.instances.borgbackup.roles.client.tags.t1.settings.startAt = "02:00"; } ];"""
    )
    assert found.members("borgbackup", "client") == ["a", "b", "c"]
    assert found.settings("borgbackup", "client", "a")["startAt"] == "02:00"


def test_a_tag_that_nobody_carries_is_a_warning_that_lists_the_tags() -> None:
    warning = clan('inventory.instances.borgbackup.roles.client.tags = [ "t1" "tt2" ];').only()
    assert (warning.code, warning.severity.value, text(warning)) == ("CB215", "warning", '"tt2"')
    assert warning.help == "did you mean `t2`?"
    assert warning.notes == ("tags are `all`, `darwin`, `nixos`, `t1`, `t2`",)


def test_a_declared_tag_without_machines_is_no_reason_to_warn() -> None:
    found = clan("inventory.tags.empty = [ ]; inventory.instances.borgbackup.roles.client.tags.empty = { };")
    assert found.codes == []
    assert found.members("borgbackup", "client") == []


def test_a_machine_that_does_not_exist_is_an_error_and_stays_a_member() -> None:
    found = clan("inventory.instances.borgbackup.roles.client.machines = { srw = { }; a = { }; };")
    error = found.only()
    assert (error.code, error.severity.value, text(error), error.help) == ("CB214", "error", "srw", "did you mean `srv`?")
    assert found.members("borgbackup", "client") == ["a", "srw"]


def test_for_a_service_that_is_left_to_clan_core_it_is_a_warning() -> None:
    found = clan('inventory.instances.zerotier.roles.controller.machines."__YOUR_CONTROLLER__" = { };')
    (warning,) = [d for d in found.found if d.code == "CB214"]
    assert (warning.severity.value, text(warning)) == ("warning", '"__YOUR_CONTROLLER__"')


def test_a_machine_is_no_tag() -> None:
    warning = clan('inventory.instances.borgbackup.roles.client.tags = [ "srv" ];').only()
    assert (warning.code, warning.help) == ("CB215", "`srv` is a machine: write `roles.client.machines.srv`")


def test_a_tag_is_no_machine() -> None:
    error = clan("inventory.instances.borgbackup.roles.client.machines.t1 = { };").only()
    assert (error.code, error.help) == ("CB214", "`t1` is a tag: write `roles.client.tags.t1`")


def test_names_that_resemble_none_are_to_be_declared() -> None:
    error = clan("inventory.instances.borgbackup.roles.client.machines.desktop = { };").only()
    assert error.help == "declare it under `inventory.machines`: `inventory.machines.desktop = { };`"
    warning = clan("inventory.instances.borgbackup.roles.client.tags.office = { };").only()
    assert warning.help == 'give a machine the tag: `inventory.machines.NAME.tags = [ "office" ];`'


def test_what_belongs_to_a_role_does_not_stand_in_the_instance() -> None:
    error = clan('inventory.instances.borgbackup = { settings.startAt = "02:00"; };').only()
    assert (error.code, error.help) == ("CB201", "settings belong to a role: `roles.ROLE.settings`")
    role = clan("inventory.instances.borgbackup.roles.machines.a = { };")
    help_lines = [found.help for found in role.found if found.code == "CB218"]
    assert help_lines == ["name the role first: `roles.ROLE.machines`, where ROLE is `client` or `server`"]


def test_a_setting_beside_the_settings() -> None:
    error = clan('inventory.instances.borgbackup.roles.client.startAt = "02:00";').only()
    assert (error.code, error.help) == (
        "CB201",
        "a setting of the service is written `settings.startAt`; anything else cannot stand here",
    )


def test_tags_must_be_strings() -> None:
    assert clan("inventory.instances.borgbackup.roles.client.tags = [ 5 ];").codes == ["CB202"]


@settings(max_examples=25)
@given(
    st.sets(st.sampled_from(["a", "b", "c", "srv"])),
    st.sets(st.sampled_from(["t1", "t2", "all", "nixos", "darwin"])),
)
def test_resolution_never_invents_a_member(machines: set[str], tags: set[str]) -> None:
    names = " ".join(f"{name} = {{ }};" for name in sorted(machines))
    carried = " ".join(f"{name} = {{ }};" for name in sorted(tags))
    found = clan(f"inventory.instances.borgbackup.roles.client = {{ machines = {{ {names} }}; tags = {{ {carried} }}; }};")
    by_hand = {
        "t1": {"a", "b"},
        "t2": {"b", "c"},
        "all": {"a", "b", "c", "srv"},
        "nixos": {"a", "b", "c", "srv"},
        "darwin": set(),
    }
    assert set(found.members("borgbackup", "client")) == machines.union(*(by_hand[tag] for tag in tags))

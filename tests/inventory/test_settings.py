"""Settings of a member: one merge of the role's, the machine's and those of its tags."""

from __future__ import annotations

import pytest

from tests.inventory.clans import clan, place, text

ROLE = "inventory.instances.borgbackup.roles.client"


def test_settings_are_complete_with_defaults() -> None:
    found = clan(f"{ROLE}.machines.a = {{ }};")
    assert found.settings("borgbackup", "client", "a") == {"startAt": "01:00", "exclude": [], "destinations": {}}


def test_lists_join_tags_in_reverse_order_then_machine_then_role() -> None:
    found = clan(
        f"""{ROLE} = {{
          tags.t1.settings.exclude = [ "t1" ]; tags.t2.settings.exclude = [ "t2" ]; tags.all.settings.exclude = [ "all" ];
          machines.b.settings.exclude = [ "machine" ]; settings.exclude = [ "role" ];
        }};"""
    )
    assert found.settings("borgbackup", "client", "b")["exclude"] == ["t2", "t1", "all", "machine", "role"]
    assert found.settings("borgbackup", "client", "a")["exclude"] == ["t1", "all", "role"]
    assert found.settings("borgbackup", "client", "srv")["exclude"] == ["all", "role"]


def test_a_tag_counts_also_for_a_machine_that_is_named() -> None:
    found = clan(f'{ROLE} = {{ machines.a = {{ }}; tags.t1.settings.startAt = "02:00"; }};')
    assert found.settings("borgbackup", "client", "a")["startAt"] == "02:00"


def test_a_machine_may_override_the_role_only_by_force() -> None:
    forced = 'lib = { mkForce = content: { _type = "override"; priority = 50; inherit content; }; };'
    found = clan(
        f"""{ROLE} = let {forced} in {{ machines.a.settings.startAt = lib.mkForce "02:00"; machines.b = {{ }};
              settings.startAt = "03:00"; }};"""
    )
    assert found.settings("borgbackup", "client", "a")["startAt"] == "02:00"
    assert found.settings("borgbackup", "client", "b")["startAt"] == "03:00"
    assert found.codes == []


def test_different_values_conflict_at_the_machine_and_name_the_role() -> None:
    conflict = clan(f'{ROLE} = {{ machines.a.settings.startAt = "02:00"; settings.startAt = "03:00"; }};').only()
    assert (conflict.code, text(conflict)) == ("CB203", '"02:00"')
    assert [label.span.text for label in conflict.labels] == ['"03:00"']


def test_a_mistake_of_the_role_is_reported_once_for_all_members() -> None:
    assert clan(f"{ROLE} = {{ tags.all = {{ }}; settings.startAt = 5; machines.a.settings.exclude = [ 1 ]; }};").codes == [
        "CB202",
        "CB202",
    ]


def test_several_errors_are_found_in_one_run() -> None:
    found = clan(
        f"""{ROLE} = {{ machines.a.settings = {{ startAt = 5; exclud = [ ]; }}; machines.gost = {{ }}; }};
            inventory.instances.borgbackup.roles.serwer.machines.srv = {{ }};
            inventory.machines.a.tag = [ ];
            foo = 1;"""
    )
    assert sorted(found.codes) == ["CB201", "CB201", "CB201", "CB202", "CB214", "CB218"]


@pytest.mark.parametrize("wrong", ["[ ]", '"x"', "x: x", "null"])
def test_settings_are_an_attribute_set(wrong: str) -> None:
    assert clan(f"{ROLE}.machines.a.settings = {wrong};").codes == ["CB202"]


def test_settings_import_nothing() -> None:
    found = clan(f'{ROLE}.machines.a.settings = {{ imports = [ ]; startAt = "x"; }};')
    assert "CB219" in found.codes


def test_settings_are_defined_once_over_all_modules() -> None:
    found = clan(
        f'{ROLE} = {{ machines.a = {{ }}; settings.startAt = "1"; }};\nimports = [ {{ {ROLE}.settings.exclude = [ ]; }} ];'
    )
    twice = found.only()
    assert twice.code == "CB204"
    assert place(twice)[0] == 3
    assert found.settings("borgbackup", "client", "a")["startAt"] == "1"


def test_a_required_value_is_missed_at_the_name_that_lacks_it() -> None:
    missing = clan(f'{ROLE}.machines.a.settings.destinations.box.rsh = "ssh";').only()
    assert (missing.code, text(missing)) == ("CB205", "box")


def test_a_destination_may_be_said_on_several_levels() -> None:
    found = clan(f'{ROLE} = {{ settings.destinations.box.repo = "r"; machines.a.settings.destinations.box.rsh = "ssh"; }};')
    assert found.settings("borgbackup", "client", "a")["destinations"] == {"box": {"name": "box", "repo": "r", "rsh": "ssh"}}


def test_every_setting_knows_where_it_was_written() -> None:
    found = clan(f'{ROLE} = {{ tags.t1.settings.exclude = [ "x" ]; settings.exclude = [ "y" ]; }};')
    places = found.it.places["instances.borgbackup.roles.client.a.exclude"]
    assert [(p.file, p.line) for p in places] == [("clan.nix", 2), ("clan.nix", 2)]
    assert places[0].column < places[1].column


def test_unknown_values_are_errors_where_they_matter_only() -> None:
    found = clan(
        f"""imports = [
              ({{ pkgs, ... }}: {{ {ROLE}.machines.a.settings.startAt = pkgs.x; {ROLE}.extraModules = [ pkgs.y ]; }})
            ];"""
    )
    unknown = found.errors
    assert [d.code for d in unknown] == ["CB206"]
    assert "pkgs.x" in unknown[0].message

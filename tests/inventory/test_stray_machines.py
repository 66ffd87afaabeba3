"""Machines that a slip in a name has made, and those that are meant."""

from __future__ import annotations

import pytest

from clanback.inventory.stray_machines import nearest
from tests.inventory.clans import resolved

STATE = 'clan.core.state.docs.folders = [ "/docs" ];'


def strays(body: str, files: dict[str, str | bytes] | None = None) -> list[tuple[str, str]]:
    found = resolved('{ meta.name = "test"; inventory.machines.alice-laptop = { };\n' + body + "\n}", files).found
    return [(one.span.text, one.help or "") for one in found if one.code == "CB226" and one.span is not None]


@pytest.mark.parametrize(
    "body",
    [
        "machines.alice-labtop = { " + STATE + " };",
        "machines = { alice-laptop = { }; alice-labtop." + STATE + " };",
        "machines.alice-labtop = { ... }: { " + STATE + " }; inventory.instances.x.roles.client.tags.all = { };",
    ],
)
def test_a_slip_is_told_where_it_is_written(body: str) -> None:
    ((underlined, said),) = strays(body)
    assert underlined == "alice-labtop"
    assert "`alice-laptop`" in said


@pytest.mark.parametrize(
    "body",
    [
        "machines.alice-laptop." + STATE,
        "machines.bob." + STATE,
        "machines.alice-desktop." + STATE,
        "machines.alice-labtop." + STATE + " inventory.machines.alice-labtop = { };",
        "machines.alice-labtop = { }; inventory.instances.borgbackup.roles.client.machines.alice-labtop = { };",
    ],
)
def test_what_is_declared_elsewhere_or_called_otherwise_is_meant(body: str) -> None:
    assert strays(body) == []


def test_so_is_what_has_a_folder_or_stands_in_the_stored_inventory() -> None:
    body = "machines.alice-labtop = { };"
    assert strays(body, {"machines/alice-labtop/configuration.nix": "{ }"}) == []
    assert strays(body, {"inventory.json": '{ "machines": { "alice-labtop": { } } }'}) == []


def test_machines_that_all_stand_at_the_top_level_only_are_meant() -> None:
    assert [one.code for one in resolved('{ meta.name = "t"; machines.jon = { }; machines.jan = { }; }').found] == []


@pytest.mark.parametrize(
    ("name", "other"), [("pi3", "pi4"), ("web-01", "web-02"), ("vm-a", "vm-b"), ("web", "db"), ("node1", "node12")]
)
def test_machines_in_a_row_are_not_slips_of_each_other(name: str, other: str) -> None:
    assert nearest(name, [other]) is None


@pytest.mark.parametrize(("name", "other"), [("sever", "server"), ("lpatop", "laptop"), ("backup-srever1", "backup-server1")])
def test_near_names(name: str, other: str) -> None:
    assert nearest(name, [other]) == other

"""Who backs up what to whom: every machine, every place, every job; with many machines, those alike as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clanback import services
from clanback.plan.audit import audit
from clanback.plan.graph import Graph, Health, Kind, collapsed, graph, when
from tests.services.clans import clan, instance, machine, state

if TYPE_CHECKING:
    from clanback.inventory.model import Inventory

BOX = {"box": {"name": "box", "repo": "u1@box.example.org:./a", "rsh": None}}


def drawn(inventory: Inventory) -> Graph:
    plan = services.plan(inventory, compat=None, secrets="clan")
    return graph(inventory, plan, audit(inventory, plan))


def test_machines_places_and_jobs() -> None:
    found = drawn(
        clan(
            [machine("a", state("docs", "/home", "/srv")), machine("nas"), machine("idle")],
            instance("borgbackup", client={"a": {"destinations": BOX}}, server={"nas": {}}),
        )
    )
    assert [(node.name, node.kind, node.keeps, node.folders) for node in found.nodes] == [
        ("a", Kind.MACHINE, 0, 2),
        ("idle", Kind.MACHINE, 0, 0),
        ("nas", Kind.MACHINE, 1, 0),
        ("@box.example.org", Kind.EXTERNAL, 1, 0),
    ]
    assert [(edge.source, edge.target, edge.jobs, edge.when, edge.off_site) for edge in found.edges] == [
        ("a", "@box.example.org", 1, ("daily 01:00",), True),
        ("a", "nas", 1, ("daily 01:00",), None),
    ]


@pytest.mark.parametrize(
    ("entries", "health"),
    [
        ((), Health.NOTHING),
        ((state("docs", "/home"),), Health.SAVED),
        ((state("docs", "/home"), state("empty")), Health.UNSAVED),
        ((state("docs", "/home", unknown=("config.x",)),), Health.UNKNOWN),
    ],
)
def test_how_well_a_machine_is_saved(entries: tuple[object, ...], health: Health) -> None:
    inventory = clan([machine("a", *entries), machine("nas")], instance("borgbackup", client={"a": {}}, server={"nas": {}}))
    assert drawn(inventory).node("a").health is health


def test_a_machine_with_three_two_one() -> None:
    members = instance("borgbackup", client={"a": {"destinations": BOX}}, server={"nas": {}})
    assert drawn(clan([machine("a", state("docs", "/home")), machine("nas")], members)).node("a").health is Health.GOOD


def test_times_in_words() -> None:
    assert [when(text) for text in ("*-*-* 01:00:00", "02:30", "Sun 04:00", "hourly")] == [
        *("daily 01:00", "daily 02:30", "Sun 04:00", "hourly")
    ]


def many(count: int) -> Graph:
    machines = [machine(f"m{number}", state("docs", "/home")) for number in range(count)]
    clients = {f"m{number}": {} for number in range(count)}
    half = {name: {} for name in list(clients)[::2]}
    return drawn(
        clan(
            [*machines, machine("nas"), machine("vault")],
            instance("borgbackup", client=clients, server={"nas": {}}),
            instance("borgbackup", "deep", client=half, server={"vault": {}}),
        )
    )


def test_few_machines_stay_as_they_are() -> None:
    few = many(10)
    assert collapsed(few) == few


def test_many_machines_that_save_to_the_same_places_are_one_box() -> None:
    found = collapsed(many(100))
    assert sorted(node.label for node in found.nodes) == ["50 machines", "50 machines", "nas", "vault"]
    assert sorted((found.node(edge.source).label, edge.target, edge.jobs) for edge in found.edges) == [
        *(("50 machines", "nas", 50), ("50 machines", "nas", 50), ("50 machines", "vault", 50))
    ]


@settings(max_examples=60)
@given(st.integers(0, 90), st.integers(1, 40))
def test_nothing_is_lost_when_boxes_are_joined(count: int, limit: int) -> None:
    every = many(count)
    found = collapsed(every, limit)
    assert sorted(name for node in found.nodes for name in node.members) == sorted(
        name for node in every.nodes for name in node.members
    )
    assert sum(edge.jobs for edge in found.edges) == sum(edge.jobs for edge in every.edges)
    assert sum(node.folders for node in found.nodes) == sum(node.folders for node in every.nodes)
    assert {edge.target for edge in found.edges} == {edge.target for edge in every.edges}
    names = {node.name for node in found.nodes}
    assert all(edge.source in names and edge.target in names for edge in found.edges)
    assert len(found.nodes) <= len(every.nodes)

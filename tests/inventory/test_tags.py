"""Tags: own ones, computed ones, the built-in three; who carries them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clanback.inventory.tags import tags_of_machines
from tests.inventory.clans import clan, resolved


def test_own_tags_come_first_without_repeats_then_computed_ones_sorted() -> None:
    found = resolved(
        """{ meta.name = "x"; inventory.machines = { a.tags = [ "z" "b" "z" ]; c = { }; };
             inventory.tags = { y = [ "a" ]; x = [ "a" "c" ]; }; }"""
    )
    assert found.it.machines["a"].tags == ("z", "b", "all", "nixos", "x", "y")
    assert found.it.machines["c"].tags == ("all", "nixos", "x")


def test_built_in_tags_follow_the_class_of_the_machine() -> None:
    found = resolved('{ meta.name = "x"; inventory.machines = { mac.machineClass = "darwin"; pc = { }; }; }')
    assert found.it.tags == {"all": ("mac", "pc"), "darwin": ("mac",), "nixos": ("pc",)}


def test_a_built_in_tag_can_be_replaced() -> None:
    found = clan('inventory.tags.all = [ "a" ];')
    assert found.it.tags["all"] == ("a",)
    assert found.it.machines["b"].tags == ("t1", "t2", "nixos")
    assert found.codes == []


def test_tags_may_be_a_function_of_tags_and_machines() -> None:
    found = clan(
        """inventory.tags = { config, machines, ... }: {
             rest = builtins.filter (name: name != "srv") config.all;
             named = builtins.filter (name: machines.${name}.deploy.targetHost == null) (builtins.attrNames machines);
           };"""
    )
    assert found.it.tags["rest"] == ("a", "b", "c")
    assert found.it.tags["named"] == ("a", "b", "c", "srv")
    assert found.codes == []


def test_members_of_a_tag_that_are_no_machines_are_passed_over_with_a_warning() -> None:
    found = clan('inventory.tags.x = [ "a" "ghost" ];')
    assert found.it.tags["x"] == ("a",)
    assert found.codes == ["CB454"]


def test_tags_that_depend_on_themselves_are_an_error_not_a_hang() -> None:
    found = clan("inventory.tags = { config, ... }: { x = config.x; };")
    assert "CB191" in found.codes


def test_lists_of_a_tag_in_several_modules_join() -> None:
    found = clan('inventory.tags.x = [ "a" ]; imports = [ { inventory.tags.x = [ "b" ]; } ];')
    assert found.it.tags["x"] == ("a", "b")


NAMES = st.sampled_from(["a", "b", "c", "d"])
TAGS = st.sampled_from(["t", "u", "v", "all"])


@given(
    st.dictionaries(NAMES, st.lists(TAGS, max_size=4), max_size=4),
    st.dictionaries(TAGS, st.lists(NAMES, max_size=5), max_size=4),
)
def test_tags_and_machines_say_the_same_and_no_member_is_invented(
    own: dict[str, list[str]], declared: dict[str, list[str]]
) -> None:
    of_machine, of_tag = tags_of_machines(own, declared)
    assert set(of_machine) == set(own)
    for machine, tags in of_machine.items():
        assert len(tags) == len(set(tags))
        assert set(tags) == set(own[machine]) | {tag for tag in declared if machine in declared[tag]}
    for tag, machines in of_tag.items():
        assert list(machines) == sorted(m for m, tags in of_machine.items() if tag in tags)

"""Tags: own ones, computed ones, the built-in three; who carries them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


@pytest.mark.parametrize(
    ("said", "tags"),
    [
        ('lib.mkForce [ "z" ]', ("z",)),
        ("lib.mkForce [ ]", ()),
        ('lib.mkDefault [ "z" ]', ("all", "nixos", "x")),
        ('lib.mkAfter [ "z" ]', ("all", "nixos", "x", "z")),
        ('lib.mkBefore [ "z" ]', ("z", "all", "nixos", "x")),
    ],
)
def test_computed_tags_are_a_definition_like_any_other(said: str, tags: tuple[str, ...]) -> None:
    found = resolved(
        f"""{{ lib, ... }}: {{ meta.name = "x"; inventory.tags.x = [ "a" ]; inventory.machines.b = {{ }};
              inventory.machines.a.tags = {said}; inventory.instances.i.roles.default.tags.all = {{ }}; }}"""
    )
    assert found.it.machines["a"].tags == tags
    assert found.members("i", "default") == (["a", "b"] if "all" in tags else ["b"])


def test_built_in_tags_are_part_of_a_definition_that_others_may_drop() -> None:
    weak = resolved(
        '{ lib, ... }: { meta.name = "x"; inventory.machines.a = { }; inventory.tags = lib.mkDefault { t = [ "a" ]; }; }'
    )
    assert weak.it.machines["a"].tags == ("all", "nixos")
    strong = resolved(
        '{ lib, ... }: { meta.name = "x"; inventory.machines.a = { }; inventory.tags = lib.mkForce { t = [ "a" ]; }; }'
    )
    assert strong.codes == ["CB205", "CB205", "CB205"]
    assert "`all` of `inventory.tags` has no value" in strong.errors[0].message


def test_tags_computed_from_tags_of_machines_are_an_error_not_a_hang() -> None:
    found = clan("inventory.tags = { machines, ... }: { x = machines.a.tags; };")
    assert [d.code for d in found.errors] == ["CB191"]


NAMES = st.sampled_from(["a", "b", "c", "d"])
TAGS = st.sampled_from(["t", "u", "v", "all"])


@given(
    st.dictionaries(NAMES, st.lists(TAGS, max_size=4), max_size=4),
    st.dictionaries(TAGS, st.lists(NAMES, max_size=5), max_size=4),
)
@settings(max_examples=60)
def test_tags_and_machines_say_the_same_and_no_member_is_invented(
    own: dict[str, list[str]], declared: dict[str, list[str]]
) -> None:
    def listed(names: list[str]) -> str:
        return "[ " + " ".join(f'"{name}"' for name in names) + " ]"

    machines = " ".join(f"{name}.tags = {listed(tags)};" for name, tags in own.items())
    tags_text = " ".join(f"{tag} = {listed(names)};" for tag, names in declared.items())
    found = resolved(f'{{ meta.name = "x"; inventory.machines = {{ {machines} }}; inventory.tags = {{ {tags_text} }}; }}').it
    given_all = {"all": list(own), "nixos": list(own), **declared}
    for name, machine in found.machines.items():
        assert len(machine.tags) == len(set(machine.tags))
        assert set(machine.tags) == set(own[name]) | {tag for tag in given_all if name in given_all[tag]}
    for tag, names in found.tags.items():
        assert list(names) == sorted(name for name, machine in found.machines.items() if tag in machine.tags)

"""Which definition holds: mkForce, mkDefault, mkOverride, mkIf, mkMerge, and the order of lists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clanback.modules import types
from clanback.modules.interface import Option, OptionSet
from tests.modules.merging import merge, merge_one


def test_equal_definitions_are_fine() -> None:
    merged = merge_one(types.string, '"a"', '"a"')
    assert merged.value == "a"
    assert merged.found == ()


def test_different_definitions_conflict_and_both_places_are_named() -> None:
    merged = merge_one(types.string, '"a"', '"b"')
    conflict = merged.only()
    assert conflict.code == "CB203"
    assert conflict.message == 'conflicting values for `x`: "b" and "a"'
    assert conflict.span is not None
    assert {(span.source.name, span.text) for span in (conflict.span, *(label.span for label in conflict.labels))} == {
        ("1.nix", '"a"'),
        ("2.nix", '"b"'),
    }


def test_the_whole_value_is_underlined_properties_included() -> None:
    wrong = merge_one(types.string, "lib.mkForce 5").only()
    assert wrong.span is not None
    assert wrong.span.text == "lib.mkForce 5"
    element = merge_one(types.list_of(types.string), 'lib.mkBefore [ "a" 5 ]').only()
    assert element.span is not None
    assert element.span.text == "5"


def test_of_two_definitions_in_one_file_the_later_is_to_blame() -> None:
    conflict = merge_one(types.string, 'lib.mkMerge [ "a" "b" ]').only()
    assert conflict.span is not None
    assert conflict.span.text == '"b"'


def test_true_and_one_are_not_equal() -> None:
    assert merge_one(types.anything, "true", "1").codes == ["CB203"]


@pytest.mark.parametrize(
    ("texts", "value"),
    [
        (['lib.mkForce "a"', '"b"'], "a"),
        (['"b"', 'lib.mkForce "a"'], "a"),
        (['lib.mkDefault "a"', '"b"'], "b"),
        (['lib.mkOverride 10 "a"', 'lib.mkForce "b"'], "a"),
        (['lib.mkOverride 2000 "a"'], "a"),
        (['lib.mkIf false "a"', '"b"'], "b"),
        (['lib.mkIf true "a"'], "a"),
        (['lib.mkMerge [ "a" (lib.mkIf false "b") ]'], "a"),
        (['lib.mkIf true (lib.mkForce "a")', '"b"'], "a"),
        (['lib.mkIf false (lib.mkForce "a")', '"b"'], "b"),
        (['lib.mkMerge [ (lib.mkMerge [ (lib.mkDefault "a") ]) ]', '"b"'], "b"),
    ],
)
def test_the_strongest_definition_holds(texts: list[str], value: str) -> None:
    merged = merge_one(types.string, *texts)
    assert merged.value == value
    assert merged.found == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('lib.mkForce (lib.mkIf true "a")', "`mkIf` cannot stand inside of `mkForce`"),
        ('lib.mkForce (lib.mkDefault "a")', "`mkDefault` cannot stand inside of `mkForce`"),
        ('lib.mkForce (lib.mkMerge [ "a" ])', "`mkMerge` cannot stand inside of `mkForce`"),
        ('lib.mkBefore (lib.mkForce "a")', "`mkForce` cannot stand inside of `mkBefore`"),
        ('lib.mkForce (lib.mkOrder 7 (lib.mkIf true "a"))', "`mkIf` cannot stand inside of `mkOrder`"),
        ('lib.mkIf true (lib.mkOverride 7 (lib.mkOverride 8 "a"))', "`mkOverride` cannot stand inside of `mkOverride`"),
    ],
)
def test_nix_takes_properties_off_in_one_order_only(text: str, message: str) -> None:
    found = merge_one(types.string, text, '"b"').only()
    assert (found.code, found.message) == ("CB228", message)


def test_what_a_stronger_definition_drops_need_be_neither_right_nor_known() -> None:
    for weaker in ("5", "lib.mkDefault (lib.mkIf true 5)", 'lib.mkIf (throw "no") 5', "lib.mkIf 5 5"):
        merged = merge_one(types.string, 'lib.mkForce "a"', weaker)
        assert (merged.value, merged.found) == ("a", ())


def test_a_property_of_a_whole_set_counts_for_what_is_in_it() -> None:
    options = OptionSet({"a": Option(types.string)})
    assert merge(options, 'lib.mkIf true { a = lib.mkForce "1"; }', '{ a = "2"; }').found == ()
    assert [d.code for d in merge(options, 'lib.mkForce { a = lib.mkIf true "1"; }').found][:1] == ["CB228"]


def test_two_forced_definitions_conflict() -> None:
    assert merge_one(types.string, 'lib.mkForce "a"', 'lib.mkForce "b"', '"c"').codes == ["CB203"]


def test_properties_may_stand_around_whole_sets() -> None:
    options = OptionSet({"a": Option(types.string), "b": Option(types.string, default="unset")})
    merged = merge(options, 'lib.mkForce { a = "1"; }', '{ a = "2"; b = "3"; }', 'lib.mkIf false { b = "4"; }')
    assert merged.value == {"a": "1", "b": "3"}
    assert merged.found == ()


def test_properties_inside_nested_sets_of_options() -> None:
    options = OptionSet({"a": OptionSet({"b": Option(types.list_of(types.string), default=[])})})
    merged = merge(options, '{ a = lib.mkMerge [ { b = [ "1" ]; } { b = lib.mkBefore [ "0" ]; } ]; }', '{ a.b = [ "2" ]; }')
    assert merged.value == {"a": {"b": ["0", "1", "2"]}}


def test_a_list_is_concatenated_in_order_without_deduplication() -> None:
    assert merge_one(types.list_of(types.string), '[ "a" "b" ]', '[ "b" ]').value == ["a", "b", "b"]


def test_before_and_after_move_within_the_list() -> None:
    merged = merge_one(
        types.list_of(types.string), 'lib.mkAfter [ "z" ]', '[ "m" ]', 'lib.mkBefore [ "a" ]', 'lib.mkOrder 1 [ "0" ]'
    )
    assert merged.value == ["0", "a", "m", "z"]


def test_a_list_may_hold_conditional_elements() -> None:
    assert merge_one(types.list_of(types.string), '[ "a" (lib.mkIf false "b") (lib.mkIf true "c") ]').value == ["a", "c"]


def test_a_forced_set_replaces_other_sets_whole() -> None:
    assert merge_one(types.attrs_of(types.string), '{ a = "1"; }', 'lib.mkForce { b = "2"; }').value == {"b": "2"}


def test_conditions_must_be_booleans() -> None:
    assert merge_one(types.string, 'lib.mkIf "yes" "a"').codes == ["CB202"]


def test_what_is_overridden_is_recorded_after_what_holds() -> None:
    merged = merge_one(types.string, '"a"', 'lib.mkForce "b"')
    assert [span.source.name for span in merged.recorder.spans()["x"]] == ["2.nix", "1.nix"]


@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 3)), min_size=1, max_size=6))
def test_the_lowest_priority_wins_whatever_the_order(definitions: list[tuple[int, int]]) -> None:
    texts = [f"lib.mkOverride {priority} {value}" for priority, value in definitions]
    best = min(priority for priority, _ in definitions)
    values = {value for priority, value in definitions if priority == best}
    merged = merge_one(types.integer, *texts)
    assert merged.value in values
    assert merged.codes == ([] if len(values) == 1 else ["CB203"])


@given(st.lists(st.tuples(st.sampled_from([500, 1000, 1500]), st.lists(st.integers(0, 9), max_size=3)), max_size=5))
def test_ordering_is_a_stable_sort(definitions: list[tuple[int, list[int]]]) -> None:
    texts = [f"lib.mkOrder {order} [ {' '.join(map(str, items))} ]" for order, items in definitions]
    merged = merge_one(types.list_of(types.integer), *texts)
    wanted = [item for _, items in sorted(definitions, key=lambda d: d[0]) for item in items]
    assert (merged.value or []) == wanted

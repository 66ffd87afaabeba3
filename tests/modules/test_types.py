"""What every type accepts, how its definitions merge, and what is said when something else is given."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clanback.modules import types
from clanback.modules.interface import ATTRIBUTE_NAME, DECIDED_LATER, Option, OptionSet
from tests.modules.merging import merge, merge_one

INFINITE = "let set = { a = list; }; list = [ set ]; in set"


DESTINATION = OptionSet(
    {
        "name": Option(types.string, default=ATTRIBUTE_NAME),
        "repo": Option(types.string),
        "rsh": Option(types.string, default=DECIDED_LATER),
    }
)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (types.string, '"a"', "a"),
        (types.integer, "5", 5),
        (types.boolean, "true", True),
        (types.floating, "1.5", 1.5),
        (types.path, '"/etc"', "/etc"),
        (types.path, "/etc", "/etc"),
        (types.null_or(types.string), "null", None),
        (types.null_or(types.string), '"a"', "a"),
        (types.enum("nixos", "darwin"), '"darwin"', "darwin"),
        (types.one_of(types.integer, types.string), '"a"', "a"),
        (types.string_matching("[a-z]+", "letters"), '"abc"', "abc"),
        (types.lines, '"a"', "a"),
        (types.anything, '{ a = [ 1 "b" null ]; }', {"a": [1, "b", None]}),
        (types.json, "{ a.b = [ ]; }", {"a": {"b": []}}),
        (types.attributes, "{ a = 1; }", {"a": 1}),
        (types.list_of(types.list_of(types.integer)), "[ [ 1 ] [ ] ]", [[1], []]),
        (types.unique(types.string), '"a"', "a"),
    ],
)
def test_a_value_of_the_type_is_accepted(kind: Any, text: str, value: Any) -> None:
    merged = merge_one(kind, text)
    assert merged.found == ()
    assert merged.value == value


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        (types.string, "5", "`x` must be a string, not an integer"),
        (types.integer, "true", "`x` must be an integer, not a Boolean"),
        (types.integer, '"5"', "`x` must be an integer, not a string"),
        (types.boolean, "1", "`x` must be a Boolean (true or false), not an integer"),
        (types.path, '"etc"', '`x` must be an absolute path, not "etc"'),
        (types.null_or(types.string), "[ ]", "`x` must be null or a string, not a list"),
        (types.list_of(types.string), '"a"', "`x` must be a list of strings, not a string"),
        (types.list_of(types.string), '[ "a" 5 ]', "`x` must be a list of strings, but element 2 is an integer"),
        (types.attrs_of(types.string), "[ ]", "`x` must be an attribute set, not a list"),
        (types.attrs_of(types.integer), "{ a = null; }", "`x.a` must be an integer, not null"),
        (types.enum("nixos", "darwin"), '"linux"', '`x` must be one of "nixos", "darwin", not "linux"'),
        (types.json, "a: a", "`x` must be a plain value (no function), not a function"),
    ],
)
def test_a_value_of_another_type_is_an_error_that_says_what_was_expected(kind: Any, text: str, message: str) -> None:
    wrong = merge_one(kind, text).only()
    assert wrong.code == "CB202"
    assert wrong.message == message
    assert wrong.span is not None


def test_the_error_for_an_element_points_at_the_element() -> None:
    wrong = merge_one(types.list_of(types.string), '[ "a" 5 ]').only()
    assert wrong.span is not None
    assert wrong.span.text == "5"


def test_a_wrong_definition_does_not_take_the_right_ones_with_it() -> None:
    merged = merge_one(types.list_of(types.string), '[ "a" ]', "7", '[ 1 "b" ]')
    assert merged.value == ["a", "b"]
    assert merged.codes == ["CB202", "CB202"]


def test_a_value_that_contains_itself_is_an_error_not_a_hang() -> None:
    assert merge_one(types.json, INFINITE).codes == ["CB193"]
    assert merge_one(types.json, "let x = [ x ]; in x").codes == ["CB193"]
    assert merge_one(types.anything, INFINITE).found == ()
    assert merge_one(types.anything, INFINITE, INFINITE).codes == ["CB203"]


def test_lines_join() -> None:
    assert merge_one(types.lines, '"a"', '"b"').value == "a\nb"


def test_null_and_a_value_conflict() -> None:
    assert merge_one(types.null_or(types.string), "null", '"a"').codes == ["CB203"]


def test_sets_merge_by_name() -> None:
    merged = merge_one(types.attrs_of(types.list_of(types.integer)), "{ a = [ 1 ]; b = [ 2 ]; }", "{ a = [ 3 ]; }")
    assert merged.value == {"a": [1, 3], "b": [2]}


def test_an_element_whose_condition_fails_is_not_there() -> None:
    assert merge_one(types.attrs_of(types.integer), "{ a = lib.mkIf false 1; b = 2; }").value == {"b": 2}


def test_what_may_be_defined_once_is_not_defined_twice() -> None:
    twice = merge_one(types.unique(types.string), '"a"', '"a"').only()
    assert twice.code == "CB204"
    assert len(twice.labels) == 1


def test_a_submodule_is_complete_with_defaults() -> None:
    merged = merge_one(types.attrs_of(types.submodule(DESTINATION, plain=True)), '{ box.repo = "r"; }')
    assert merged.value == {"box": {"name": "box", "repo": "r", "rsh": None}}


def test_a_submodule_merges_over_definitions() -> None:
    merged = merge_one(types.attrs_of(types.submodule(DESTINATION)), '{ box.repo = "r"; }', '{ box.rsh = "ssh"; }')
    assert merged.value == {"box": {"name": "box", "repo": "r", "rsh": "ssh"}}
    assert merged.found == ()


def test_a_missing_value_is_blamed_on_the_name_that_needs_it() -> None:
    missing = merge_one(types.attrs_of(types.submodule(DESTINATION)), '{ box.rsh = "ssh"; }').only()
    assert missing.code == "CB205"
    assert missing.message == "`repo` of `x.box` has no value"
    assert missing.span is not None
    assert missing.span.text == "box"


def test_a_submodule_may_be_a_function_of_its_name_and_config() -> None:
    text = '{ box = { name, config, ... }: { repo = "u@h:${name}"; rsh = "ssh ${config.repo}"; }; }'
    merged = merge_one(types.attrs_of(types.submodule(DESTINATION)), text)
    assert merged.value == {"box": {"name": "box", "repo": "u@h:box", "rsh": "ssh u@h:box"}}


def test_an_unknown_name_is_an_error_with_the_name_that_was_meant() -> None:
    unknown = merge(DESTINATION, '{ repo = "r"; rhs = "ssh"; }', subject=" in the settings of a").only()
    assert unknown.code == "CB201"
    assert unknown.message == "unknown attribute `rhs` in the settings of a"
    assert unknown.help == "did you mean `rsh`?"
    assert unknown.span is not None
    assert unknown.span.text == "rhs"


def test_a_removed_name_says_what_to_do_instead() -> None:
    removed = merge(OptionSet({}, removed={"old": "use `new`"}), "{ old = 1; }").only()
    assert (removed.code, removed.help) == ("CB207", "use `new`")


def test_a_read_only_option_is_set_once() -> None:
    options = OptionSet({"a": Option(types.integer, read_only=True)})
    assert merge(options, "{ a = 1; }").found == ()
    assert merge(options, "{ a = 1; }", "{ a = 1; }").codes == ["CB208"]


def test_a_deprecated_option_warns_when_it_is_set() -> None:
    options = OptionSet({"a": Option(types.integer, default=0, deprecated="use b")})
    assert merge(options, "{ }").found == ()
    assert merge(options, "{ a = 1; }").codes == ["CB209"]


def test_freeform_options_take_any_name() -> None:
    merged = merge(OptionSet({}, freeform=types.list_of(types.string)), '{ a = [ "x" ]; }', '{ a = [ "y" ]; b = [ ]; }')
    assert merged.value == {"a": ["x", "y"], "b": []}


JSON = st.recursive(
    st.booleans() | st.integers(-5, 5) | st.sampled_from(["a", "b"]),
    lambda inner: st.dictionaries(st.sampled_from("pqrs"), inner, max_size=3) | st.lists(st.integers(0, 5), max_size=3),
    max_leaves=8,
)


def nix(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{ " + " ".join(f"{name} = {nix(inner)};" for name, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[ " + " ".join(f"({nix(inner)})" for inner in value) + " ]"
    return f'"{value}"' if isinstance(value, str) else f"({value})"


class ConflictError(Exception):
    """The naive model found two different values."""


def naive(values: list[Any]) -> Any:
    """What merging JSON-like values means, said as simply as can be."""
    if all(isinstance(value, dict) for value in values):
        names = {name for value in values for name in value}
        return {name: naive([value[name] for value in values if name in value]) for name in names}
    if all(isinstance(value, list) for value in values):
        return [item for value in values for item in value]
    if any(type(value) is not type(values[0]) or value != values[0] for value in values):
        raise ConflictError
    return values[0]


@given(st.lists(JSON, min_size=1, max_size=4))
def test_merging_json_is_what_the_naive_model_says(values: list[Any]) -> None:
    merged = merge_one(types.json, *map(nix, values))
    try:
        expected = naive(values)
    except ConflictError:
        assert "CB203" in merged.codes
    else:
        assert merged.found == ()
        assert merged.value == expected


SCALARS = st.dictionaries(st.sampled_from("pqrstu"), st.integers(0, 2), max_size=4)


@given(st.lists(SCALARS, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_sets_of_scalars_merge_alike_in_any_order(values: list[dict[str, int]], random: Any) -> None:
    shuffled = list(values)
    random.shuffle(shuffled)
    one = merge_one(types.attrs_of(types.integer), *map(nix, values))
    other = merge_one(types.attrs_of(types.integer), *map(nix, shuffled))
    assert sorted(one.codes) == sorted(other.codes)
    if not one.found:
        assert one.value == other.value

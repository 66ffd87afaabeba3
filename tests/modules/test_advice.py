"""What is said to do about a value of the wrong type, and about a name that is not there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clanback.modules import types
from clanback.modules.advice import right_form
from clanback.modules.interface import DECIDED_LATER, Option, OptionSet
from clanback.nix import Evaluator, parse
from tests.modules.merging import merge, merge_one

MEMBERS = types.attrs_of(types.submodule(OptionSet({"size": Option(types.integer, default=1)}), plain=True))
REQUIRED = types.submodule(OptionSet({"repo": Option(types.string)}), plain=True)
TYPES = {
    "string": types.string,
    "integer": types.integer,
    "boolean": types.boolean,
    "maybe": types.null_or(types.integer),
    "strings": types.list_of(types.string),
    "set": types.attrs_of(types.integer),
    "enum": types.enum("nixos", "darwin"),
    "members": MEMBERS,
    "required": REQUIRED,
    "word": types.string_matching("[a-z]+", "a word in lower case"),
    "either": types.one_of(types.integer, types.list_of(types.string)),
}


@pytest.mark.parametrize(
    ("kind", "value", "help_line"),
    [
        ("strings", '"home"', 'write it as a list: [ "home" ]'),
        ("strings", '"a, b"', 'write it as a list: [ "a" "b" ]'),
        ("strings", "5", 'write it as a list of strings: [ "5" ]'),
        ("strings", "{ home = { }; }", 'write it as a list: [ "home" ]'),
        ("strings", "{ home = 5; }", 'a right value looks like [ "…" ]'),
        ("string", "5", 'put it in quotes: "5"'),
        ("string", "true", 'put it in quotes: "true"'),
        ("string", '[ "a" ]', 'leave out the brackets: "a"'),
        ("string", '[ "a" "b" ]', 'a right value looks like "…"'),
        ("string", "null", 'a right value looks like "…"'),
        ("string", "x: x", 'give the function its arguments, or write "…"'),
        ("integer", '"12"', "leave out the quotes: 12"),
        ("integer", '"twelve"', "a right value looks like 7"),
        ("boolean", '"true"', "leave out the quotes: true"),
        ("boolean", "1", "write it as a Boolean: true"),
        ("boolean", "2", "a right value looks like true"),
        ("maybe", '"null"', "leave out the quotes: null"),
        ("set", "[ ]", "write an empty set: { }"),
        ("set", '[ "a" ]', "a right value looks like { name = 7; }"),
        ("enum", '"linux"', 'a right value looks like "nixos"'),
        ("members", '[ "a" "b" ]', "write it as an attribute set: { a = { }; b = { }; }"),
        ("members", '"my-host"', "write it as an attribute set: { my-host = { }; }"),
        ("required", '"x"', 'a right value looks like { repo = "…"; }'),
        ("word", '"A"', "write a word in lower case"),
        ("either", '"x"', 'write it as a list: [ "x" ]'),
    ],
)
def test_a_wrong_type(kind: str, value: str, help_line: str) -> None:
    wrong = merge_one(TYPES[kind], value).only()
    assert (wrong.code, wrong.help) == ("CB202", help_line)


def test_an_element_of_a_wrong_type() -> None:
    assert merge_one(TYPES["strings"], '[ "a" 5 ]').only().help == 'put it in quotes: "5"'


SCALARS = st.one_of(
    st.none().map(lambda _: "null"),
    st.booleans().map(lambda b: "true" if b else "false"),
    st.integers(-(10**6), 10**6).map(lambda n: f"({n})"),
    st.sampled_from(["a", "b c", "7", "true", "null", "x,y", ""]).map(lambda s: f'"{s}"'),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3).map(lambda xs: f"[ {' '.join(xs)} ]") | inner.map(lambda x: f"{{ a = {x}; }}"),
)


@given(st.sampled_from(sorted(TYPES)), VALUES)
def test_what_is_suggested_is_accepted(kind: str, text: str) -> None:
    evaluator = Evaluator()
    value = evaluator.evaluate(parse(text))
    if TYPES[kind].accepts(value):
        return
    said = right_form(evaluator, TYPES[kind], value)
    assert said, "nothing is said"
    if not said.startswith(("a right value", "write a word")) and "…" not in said:
        assert merge_one(TYPES[kind], said.partition(": ")[2]).codes == []


@given(st.sampled_from(sorted(set(TYPES) - {"word"})))
def test_examples_are_right(kind: str) -> None:
    assert merge_one(TYPES[kind], TYPES[kind].example).codes == []


def test_names_that_people_write_elsewhere() -> None:
    options = OptionSet(
        {"a": Option(types.integer, default=DECIDED_LATER)}, elsewhere={"b": "write `a.b`"}, otherwise="write `settings.{name}`"
    )
    assert [d.help for d in merge(options, "{ b = 1; cde = 2; }").found] == ["write `a.b`", "write `settings.cde`"]


def test_an_unknown_name_says_what_is_known() -> None:
    wrong = merge(OptionSet({"start": Option(types.integer, default=1)}), "{ rest = 1; }").only()
    assert wrong.notes == ("known are `start`",)
    assert wrong.help == "use one of these names, or remove it"

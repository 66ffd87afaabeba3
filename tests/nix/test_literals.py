"""`to_nix`: what is written reads back as the same value, by our evaluator for anything, and what has no literal is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clanback.nix import Evaluator, parse, to_nix
from clanback.nix.errors import EvalError
from clanback.nix.literals import attribute_name, string
from clanback.nix.runtime import force
from clanback.nix.values import Attrs, PathValue, Unknown

texts = st.text(st.characters(min_codepoint=1, exclude_categories=["Cs"]))
scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False) | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4).map(tuple) | st.dictionaries(texts, inner, max_size=4).map(Attrs),
    max_leaves=12,
)


def same(a, b):
    """Whether a value with thunks in it is the value that was written, of the same types throughout."""
    a = force(a)
    if isinstance(a, (list, tuple)):
        return isinstance(b, tuple) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, Attrs):
        return isinstance(b, Attrs) and a.keys() == b.keys() and all(same(a[name], b[name]) for name in a)
    return type(a) is type(b) and a == b


@given(values)
def test_any_value_reads_back(value):
    assert same(Evaluator("/").evaluate(parse(to_nix(value))), value)


@given(values, st.integers(0, 8))
def test_indentation_changes_only_white_space(value, indent):
    first, *rest = to_nix(value, indent=indent).split("\n")
    assert "\n".join([first, *(line[indent:] for line in rest)]) == to_nix(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ((), "[ ]"),
        (Attrs(), "{ }"),
        ((-1, 1, -2.5), "[\n  (-1)\n  1\n  (-2.5)\n]"),
        (Attrs({"b": 1, "a": Attrs({"x-y'": True})}), "{\n  a = {\n    x-y' = true;\n  };\n  b = 1;\n}"),
        (
            Attrs({"in": 1, "a b": 2, "1": 3, "": 4, "or": 5}),
            '{\n  "" = 4;\n  "1" = 3;\n  "a b" = 2;\n  "in" = 1;\n  "or" = 5;\n}',
        ),
        (-(2**63), "(-9223372036854775807 - 1)"),
        (1e16, "1.0e+16"),
        (5e-324, "(5.696189077778436e-306 / 1.152921504606847e+18)"),
    ],
)
def test_layout(value, text):
    assert to_nix(value) == text


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("", '""'),
        ("a\nb\rc\td", r'"a\nb\rc\td"'),
        ('\\ " ${x} $$ $', r'"\\ \" \${x} $$ $"'),
        ("$${x}", r'"$\${x}"'),
        ("''", "\"''\""),
        ("\x01\x7f\u2028", '"\x01\x7f\u2028"'),
    ],
)
def test_strings(text, literal):
    assert string(text) == literal


@pytest.mark.parametrize(
    ("name", "text"), [("a", "a"), ("_a-b'", "_a-b'"), ("rec", '"rec"'), ("a.b", '"a.b"'), ("ä", '"ä"'), ("${a}", '"\\${a}"')]
)
def test_attribute_names(name, text):
    assert attribute_name(name) == text


@pytest.mark.parametrize("value", ["a\0b", PathValue("/a"), Unknown("config.a", "why"), float("inf"), float("nan")])
def test_what_has_no_literal_is_refused(value):
    with pytest.raises(EvalError) as caught:
        to_nix((value,))
    assert caught.value.code == "CB140"


def test_functions_have_no_literal():
    with pytest.raises(EvalError, match="a function cannot be written"):
        to_nix(Evaluator("/").evaluate(parse("x: x")))


def test_unknown_values_as_source():
    value = (Unknown("config.a", ""), Unknown("f x", ""), Attrs({"a": Unknown("f x", "")}))
    assert to_nix(value, unknown_as_source=True) == "[\n  config.a\n  (f x)\n  {\n    a = f x;\n  }\n]"

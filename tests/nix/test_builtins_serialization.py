"""`builtins.toJSON`, `fromJSON`, `toXML`, `fromTOML`."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clanback.nix import Evaluator, parse
from clanback.nix.builtins.serialization import float_text, parse_json, quote_json
from clanback.nix.errors import EvalError, LimitError
from clanback.nix.values import ContextString, Unknown
from tests.nix.nix_outcomes import ours, plain, theirs

JSON = [
    ("builtins.toJSON null", "null"),
    ("builtins.toJSON [ true false 1 (-2) ]", "[true,false,1,-2]"),
    ("builtins.toJSON { b = 1; a = [ ]; }", '{"a":[],"b":1}'),
    ('builtins.toJSON "a\\"b\\\\c\\nd\\te\\r/é😀"', '"a\\"b\\\\c\\nd\\te\\r/é😀"'),
    ('builtins.toJSON { __toString = self: self.x; x = "y"; }', '"y"'),
    ("builtins.toJSON { outPath = [ 1 ]; }", "[1]"),
    ("builtins.toJSON { }", "{}"),
    ("builtins.toJSON 1.5", "1.5"),
    ("builtins.toJSON 1.0", "1.0"),
    ("builtins.toJSON 0.1", "0.1"),
    ("builtins.toJSON 123456.789", "123456.789"),
    ("builtins.toJSON 1.0e15", "1e+15"),
    ("builtins.toJSON 123456789012345.0", "123456789012345.0"),
    ("builtins.toJSON 1234567890123456.0", "1.234567890123456e+15"),
    ("builtins.toJSON 0.0001", "0.0001"),
    ("builtins.toJSON 0.00001", "1e-05"),
    ('builtins.fromJSON "[1, 2.5, \\"x\\", null, true, {}]"', [1, 2.5, "x", None, True, {}]),
    ('builtins.fromJSON "{\\"a\\":1,\\"a\\":2}"', {"a": 2}),
    ('builtins.fromJSON " 1 "', 1),
    ('builtins.fromJSON "-0"', 0),
    ('builtins.fromJSON "99999999999999999999"', 1e20),
    ('builtins.typeOf (builtins.fromJSON "1e3")', "float"),
    ('builtins.fromJSON "\\"\\\\u00e9\\\\ud83d\\\\ude00\\""', "é😀"),
]
TOML = [
    (
        'builtins.fromTOML "a = 1\\nb.c = \\"x\\"\\n[[d]]\\ne = 1.5\\n[[d]]\\nf = [true]"',
        {"a": 1, "b": {"c": "x"}, "d": [{"e": 1.5}, {"f": [True]}]},
    ),
    ('builtins.fromTOML ""', {}),
]


@pytest.mark.parametrize(("text", "value"), JSON + TOML)
def test_values_and_texts(text: str, value: object) -> None:
    assert ours(text) == ("value", value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[1",
        "[1,]",
        "tru",
        "1 2",
        "NaN",
        "Infinity",
        "01",
        "{a:1}",
        '{"a"}',
        "'a'",
        '"\\ud800"',
        '"\\u0000"',
        '"a\nb"',
        "1e400",
        "9223372036854775808",
    ],
)
def test_what_is_no_json_is_an_error(text: str) -> None:
    with pytest.raises(EvalError) as caught:
        parse_json(text)
    assert caught.value.code == "CB151"


def test_the_message_says_where_the_json_is_wrong() -> None:
    with pytest.raises(EvalError, match="a value is expected at line 2, column 3"):
        parse_json("[1,\n  ]")


def test_deep_json_is_refused_not_a_crash() -> None:
    with pytest.raises(LimitError):
        parse_json("[" * 200_000)
    assert parse_json("[" * 300 + "]" * 300)


@pytest.mark.parametrize("text", ["a = ", "a = 1979-05-27", "a = 99999999999999999999", "[a]\n[a]"])
def test_what_is_no_toml_is_an_error(text: str) -> None:
    assert ours(f"builtins.fromTOML {json.dumps(text)}") == ("failed",)


def test_functions_have_no_json() -> None:
    assert ours("builtins.toJSON (x: x)") == ("failed",)
    assert ours("builtins.toJSON builtins.map") == ("failed",)


def test_json_of_something_unknown_is_unknown() -> None:
    evaluator = Evaluator("/")
    expression = parse("builtins.toJSON { a = [ pkgs.hello ]; }", scope=("pkgs",))
    value = evaluator.evaluate(expression, {"pkgs": Unknown("pkgs", "it comes from nixpkgs")})
    assert isinstance(value, Unknown)
    assert value.text == "builtins.toJSON { a = [ pkgs.hello ]; }"


def test_contexts_travel_into_json_and_xml() -> None:
    evaluator = Evaluator("/")
    text = ContextString("x", frozenset({"/nix/store/00000000000000000000000000000000-x"}))
    for function in ("toJSON", "toXML"):
        made = evaluator.call(evaluator.globals["builtins"][function], (text,))
        assert isinstance(made, ContextString)
        assert made.context == text.context


def test_xml() -> None:
    text = 'builtins.toXML { a = [ 1 1.5 "<\\"&\\n" null true /tmp ]; f = { x, y ? 1, ... }@z: x; g = builtins.map; }'
    body = """<?xml version='1.0' encoding='utf-8'?>
<expr>
  <attrs>
    <attr name="a">
      <list>
        <int value="1" />
        <float value="1.5" />
        <string value="&lt;&quot;&amp;&#xA;" />
        <null />
        <bool value="true" />
        <path value="/tmp" />
      </list>
    </attr>
    <attr name="f">
      <function>
        <attrspat ellipsis="1" name="z">
          <attr name="x" />
          <attr name="y" />
        </attrspat>
      </function>
    </attr>
    <attr name="g">
      <unevaluated />
    </attr>
  </attrs>
</expr>
"""
    assert ours(text) == ("value", body)


plain_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text('abc é"\n', min_size=1), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=200)
@given(plain_values)
def test_json_survives_both_ways(value: object) -> None:
    evaluator = Evaluator("/")
    parsed = parse_json(json.dumps(value))
    assert plain(evaluator, parsed) == value
    text = evaluator.call(evaluator.globals["builtins"]["toJSON"], parsed)
    assert json.loads(text) == value


@settings(max_examples=300)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_read_back_the_same(value: float) -> None:
    assert float(float_text(value)) == value


@settings(max_examples=200)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_quoted_strings_read_back_the_same(text: str) -> None:
    assert json.loads(quote_json(text)) == text


def _random_value(choose: random.Random, depth: int) -> object:
    kinds = [
        None,
        True,
        False,
        choose.randint(-(10**6), 10**18),
        "".join(choose.choice("aé\"\\\n\t $'/{}<>&") for _ in range(choose.randint(0, 8))),
    ]
    if depth and choose.random() < 0.5:
        if choose.random() < 0.5:
            return [_random_value(choose, depth - 1) for _ in range(choose.randint(0, 4))]
        return {
            choose.choice("abcde") + choose.choice(["", " ", "é"]): _random_value(choose, depth - 1)
            for _ in range(choose.randint(0, 4))
        }
    return choose.choice(kinds)


@pytest.mark.nix
def test_hundreds_of_values_are_written_and_read_as_in_nix(tmp_path: Path) -> None:
    choose = random.Random(20260824)
    texts = []
    for _ in range(400):
        written = json.dumps(_random_value(choose, 3), ensure_ascii=choose.random() < 0.5)
        literal = '"' + written.replace("\\", "\\\\").replace('"', '\\"').replace("${", "\\${").replace("\n", "\\n") + '"'
        texts.append(f"let v = builtins.fromJSON {literal}; in [ v (builtins.toJSON v) (builtins.toXML v) ]")
    expected = [ours(text) for text in texts]
    assert all(outcome[0] == "value" for outcome in expected)
    assert theirs(texts, tmp_path, expected) == expected

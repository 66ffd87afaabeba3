"""Unknown values: what only Nix can know stays unknown through every operation, and remembers its source text."""

from __future__ import annotations

import pytest

from clanback.nix import Evaluator, parse
from clanback.nix.errors import EvalError, UnknownNeededError
from clanback.nix.values import Attrs, OpenAttrs, Unknown

SCOPE = {
    "config": Unknown("config", "it is known when NixOS evaluates the machine"),
    "lib": OpenAttrs({"one": 1, "inner": OpenAttrs({}, text="lib.inner", reason="no {name}")}, text="lib", reason="no {name}"),
}


def value(text):
    evaluator = Evaluator("/")
    return evaluator.force_deep(evaluator.evaluate(parse(text, scope=tuple(SCOPE)), SCOPE))


@pytest.mark.parametrize(
    "text",
    [
        "config.networking.hostName",
        "config.a or 1",
        "config.a.b.c or null",
        "config ? a.b",
        "config 1 2",
        "config.f { a = 1; }",
        '"x-${config.a}-y"',
        "''\n  ${config.a}\n''",
        "config.a + 1",
        "1 + config.a",
        "/a + config.a",
        "/a/${config.a}",
        "config.a - 1",
        "2 * config.a",
        "-config.a",
        "!config.a",
        "config.a == 1",
        "1 != config.a",
        "[ 1 config.a ] == [ 1 2 ]",
        "config.a < 1",
        "1 >= config.a",
        "[ 1 ] ++ config.a",
        "config.a ++ [ 1 ]",
        "{ } // config.a",
        "config.a // { b = 1; }",
        "if config.a then 1 else 2",
        "assert config.a; 1",
        "config.a && false",
        "true && config.a",
        "false || config.a",
        "config.a -> true",
        "{ a = 1; }.${config.a}",
        "{ a = 1; }.${config.a} or 2",
        "{ a = 1; } ? ${config.a}",
        "{ ${config.a} = 1; }",
        "builtins.length config.a",
        "builtins.attrNames config.a",
        "map toString config.a",
        "builtins.filter (x: config.a) [ 1 ]",
        "toString config.a",
        "toString [ 1 config.a ]",
        "builtins.elem 1 [ config.a 2 ]",
        "builtins.concatStringsSep \",\" [ \"a\" config.a ]",
        "builtins.tryEval config.a",
        "builtins.typeOf config.a",
        "builtins.readFile config.a",
        "import config.a",
        "<nixpkgs>",
        "<nixpkgs/lib>.foo",
        "builtins.currentSystem",
        "builtins.currentTime + 1",
        "builtins.fetchTarball \"https://example.org/x.tar.gz\"",
        "builtins.getFlake \"nixpkgs\"",
        "import <nixpkgs> { }",
        "(derivation { name = \"x\"; builder = \"b\"; system = \"s\"; }).outPath",
        "\"${derivation { name = \"x\"; }}/bin/x\"",
        "lib.two",
        "lib.two or 1",
        "lib ? two",
        "lib.inner.x",
        "lib.two 1 2",
        "lib.inner ? y",
    ],
)  # fmt: skip
def test_an_operation_on_an_unknown_is_unknown_and_keeps_its_text(text):
    found = value(text)
    assert isinstance(found, Unknown), found
    if found.span is not None:
        assert found.span.text == text
    assert found.reason
    assert found.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("config.a + 1", "config.a + 1"),
        ('let x = config.a; in "${x}/b"', '"${x}/b"'),
        ("builtins.length config.a", "builtins.length config.a"),
        ("lib.two", "lib.two"),
    ],
)
def test_the_text_is_that_of_the_whole_operation(text, expected):
    assert value(text).text == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lib.one", 1),
        ("with lib; one", 1),
        ("with { one = 2; }; with lib; one", 1),
        ("with lib; with { two = 2; }; two", 2),
        ("with { two = 2; }; with lib; two", 2),
        ("with config; with { a = 1; }; a", 1),
        ("let a = 1; in with config; a", 1),
        ("false && config.a", False),
        ("true || config.a", True),
        ("false -> config.a", True),
        ("(x: 1) config.a", 1),
        ("builtins.seq config.a 1", 1),
        ("builtins.length [ config.a config.b ]", 2),
        ("[ 1 config.a ] == [ 2 1 ]", False),
        ("{ a = config.a; b = 1; }.b", 1),
        ("builtins.isFunction (x: config.a)", True),
        ("(lib // { z = 1; }).z", 1),
        ("({ lib, ... }: lib.one) { inherit lib; }", 1),
    ],
)
def test_what_does_not_depend_on_the_unknown_is_known(text, expected):
    assert value(text) == expected


def test_lists_and_sets_that_contain_unknowns_stay_lists_and_sets():
    found = value("{ a = config.a; b = [ 1 config.b ]; }")
    assert isinstance(found, Attrs)
    assert set(found) == {"a", "b"}


def test_a_name_from_an_unknown_with_is_unknown():
    assert value("with config; a").text == "a"
    assert value("with { a = 1; }; with config; a").text == "a"


def test_updating_a_partly_known_set_leaves_it_partly_known():
    assert isinstance(value("({ a = 1; } // lib).nothing"), Unknown)


def test_formals_of_an_unknown_argument_are_unknown_one_by_one():
    found = value("({ pkgs, extra ? 1, ... }: [ pkgs.hello extra ]) config")
    assert isinstance(found, tuple)
    names = [evaluated[1].text if isinstance(evaluated, list) else evaluated.text for evaluated in found]
    assert names == ["pkgs.hello", "config.extra"]


def test_a_missing_formal_of_a_partly_known_set_is_unknown():
    assert value("({ one, other }: other) lib").text == "lib.other"


def test_an_error_beside_an_unknown_is_still_an_error():
    with pytest.raises(EvalError, match="expected a list"):
        value("1 ++ [ ]")
    with pytest.raises(EvalError, match="thrown"):
        value('throw "thrown" + config.a')


def test_needing_an_unknown_says_which_and_why():
    evaluator = Evaluator("/")
    with pytest.raises(UnknownNeededError) as caught:
        evaluator.known(value("config.a"), "because names of machines come from it")
    diagnostic = caught.value.diagnostic
    assert diagnostic.code == "CB180"
    assert "config.a" in diagnostic.message
    assert diagnostic.notes == ("it is known when NixOS evaluates the machine",)
    assert diagnostic.span is not None

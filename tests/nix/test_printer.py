"""`print_expr` writes what `parse` reads back as the same tree, in nixfmt's style."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clanback.nix import NixSyntaxError, parse, parse_file, print_expr
from clanback.nix.ast import Expr, File, String
from tests.nix.generators import bulk, programs

ROOT = Path(__file__).resolve().parents[2]


def _same_again(tree: File) -> None:
    text = print_expr(tree)
    again = parse(text, scope=["unknown"])
    assert again.expr == tree.expr
    assert print_expr(again) == text


@settings(max_examples=200)
@given(programs())
def test_parse_print_parse_is_the_identity(program: str) -> None:
    _same_again(parse(program))


def test_parse_print_parse_is_the_identity_for_many() -> None:
    for program in bulk(2_000, seed=3):
        _same_again(parse(program))


def _files() -> list[Path]:
    places = [ROOT, ROOT.parent / "shared"]
    found = [
        path
        for place in places
        for path in sorted(place.rglob("*.nix"))
        if "error" not in path.parts and ".git" not in path.parts
    ]
    return [path for path in found if "site-packages" not in path.parts]


def test_parse_print_parse_is_the_identity_on_every_file_here() -> None:
    files = _files()
    assert len(files) > 50
    for path in files:
        try:
            tree = parse_file(path)
        except NixSyntaxError:
            # Pipe operators are read only where a flake asks for them.
            assert "invalid" in path.stem or "syntax" in path.stem or any("pipe" in part for part in path.parts), path
            continue
        _same_again(tree)


@settings(max_examples=300)
@given(st.text(st.sampled_from("a \n\t\r$'{}\"\\é"), max_size=12))
def test_indented_strings_keep_their_text(text: str) -> None:
    made = String(0, 0, (text,) if text else (), True)
    assert parse(print_expr(made)).expr == made


@settings(max_examples=300)
@given(st.text(max_size=12).filter(lambda t: "\0" not in t))
def test_strings_keep_their_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    made = String(0, 0, (text,) if text else ())
    assert parse(print_expr(made)).expr == made


@pytest.mark.parametrize(
    "text",
    [
        "a: b: (a + b) * -a",
        "a: b: a + b * a",
        "a: b: (a ++ b) ++ a",
        "a: b: a ++ b ++ a",
        "a: !a == a",
        "a: a ? b.c && a ? d",
        "a: f: f (a: a) (f a) (a.b or 1).c",
        "a: (a.b or 1).c",
        "(1).a",
        "(./a).b",
        "a: - -a",
        "a: if a then a else if a then 1 else 2",
        "{ a, b ? 1, ... }@args: args",
        "args@{ a }: args",
        "with { }; [ a b ]",
        "{ inherit ({ }) a b; }",
    ],
)
def test_short_expressions_stay_as_they_are(text: str) -> None:
    assert print_expr(parse(text)) == text


@pytest.mark.parametrize(
    "text", ["(a: a).${''\n  ''\\t''}", "(a: a).${'' ''\\n''}", "(a: a).${'' ''\\ab''}", "(a: a).${''a''\\tb''}"]
)
def test_names_that_count_as_computed_stay_so(text: str) -> None:
    _same_again(parse(text))


def _printed(text: str) -> str:
    return print_expr(parse(text))


def test_layout() -> None:
    text = """\
{
  a = 1;
  list = [
    1
    2
  ];
  function =
    { config, ... }:
    {
      b = ''
        one
          two ${toString 1}
      '';
    };
}"""
    assert _printed(text) == text


def test_deep_trees_print() -> None:
    tree: Expr = parse("(" * 5_000 + "[ " * 5_000 + "1" + " ]" * 5_000 + ")" * 5_000)
    assert parse(print_expr(tree)) == tree

"""How values and paths are written in messages."""

from __future__ import annotations

import pytest

from clanback.modules.show import dotted, shown
from clanback.nix import Evaluator, parse


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("null", "null"),
        ("true", "true"),
        ("-1", "-1"),
        ('"a\\nb"', '"a\\nb"'),
        ('"${"$"}{x}"', '"\\${x}"'),
        ("[ ]", "[ ]"),
        ('[ 1 "a" ]', '[ 1 "a" ]'),
        ("[ 1 2 3 4 5 ]", "[ 1 2 3 4 … ]"),
        ("[ [ 1 ] ]", "[ [ … ] ]"),
        ("{ }", "{ }"),
        ("{ b = 1; a = 2; }", "{ a = …; b = …; }"),
        ("{ a = 1; b = 1; c = 1; d = 1; }", "{ a = …; b = …; c = …; … }"),
        ("x: x", "a function"),
        ("/etc", "/etc"),
        ('throw "t"', "a value with an error"),
        ("let x = [ x x ]; in x", "[ [ … ] [ … ] ]"),
    ],
)
def test_values_in_a_few_words(text: str, words: str) -> None:
    evaluator = Evaluator()
    assert shown(evaluator, evaluator.thunk(lambda: evaluator.evaluate(parse(text)))) == words


def test_long_texts_are_cut() -> None:
    assert len(shown(Evaluator(), "x" * 1000)) == 60


def test_names_are_quoted_where_nix_needs_it() -> None:
    assert dotted(("a", "b c", "d'", "1")) == 'a."b c".d\'."1"'

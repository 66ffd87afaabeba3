"""Moving text to another indentation never changes what it means."""

from __future__ import annotations

from random import Random

import pytest

from clanback.nix import parse
from clanback.nix.indentation import reindent
from tests.inventory.machine_modules.programs import Program
from tests.nix.generators import bulk


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("{\n  a = 1;\n}", "{\n    a = 1;\n  }"),
        ("''\n  a\n    b\n''", "''\n    a\n      b\n  ''"),
        ("''a\n  b''", "''a\n  b''"),
        ('"a\n  b"', '"a\n  b"'),
        ("[\n  ''\n    a ${\n      x\n    } b\n  ''\n]", "[\n    ''\n      a ${\n        x\n      } b\n    ''\n  ]"),
        ("a\n\nb", "a\n\n  b"),
        ("/* a\n   b */ c", "/* a\n     b */ c"),
    ],
)
def test_lines_move_to_the_right(text: str, moved: str) -> None:
    assert reindent(text, 2) == moved


@pytest.mark.parametrize("columns", [1, 2, 6])
def test_the_tree_stays_the_same(columns: int) -> None:
    for text in bulk(150, seed=columns):
        assert parse(reindent(text, columns)) == parse(text), text


def test_the_tree_of_modules_with_long_strings_stays_the_same() -> None:
    for seed in range(150):
        text = Program(Random(seed)).clan()["clan.nix"]
        assert parse(reindent(text, 4)) == parse(text), text

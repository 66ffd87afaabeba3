"""The language as the Nix manual documents it, construct by construct: by our evaluator, and by real Nix."""

from __future__ import annotations

from typing import Any

import pytest

from clanback.diagnostics import DiagnosticError
from clanback.nix import Evaluator, parse
from clanback.nix.values import Unknown
from tests.nix.manual_constructs import CONSTRUCTS, FAILS, OnlyNix
from tests.nix.nix_outcomes import alike, ours, theirs


def _agrees(outcome: tuple[Any, ...], expected: Any) -> bool:
    return outcome[0] != "value" if expected is FAILS else alike(outcome, ("value", expected))


def _evaluated(text: str) -> Any:
    evaluator = Evaluator("/")
    return evaluator.force(evaluator.evaluate(parse(text)))


@pytest.mark.parametrize("section", CONSTRUCTS)
def test_our_values_are_those_of_the_manual(section):
    known = [(text, expected) for text, expected in CONSTRUCTS[section] if not isinstance(expected, OnlyNix)]
    outcomes = [(text, expected, ours(text)) for text, expected in known]
    assert [one for one in outcomes if not _agrees(one[2], one[1])] == []


UNKNOWN = [text for rows in CONSTRUCTS.values() for text, expected in rows if isinstance(expected, OnlyNix)]


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_depends_on_the_store_is_unknown(text):
    assert isinstance(_evaluated(text), Unknown)


def test_paths_in_the_home_directory_are_refused():
    """Real Nix takes them, from the home of whoever runs it; a configuration that clanback reads must not depend on that."""
    with pytest.raises(DiagnosticError) as caught:
        _evaluated("toString ~/secret")
    assert caught.value.diagnostics[0].code == "CB132"


@pytest.mark.nix
def test_real_nix_says_the_same(tmp_path):
    rows = [(t, e.value if isinstance(e, OnlyNix) else e) for rows in CONSTRUCTS.values() for t, e in rows]
    # Those that fail run alone: an error that tryEval does not catch, or of syntax, would take the others with it.
    found = theirs([text for text, _ in rows], tmp_path, [("failed",) if e is FAILS else ("value", e) for _, e in rows])
    outcomes = [(text, expected, real) for (text, expected), real in zip(rows, found, strict=True)]
    assert [one for one in outcomes if not _agrees(one[2], one[1])] == []

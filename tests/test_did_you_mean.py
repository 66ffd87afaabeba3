"""What was probably meant: near names, never far ones, whatever way the distance is computed."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clanback.diagnostics import _edit_distance, did_you_mean, guess_anew


def distance(a: str, b: str) -> int:
    """Of Damerau and Levenshtein (neighbours swapped once), from its definition."""
    table = {(i, 0): i for i in range(len(a) + 1)} | {(0, j): j for j in range(len(b) + 1)}
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (a[i - 1] != b[j - 1]))
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(a), len(b)]


WORDS = st.text("abc", max_size=8)


@given(WORDS, WORDS, st.integers(1, 9))
@example("ab", "ba", 2)
@example("abab", "baba", 3)
def test_the_distance_is_right_as_far_as_it_matters(a: str, b: str, enough: int) -> None:
    real = distance(a, b)
    found = _edit_distance(a, b, enough)
    assert found == real if real < enough else found >= enough


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("exlcude", "exclude"),
        ("excludes", "exclude"),
        ("starAt", "startAt"),
        ("x", None),
        ("", None),
        ("destination", "destinations"),
    ],
)
def test_a_name_that_was_meant(name: str, meant: str | None) -> None:
    guess_anew()
    assert did_you_mean(name, ["destinations", "exclude", "startAt"]) == meant


@given(WORDS, st.lists(WORDS, max_size=5), st.none() | st.integers(0, 3))
def test_the_nearest_wins_and_it_is_near(name: str, known: list[str], at_most: int | None) -> None:
    guess_anew()
    found = did_you_mean(name, known, at_most=at_most)
    limit = min(max(1, len(name) // 3), len(name) - 1, *([at_most] if at_most is not None else []))
    near = [one for one in known if distance(name, one) <= limit]
    assert found == (min(sorted(near), key=lambda one: distance(name, one)) if near else None)

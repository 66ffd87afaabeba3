"""Folders to save: each once, none inside another, nothing lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clanback.inventory.time_spans import seconds
from clanback.plan.folders import contains, distinct, normal, without_nested

FOLDERS = st.lists(st.text(alphabet="/ab. :é", min_size=1, max_size=12).map(lambda t: "/" + t), max_size=12)


@given(FOLDERS)
def test_every_folder_is_in_one_that_is_saved(folders: list[str]) -> None:
    saved = without_nested(folders)
    assert all(any(contains(outer, normal(folder)) for outer in saved) for folder in folders)


@given(FOLDERS)
def test_no_saved_folder_is_in_another(folders: list[str]) -> None:
    saved = without_nested(folders)
    assert not [(a, b) for a in saved for b in saved if a != b and contains(a, b)]
    assert without_nested(saved) == saved


@given(FOLDERS)
def test_distinct_keeps_texts_and_order(folders: list[str]) -> None:
    kept = distinct(folders)
    assert len(set(kept)) == len(kept)
    assert sorted(set(folders)) == sorted(kept)
    assert [folders.index(f) for f in kept] == sorted(folders.index(f) for f in kept)


@pytest.mark.parametrize(
    ("folder", "known"),
    [
        ("/", "/"),
        ("//", "/"),
        ("/a/", "/a"),
        ("/a//b/./c", "/a/b/c"),
        ("/a/../b", "/a/../b"),
        ("a/b/", "a/b"),
        (".", "."),
        ("./x", "x"),
    ],
)
def test_normal_form(folder: str, known: str) -> None:
    assert normal(folder) == known


def test_the_root_holds_everything_but_relative_folders() -> None:
    assert without_nested(["/a", "/", "b"]) == ("/", "b")


def test_a_name_that_begins_alike_is_no_inner_folder() -> None:
    assert without_nested(["/a", "/ab", "/a/b"]) == ("/a", "/ab")


@pytest.mark.parametrize(
    ("span", "known"),
    [(90, 90), ("90", 90), ("30min", 1800), ("1h 30min", 5400), ("1h30m", 5400), (" 2 days ", 172800), ("1w", 604800)],
)
def test_spans(span: int | str, known: int) -> None:
    assert seconds(span) == known


@pytest.mark.parametrize("span", ["", "min", "3 fortnights", "1.5h", "-1", "1h,2m"])
def test_what_is_no_span(span: str) -> None:
    with pytest.raises(ValueError):
        seconds(span)

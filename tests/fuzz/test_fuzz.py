"""Fuzzing, for about a minute: whatever comes in, a result or a diagnostic comes out. `make fuzz` goes on for an hour."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.fuzz.__main__ import SHARES, Session, by_chance, load
from tests.fuzz.mutation import seeds

FOUND = sorted(path for path in (Path(__file__).parent / "found").iterdir() if path.suffix != ".md")
TRIES = int(os.environ.get("CLANBACK_FUZZ_TRIES", "6000"))
"""For each target: about a quarter of a minute. The seed is fixed, so that a finding is found again."""


def _tried(target: str, *, only_bytes: bool = False, tries: int = TRIES, seed: int = 2026) -> Session:
    load()
    session = Session(None)
    by_chance(session, [target], seed, float("inf"), tries, only_bytes=only_bytes)
    return session


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.name)
def test_what_was_found_is_mended(path: Path) -> None:
    load()
    session = Session(None)
    for target in SHARES:
        session.attempt(target, path.read_bytes())
    session.close()
    assert session.found == {}


@pytest.mark.parametrize("target", sorted(SHARES))
def test_no_surprise(target: str) -> None:
    session = _tried(target)
    assert session.found == {}
    assert session.tries == {target: TRIES}


@pytest.mark.parametrize("target", sorted(SHARES))
def test_random_bytes(target: str) -> None:
    assert _tried(target, only_bytes=True, tries=TRIES // 2).found == {}


def test_a_surprise_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(data: bytes) -> None:
        if b"}" in data:
            raise ValueError("surprise")

    load()
    monkeypatch.setitem(__import__("tests.fuzz.__main__", fromlist=["TARGETS"]).TARGETS, "lexer", broken)
    session = Session(None)
    by_chance(session, ["lexer"], 1, float("inf"), 100)
    assert len(session.found) == 1


def test_there_is_something_to_begin_with() -> None:
    assert len(seeds()) > 100

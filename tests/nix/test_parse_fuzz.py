"""Whatever comes in, a tree or diagnostics come out: no other exception, no hang."""

from __future__ import annotations

import contextlib
import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clanback.nix import NixSyntaxError, parse, parse_file
from tests.nix.generators import bulk

if TYPE_CHECKING:
    from pathlib import Path

    from clanback.diagnostics import Diagnostic

PIECES = (
    "{", "}", "(", ")", "[", "]", ";", "=", '"', "''", "${", "$", ".", ",", "?", "@", ":", "or", "let", "in", "rec",
    "if", "then", "else", "inherit",
    "with", "assert", "!", "-", "+", "++", "//", "/", "./a", "~/", "<a>", "1", "1.5", "a", "\\", "#", "/*", "*/", "\n",
    "==", "...", "x:x", " ", "\0", "é",
    "\ufeff", "\U0001f600", "''\\", "''$", "'''", "\r",
)  # fmt: skip


def _problems(text: str) -> tuple[Diagnostic, ...]:
    try:
        parse(text)
    except NixSyntaxError as problem:
        return problem.diagnostics
    return ()


def _check(text: str) -> None:
    for found in _problems(text):
        assert found.code.startswith("CB0")
        assert found.span is not None
        assert 0 <= found.span.start <= found.span.end <= len(text)
        assert found.message
        assert (found.span.line, found.span.column) >= (1, 1)


@settings(max_examples=300)
@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    _check(text)


def test_tens_of_thousands_of_token_soups() -> None:
    chance = random.Random(1)
    for _ in range(20_000):
        _check("".join(chance.choice(PIECES) + chance.choice(("", " ")) for _ in range(chance.randint(1, 12))))


def test_cut_programs() -> None:
    chance = random.Random(2)
    for program in bulk(2_000, seed=9, size=12):
        _check(program[: chance.randrange(len(program) + 1)])
        at = chance.randrange(len(program) + 1)
        _check(program[:at] + chance.choice(PIECES) + program[at + chance.choice([0, 1, 3]) :])


def test_any_bytes_in_a_file(tmp_path: Path) -> None:
    chance = random.Random(3)
    path = tmp_path / "x.nix"
    for _ in range(2_000):
        path.write_bytes(chance.randbytes(chance.randint(0, 40)))
        with contextlib.suppress(NixSyntaxError):
            parse_file(path)


@pytest.mark.parametrize(
    "piece",
    [
        "a.",
        "a/",
        "1.",
        "{",
        '"',
        "${",
        "''",
        "/*",
        "(",
        "-",
        "!",
        "x:",
        "<a",
        "#",
        "@",
        "a@{",
        "or ",
        "~",
        "'",
        "a b.",
        "\\",
        "//",
    ],
)
def test_long_runs_do_not_hang(piece: str) -> None:
    _check(piece * 3_000)
    _check("{ a = " + piece * 1_000)

"""The parser against real Nix: the same verdict on every program, valid or not, and the same tree on every valid one.

Nix 2.8 prints its tree with `--parse`; `nix_parse_format` prints ours alike. What differs by version, and is left out here:

- pipe operators: tokens since Nix 2.24; both refuse them here (we unless asked), with other words;
- the global names that came after 2.8 (`__convertHash`, `__warn`, …), which we know.
"""

from __future__ import annotations

import random
import subprocess
from typing import TYPE_CHECKING

import pytest

from clanback.nix import NixSyntaxError, parse
from tests.nix.generators import bulk
from tests.nix.nix_parse_format import PRIMER, even, show

if TYPE_CHECKING:
    from pathlib import Path

    from clanback.nix.ast import File

pytestmark = pytest.mark.nix

SNIPPETS = (
    "{", "}", "(", ")", "[", "]", ";", "=", '"', "''", "${", ".", ",", "?", "@", ":", "or ", "let ", "in ", "rec ",
    "if ", "then ", "else ", "inherit ",
    "with ", "assert ", "!", "-", "+", "++", "//", "/", "/a", "./", "~/", "<", "<a>", "1", "1.", ".5", "e", "a", "$",
    "\\", "#", "/*", "*/", "\n", "==",
    "->", "...", "a/b", "x:x", "\t", "'", "&&", "||", "|", "<=", "é", "`", " ", "",
)  # fmt: skip


def _nix(folder: Path, files: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["nix-instantiate", "--parse", *files],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        check=False,
    )


def _assert_same_trees(programs: list[tuple[str, File]], folder: Path) -> None:
    """Nix accepts all of them and has the same trees; many programs in one process."""
    (folder / "primer.nix").write_text(PRIMER)
    for begin in range(0, len(programs), 500):
        chunk = programs[begin : begin + 500]
        files = []
        for number, (text, _) in enumerate(chunk):
            (folder / f"{number}.nix").write_text(text, encoding="utf-8", newline="")
            files.append(f"{number}.nix")
        answer = _nix(folder, ["primer.nix", *files])
        lines = answer.stdout.split("\n")[1:-1]
        assert len(lines) == len(files), f"Nix refuses {chunk[len(lines)][0]!r}: {answer.stderr}"
        for (text, tree), line in zip(chunk, lines, strict=True):
            assert even(show(tree, str(folder))) == even(line), repr(text)


def _mutated(program: str, chance: random.Random) -> str:
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        at, kind = chance.randrange(len(program) + 1), chance.random()
        if kind < 0.4:
            program = program[:at] + chance.choice(SNIPPETS) + program[at:]
        elif kind < 0.75:
            program = program[:at] + program[at + chance.choice([1, 1, 2, 5]) :]
        else:
            program = program[:at] + chance.choice(SNIPPETS) + program[at + chance.choice([1, 2, 3]) :]
    return program


def _names_in_order(tree: File) -> bool:
    """Whether Nix' order of a `let` and of arguments is known: it is that of names as they are first seen."""
    try:
        show(tree, "/")
    except ValueError:
        return False
    return True


def test_ten_thousand_programs_have_the_same_trees(tmp_path: Path) -> None:
    _assert_same_trees([(text, parse(text)) for text in bulk(10_000, seed=7)], tmp_path)


def test_broken_programs_get_the_same_verdict(tmp_path: Path) -> None:
    chance = random.Random(11)
    accepted: list[tuple[str, File]] = []
    refused: list[str] = []
    for program in bulk(2_000, seed=5, size=10):
        text = _mutated(program, chance)
        try:
            tree = parse(text)
        except NixSyntaxError:
            refused.append(text)
        else:
            if _names_in_order(tree):
                accepted.append((text, tree))
    assert len(accepted) > 300
    assert len(refused) > 600
    _assert_same_trees(accepted, tmp_path)
    for text in refused[:200]:
        (tmp_path / "refused.nix").write_text(text, encoding="utf-8", newline="")
        assert _nix(tmp_path, ["refused.nix"]).returncode != 0, f"Nix accepts {text!r}"

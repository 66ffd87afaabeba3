"""The tables that the parser runs on are made from the grammar, and mean what Lark makes of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from lark import Lark
from lark.exceptions import UnexpectedInput

from clanback.nix import NixSyntaxError
from clanback.nix._tables import RULES
from clanback.nix.builder import Builder
from clanback.nix.lark_lexer import lark
from clanback.nix.parser import parse
from tests.nix.generators import bulk

ROOT = Path(__file__).resolve().parents[2]


def test_tables_are_up_to_date() -> None:
    run = subprocess.run(
        [sys.executable, ROOT / "scripts" / "generate_tables.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_rule_has_its_method() -> None:
    assert [name for name, _, _ in RULES if name is not None and not hasattr(Builder, name)] == []


def _lark_accepts(parser: Lark, text: str) -> bool:
    try:
        parser.parse(text)
    except (UnexpectedInput, NixSyntaxError):
        return False
    return True


def _codes(text: str) -> set[str]:
    try:
        parse(text)
    except NixSyntaxError as problem:
        return {found.code for found in problem.diagnostics}
    return set()


def test_lark_itself_accepts_the_same_programs() -> None:
    parser = lark()
    about_meaning = {"CB010", "CB011", "CB012", "CB013"}
    for program in bulk(150, seed=4, size=12):
        assert _codes(program) == set()
        assert _lark_accepts(parser, program)
        broken = program[: len(program) // 2]
        assert _lark_accepts(parser, broken) == (_codes(broken) <= about_meaning)


def test_parsing_does_not_import_lark() -> None:
    code = "import sys; from clanback.nix import parse; parse('{ a = 1; }'); sys.exit('lark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

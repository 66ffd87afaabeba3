"""Makes `clanback/nix/_tables.py` from `grammar/nix.lark`. With `--check`, only says whether the file is up to date (exit 1 if not)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lark import Lark
from lark.lexer import Lexer
from lark.parsers.lalr_analysis import Reduce, Shift

from clanback.nix.lexer import KIND

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
GRAMMAR = ROOT / "grammar" / "nix.lark"
TABLES = ROOT / "clanback" / "nix" / "_tables.py"


class NoLexer(Lexer):
    """Stands in for the lexer: tables do not depend on it."""

    def __init__(self, conf: Any) -> None:
        pass

    def lex(self, lexer_state: Any, parser_state: Any) -> Iterator[Any]:
        """Nothing."""
        return iter(())


def terminal_kinds(lark: Lark) -> dict[str, int]:
    """From Lark's names of terminals to our kinds."""
    kinds = {"$END": 0}
    for terminal in lark.terminals:
        kinds[terminal.name] = KIND[terminal.pattern.value]
    for name, kind in KIND.items():
        kinds.setdefault(name, kind)
    return kinds


def generate() -> str:
    """The text of `_tables.py`."""
    lark = Lark(GRAMMAR.read_text(), parser="lalr", lexer=NoLexer)
    table = lark.parser.parser._parse_table
    kinds = terminal_kinds(lark)
    numbers = {state: i for i, state in enumerate(sorted(table.states, key=int))}
    nonterminals: dict[str, int] = {}
    rules: dict[Any, int] = {}
    for rule in lark.rules:
        nonterminals.setdefault(rule.origin.name, len(nonterminals))
    reductions = []
    for rule in lark.rules:
        rules[rule] = len(reductions)
        reductions.append((rule.alias, len(rule.expansion), nonterminals[rule.origin.name]))
    lines = [
        '"""LALR(1) tables made from grammar/nix.lark by scripts/generate_tables.py: do not edit."""',
        "",
        f"START = {numbers[table.start_states['start']]}",
        f"FINAL = {numbers[table.end_states['start']]}",
        "",
        "# Of each rule: method of the builder (or None), length, nonterminal.",
        "RULES = (",
        *(f"    {r!r}," for r in reductions),
        ")",
        "",
        "# Of each state: kind of token -> state to shift to, or -1 - rule to reduce by.",
        "ACTIONS = (",
    ]
    gotos: list[dict[int, int]] = []
    for state in sorted(table.states, key=int):
        row: dict[int, int] = {}
        goto: dict[int, int] = {}
        for symbol, (action, argument) in table.states[state].items():
            if action is Shift:
                if symbol in nonterminals and symbol not in kinds:
                    goto[nonterminals[symbol]] = numbers[argument]
                else:
                    row[kinds[symbol]] = numbers[argument]
            else:
                assert action is Reduce
                row[kinds[symbol]] = -1 - rules[argument]
        gotos.append(goto)
        lines.append(f"    {dict(sorted(row.items()))!r},")
    lines += [")", "", "# Of each state: nonterminal -> state.", "GOTOS = ("]
    lines += [f"    {dict(sorted(goto.items()))!r}," for goto in gotos]
    lines += [")", ""]
    return "\n".join(lines)


def main() -> int:
    """Write or check."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true")
    text = generate()
    if arguments.parse_args().check:
        fresh = TABLES.exists() and TABLES.read_text() == text
        print("up to date" if fresh else "out of date: run scripts/generate_tables.py")
        return 0 if fresh else 1
    TABLES.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Makes `clanback/nix/_tables.py` from `grammar/nix.lark`; with `--check`, exits 1 if the file is not up to date."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lark.parsers.lalr_analysis import Shift

from clanback.nix.lark_lexer import lark
from clanback.nix.lexer import KIND

if TYPE_CHECKING:
    from lark import Lark

ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "clanback" / "nix" / "_tables.py"


def terminal_kinds(parser: Lark) -> dict[str, int]:
    """From Lark's names of terminals to our kinds."""
    kinds = {"$END": 0}
    for terminal in parser.terminals:
        kinds[terminal.name] = KIND[terminal.pattern.value]
    for name, kind in KIND.items():
        kinds.setdefault(name, kind)
    return kinds


class Tables:
    """Lark's tables, made shorter.

    A rule that only passes its one part on (`sum: product`) builds nothing, so a parser that has seen a product may at
    once be where it would be after the sum. For each state and symbol we join the state after the part with those after
    the whole, which takes the precedence ladder out of the way. A state that can do nothing but reduce is not entered at
    all: its reduction is done when its symbol is shifted, or made by another reduction.
    """

    def __init__(self, parser: Lark) -> None:
        table = parser.parser.parser._parse_table
        kinds = terminal_kinds(parser)
        self.rules: list[tuple[str | None, int, int]] = []
        self.nonterminals: dict[str, int] = {}
        numbers: dict[Any, int] = {}
        for rule in parser.rules:
            symbol = self.nonterminals.setdefault(str(rule.origin.name), len(KIND) + len(self.nonterminals))
            numbers[rule] = len(self.rules)
            self.rules.append((rule.alias and str(rule.alias), len(rule.expansion), symbol))
        symbols = {**self.nonterminals, **kinds}
        # Of each state of Lark: symbol -> state to go to, or -1 - rule to reduce by.
        self.base: dict[int, dict[int, int]] = {
            int(state): {
                symbols[name]: int(argument) if action is Shift else -1 - numbers[argument]
                for name, (action, argument) in row.items()
            }
            for state, row in table.states.items()
        }
        self.base[int(table.end_states["start"])] = {KIND["$END"]: ACCEPT}
        self.start = int(table.start_states["start"])
        self.rows: list[dict[int, int]] = []
        self.symbols: list[int] = []
        self._shorten()

    def _joined(self, row: dict[int, int], symbol: int, done: dict[int, dict[int, int]]) -> dict[int, int]:
        """The state reached from `row` by `symbol`, joined with those its unit rules lead to from `row`."""
        if symbol in done:
            return done[symbol]
        target = self.base[row[symbol]]
        joined: dict[int, int] = {}
        for seen, action in target.items():
            if action < 0:
                alias, length, origin = self.rules[-1 - action]
                if alias is None and length == 1 and origin in row:
                    further = self._joined(row, origin, done)
                    for other, after in further.items():
                        if other >= len(KIND):
                            assert joined.setdefault(other, after) == after, "states cannot be joined"
                    if seen in further:
                        joined[seen] = further[seen]
                    continue
            assert joined.setdefault(seen, action) == action, "states cannot be joined"
        done[symbol] = joined
        return joined

    def _shorten(self) -> None:
        known: dict[tuple[tuple[int, int], ...], int] = {}
        pending: list[tuple[dict[int, int], int]] = []

        def number(row: dict[int, int], symbol: int) -> int:
            key = tuple(sorted(row.items()))
            if key not in known:
                known[key] = len(pending)
                pending.append((row, symbol))
            return known[key]

        number(self.base[self.start], 0)
        at = 0
        shifts: list[dict[int, int | tuple[str, int]]] = []
        while at < len(pending):
            row, _ = pending[at]
            made: dict[int, int | tuple[str, int]] = {}
            done: dict[int, dict[int, int]] = {}
            for symbol, action in sorted(row.items()):
                if action < 0 or action == ACCEPT:
                    made[symbol] = action
                    continue
                target = self._joined(row, symbol, done)
                actions = set(target.values())
                if len(actions) == 1 and next(iter(actions)) < 0:
                    made[symbol] = ("reduce", -1 - next(iter(actions)))
                else:
                    made[symbol] = number(target, symbol)
            shifts.append(made)
            at += 1
        self.symbols = [symbol for _, symbol in pending]
        states = len(pending)
        for made in shifts:
            row = {}
            for symbol, action in made.items():
                if isinstance(action, int):
                    row[symbol] = action
                elif symbol < len(KIND):
                    row[symbol] = states + action[1]
                else:
                    row[symbol] = -1 - action[1]
            self.rows.append(row)


ACCEPT = 9999


def generate() -> str:
    """The text of `_tables.py`."""
    tables = Tables(lark())
    return "\n".join(
        [
            '"""LALR(1) tables made from grammar/nix.lark by scripts/generate_tables.py: do not edit."""',
            "",
            "# Of each rule: method of the builder, number of parts, symbol.",
            "RULES = (",
            *(f"    {rule!r}," for rule in tables.rules),
            ")",
            "",
            "# Of each state (the first one is where to begin): symbol -> action. For a token: the state to shift to,",
            "# len(STATES) + the rule to reduce by once it is shifted, or -1 - the rule to reduce by before it. For what a rule",
            f"# made: the state to go to, or -1 - the rule to reduce by next. {ACCEPT}: the text is complete.",
            "STATES = (",
            *(f"    {row!r}," for row in tables.rows),
            ")",
            "",
            "# Of each state: the symbol that leads to it.",
            f"SYMBOLS = {tuple(tables.symbols)!r}",
            "",
            f"ACCEPT = {ACCEPT}",
            "",
            "# The symbols of rules, by their names in the grammar.",
            f"NONTERMINALS = {tables.nonterminals!r}",
            "",
        ]
    )


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

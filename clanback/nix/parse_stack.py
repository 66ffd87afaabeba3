"""The parser's stack without values, for finding out what was unfinished where an error is, and what could have stood there."""

from __future__ import annotations

from clanback.nix import lexer
from clanback.nix._tables import ACCEPT, RULES, STATES, SYMBOLS
from clanback.nix.lexer import KIND


class ParseStack:
    """The parser's stack without values: states, and the index of the token that each one's symbol began with."""

    def __init__(self) -> None:
        self.states = [0]
        self.begins = [0]

    def symbol(self, index: int) -> int:
        """The symbol at a place of the stack."""
        return SYMBOLS[self.states[index]]

    def last(self, *symbols: int) -> int | None:
        """Index of the topmost one of some symbols."""
        for index in range(len(self.states) - 1, 0, -1):
            if self.symbol(index) in symbols:
                return index
        return None

    def drop(self) -> None:
        """Take the topmost symbol off."""
        self.states.pop()
        self.begins.pop()

    def take(self, token: int, kind: int) -> bool:
        """Take one token; False if it cannot stand here (then reductions it would have allowed have been made)."""
        action = STATES[self.states[-1]].get(kind, ACCEPT)
        while action < 0:
            if not self._reduce(-1 - action, token):
                return False
            action = STATES[self.states[-1]].get(kind, ACCEPT)
        if action == ACCEPT:
            return kind == lexer.END and STATES[self.states[-1]].get(kind) == ACCEPT
        if action < len(STATES):
            self.states.append(action)
            self.begins.append(token)
            return True
        self.states.append(self.states[-1])
        self.begins.append(token)
        return self._reduce(action - len(STATES), token)

    def _reduce(self, rule: int, token: int) -> bool:
        while True:
            _, length, symbol = RULES[rule]
            begin = self.begins[-length] if length else token
            if length:
                del self.states[-length:]
                del self.begins[-length:]
            action = STATES[self.states[-1]].get(symbol)
            if action is None:
                return False
            self.states.append(action if action >= 0 else self.states[-1])
            self.begins.append(begin)
            if action >= 0:
                return True
            rule = -1 - action

    def copy(self) -> ParseStack:
        """Another stack with the same on it."""
        made = ParseStack()
        made.states = list(self.states)
        made.begins = list(self.begins)
        return made

    def expected(self) -> frozenset[int]:
        """The kinds of tokens that could stand next."""
        return frozenset(kind for kind in STATES[self.states[-1]] if kind < len(KIND) and self.copy().take(0, kind))

"""Wrong usage, answered with what was probably meant: `clanback rendr`, `clanback check --formt json`."""

from __future__ import annotations

import argparse
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import NoReturn

_INVALID_CHOICE = re.compile(r"argument ([^:]+): invalid choice: '([^']*)'")
"""How argparse, from Python 3.11 on, tells of a word that is none of those an argument may be."""


class Parser(argparse.ArgumentParser):
    """argparse's own parser, with a guess at what was meant; parsers of subcommands are made of the same class."""

    _arguments: Sequence[str] = ()

    def error(self, message: str) -> NoReturn:
        """Print the usage and what is wrong, and exit with 2."""
        from clanback.cli.terminal import safe

        super().error(safe(message) + self._guess(message))

    def parse_or_exit(self, arguments: Sequence[str]) -> argparse.Namespace:
        """Parse; what is left over is answered with the usage of the command that was named, not with that of all commands."""
        self._arguments = arguments
        options, rest = self.parse_known_args(arguments)
        named = self._named(options)
        if rest:
            named.refuse(rest)
        named.refuse_empty(options)
        return options

    def refuse(self, rest: Sequence[str]) -> NoReturn:
        """Say that this command has no such options or arguments."""
        self.error(f"unrecognized arguments: {' '.join(rest)}{self._options_meant(rest)}")

    def refuse_empty(self, options: argparse.Namespace) -> None:
        """An empty value is a variable of a shell that is not set (`--target-host "$host"`): it must not pass for none at all."""
        for action in self._actions:
            given = getattr(options, action.dest, None)
            if action.type is None and (given == "" or (isinstance(given, list) and "" in given)):
                name = "/".join(action.option_strings) or action.metavar or action.dest
                advice = "; leave it out if you mean none" if action.option_strings or action.nargs in ("?", "*") else ""
                self.error(f"{name} is empty: is a variable of your shell not set?{advice}")

    def _options_meant(self, words: Sequence[str]) -> str:
        """A guess at those of the words that look like options and are none."""
        known = {option for action in self._actions for option in action.option_strings if option.startswith("--")}
        unknown = [word.partition("=")[0] for word in words if word.startswith("--") and len(word) > 2]
        guesses = (_meant(word, known) for word in unknown if word not in known)
        meant = ", ".join(dict.fromkeys(f"`{guess}`" for guess in guesses if guess))
        return f"; did you mean {meant}?" if meant else ""

    def _named(self, options: argparse.Namespace) -> Parser:
        """The parser of the command, or of its subcommand, that the options are for."""
        parser: Parser = self
        for level in ("command", "subcommand"):
            name = getattr(options, level, None)
            for action in parser._actions:
                if action.dest == level and isinstance(action.choices, dict) and name in action.choices:
                    parser = action.choices[name]
        return parser

    def _guess(self, message: str) -> str:
        found = _INVALID_CHOICE.match(message)
        if found is None:
            return ""
        argument, word = found.groups()
        for action in self._actions:
            if argument in ("/".join(action.option_strings), action.metavar, action.dest) and action.choices is not None:
                guess = _meant(word, map(str, action.choices))
                if guess:
                    return f"; did you mean `{guess}`?"
        return self._options_meant(self._arguments)  # the value of an option that is none is taken for the command


def _meant(word: str, known: Iterable[str]) -> str | None:
    """The one that begins with the word, if there is but one, else the one that is a few letters away."""
    from clanback.diagnostics import did_you_mean

    known = list(known)
    longer = [one for one in known if word and one.startswith(word)]
    return longer[0] if len(longer) == 1 else did_you_mean(word, known)

"""What programs a shell script calls, as far as that can be told by reading it: enough for hooks, and silent where it is not.

`calls` gives the simple commands of a script, also those inside `$(…)`; None for a script that uses more of the shell than is
understood here (`case`, `eval`, `source`, arithmetic with `((`): then nothing is said of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Sequence

BUILTINS = frozenset(
    """
    : . [ [[ alias bg break builtin cd command compgen complete continue declare dirs disown echo enable eval exec exit export
    false fc fg getopts hash help history jobs kill let local logout mapfile popd printf pushd pwd read readarray readonly return
    set shift shopt source suspend test times trap true type typeset ulimit umask unalias unset wait
    """.split()  # noqa: SIM905
)
_BEFORE_COMMANDS = frozenset({"if", "then", "elif", "else", "while", "until", "do", "!", "{", "time"})
_CLOSING = frozenset({"fi", "done", "}"})
_BEYOND = frozenset({"case", "select", "function", "eval", "source", ".", "[[", "trap", "alias", "coproc"})
_WRAPPERS = frozenset({"exec", "command", "builtin", "nohup"})
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\+?=")
_NO_ARGUMENTS = re.compile(r"\(\s*\)")
_DEEPEST = 40
"""Substitutions in substitutions beyond which nothing is said of a script."""
_END_OF_WORD = frozenset(" \t\r\n;&|()<>")


class _BeyondError(Exception):
    """The script uses something that is not understood here."""


@attrs.frozen
class Call:
    """A simple command: its words, None for those that only the shell can know."""

    words: tuple[str | None, ...]


def calls(script: str) -> Sequence[Call] | None:
    """The simple commands of a script in the order they stand; None where it cannot be told."""
    reader = _Reader(script)
    try:
        reader.commands(end="")
    except _BeyondError:
        return None
    return [call for call in reader.found if call.words[0] not in reader.functions]


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.found: list[Call] = []
        self.functions: set[str] = set()
        self.here_documents: list[str] = []

    def commands(self, end: str) -> None:
        """Read commands up to the sign `end`, which is left where it is."""
        text = self.text
        words: list[str | None] = []
        while True:
            while self.at < len(text) and text[self.at] in " \t\r":
                self.at += 1
            sign = text[self.at : self.at + 1]
            if sign == end:
                self._finish(words)
                return
            if not sign:
                raise _BeyondError
            if sign == "#":
                self.at = self._end_of_line()
            elif sign == "\n":
                self._finish(words)
                self.at += 1
                self._skip_here_documents()
            elif sign in ";&|":
                if text.startswith((";;", "&>"), self.at):
                    self._redirection() if text[self.at] == "&" else self._beyond()
                    continue
                self._finish(words)
                self.at += 1
            elif sign == "(":
                self._parenthesis(words)
            elif sign == ")":
                raise _BeyondError
            elif sign in "<>":
                self._redirection()
            else:
                self._word(words)

    def _beyond(self) -> None:
        raise _BeyondError

    def _word(self, words: list[str | None]) -> None:
        begin = self.at
        word = self.word()
        written = self.text[begin : self.at]
        if written.isdigit() and self.text[self.at : self.at + 1] in ("<", ">") and self.at < len(self.text):
            return
        if not words:
            if written in _BEFORE_COMMANDS or written in _CLOSING:
                return
            if written == "for":
                self._for()
                return
            if written in _BEYOND:
                raise _BeyondError
            assigned = _ASSIGNMENT.match(written)
            if assigned is not None:
                if assigned[0].rstrip("+=") == "PATH" or self.text[self.at : self.at + 1] == "(":
                    raise _BeyondError
                return
        elif words[0] == "export" and written.startswith("PATH="):
            raise _BeyondError
        if words and words[-1] in _WRAPPERS and len(words) == 1 and not written.startswith("-"):
            words.clear()
        words.append(word)

    def _for(self) -> None:
        """`for x in a b c`: the words up to the end of the line; `do` then goes on."""
        end = re.compile(r"[ \t]+[A-Za-z_][A-Za-z0-9_]*(?:[ \t]+in\b)?").match(self.text, self.at)
        if end is None:
            raise _BeyondError
        self.at = end.end()
        while self.at < len(self.text) and self.text[self.at] not in ";\n":
            if self.text[self.at] in " \t":
                self.at += 1
            elif self.text[self.at] in "()&|<>#":
                raise _BeyondError
            else:
                self.word()

    def _parenthesis(self, words: list[str | None]) -> None:
        if self.text.startswith("((", self.at):
            raise _BeyondError
        if len(words) == 1 and words[0] is not None and _NO_ARGUMENTS.match(self.text, self.at):
            self.functions.add(words[0])
            words.clear()
            self.at = self.text.index(")", self.at) + 1
            return
        if words:
            raise _BeyondError
        self._inside(")")

    def _inside(self, end: str) -> None:
        """Commands between the sign at this place and the sign that closes it."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _BeyondError
        self.at += 1
        self.commands(end)
        self.at += 1
        self.depth -= 1

    def _end_of_line(self) -> int:
        end = self.text.find("\n", self.at)
        return len(self.text) if end < 0 else end

    def _redirection(self) -> None:
        found = re.compile(r"<<<|<<-?|&>>?|[<>]\(|[<>]&|>>|>\||<>|[<>]").match(self.text, self.at)
        assert found is not None
        self.at = found.end()
        if found[0].endswith("("):
            self.at -= 1
            self._inside(")")
            return
        while self.text[self.at : self.at + 1] in (" ", "\t"):
            self.at += 1
        begin = self.at
        word = self.word()
        if begin == self.at:
            raise _BeyondError
        if found[0] in ("<<", "<<-"):
            if word is None:
                raise _BeyondError
            self.here_documents.append(word)

    def _skip_here_documents(self) -> None:
        for mark in self.here_documents:
            while True:
                if self.at >= len(self.text):
                    raise _BeyondError
                end = self._end_of_line()
                line, self.at = self.text[self.at : end], end + 1
                if line.lstrip("\t") == mark:
                    break
        self.here_documents.clear()

    def _finish(self, words: list[str | None]) -> None:
        if words:
            self.found.append(Call(tuple(words)))
            words.clear()

    def word(self) -> str | None:
        """One word; None where the shell expands something in it."""
        text, pieces, known = self.text, [], True
        while self.at < len(text) and text[self.at] not in _END_OF_WORD:
            sign = text[self.at]
            if sign == "\\":
                pieces.append(text[self.at + 1 : self.at + 2].replace("\n", ""))
                self.at += 2
            elif sign == "'":
                end = text.find("'", self.at + 1)
                if end < 0:
                    raise _BeyondError
                pieces.append(text[self.at + 1 : end])
                self.at = end + 1
            elif sign == '"':
                known = self._double_quoted(pieces) and known
            elif sign in "$`":
                self._expansion()
                known = False
            else:
                known = known and sign not in "*?["
                pieces.append(sign)
                self.at += 1
        return "".join(pieces) if known else None

    def _double_quoted(self, pieces: list[str]) -> bool:
        text, known = self.text, True
        self.at += 1
        while True:
            sign = text[self.at : self.at + 1]
            if not sign:
                raise _BeyondError
            if sign == '"':
                self.at += 1
                return known
            if sign == "\\":
                pieces.append(text[self.at + 1 : self.at + 2])
                self.at += 2
            elif sign in "$`":
                self._expansion()
                known = False
            else:
                pieces.append(sign)
                self.at += 1

    def _expansion(self) -> None:
        text = self.text
        if text[self.at] == "`":
            raise _BeyondError
        after = text[self.at + 1 : self.at + 2]
        if after == "(":
            if text.startswith("$((", self.at):
                raise _BeyondError
            self.at += 1
            self._inside(")")
        elif after == "{":
            end = re.compile(r"\$\{[^{}'\"`$\\]*\}").match(text, self.at)
            if end is None:
                raise _BeyondError
            self.at = end.end()
        elif after in ("'", '"'):
            raise _BeyondError
        else:
            end = re.compile(r"\$(?:[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-])?").match(text, self.at)
            assert end is not None
            self.at = end.end()

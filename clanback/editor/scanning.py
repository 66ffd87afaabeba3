"""Where a cursor stands in a text that is being typed, and so is not Nix at the moment.

Only what stands before the cursor counts: braces, brackets and quotes that are open, and the names on the way to them. That
needs no parser, and works however broken the rest is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from clanback.editor.outline import DYNAMIC, LET

if TYPE_CHECKING:
    from clanback.editor.outline import Path

_TOKEN = re.compile(
    r"""
      (?P<space>\s+|\#[^\n]*|/\*.*?(?:\*/|\Z))
    | (?P<indented>'')
    | (?P<quote>")
    | (?P<interpolation>\$\{)
    | (?P<path>[A-Za-z0-9._+~<-]{0,256}(?:/[A-Za-z0-9._+-]+)+/?>?)
    | (?P<word>[A-Za-z_][A-Za-z0-9_'-]*)
    | (?P<number>[0-9][0-9.eE]*)
    | (?P<sign>\.\.\.|==|!=|<=|>=|&&|\|\||->|//|\+\+|.)
    """,
    re.VERBOSE | re.DOTALL,
)


@attrs.frozen
class Cursor:
    """Where the cursor stands.

    `path` are the names on the way, and those before the last dot of what is being typed; `typed` is what is there already of the
    next name, from `start` on. In a `value`, `path` is that of the name that it is given to; `quoted` inside a string, `in_list`
    inside brackets. `siblings` are the names that the innermost set has already (as far as they stand before the cursor).
    """

    path: Path
    typed: str
    start: int
    value: bool = False
    quoted: bool = False
    in_list: bool = False
    siblings: frozenset[str] = frozenset()


class _Frame:
    """An open bracket, and how far the statement in it has come."""

    __slots__ = ("bound", "kind", "names", "path", "pending", "siblings", "skips")

    def __init__(self, kind: str, path: Path) -> None:
        self.kind = kind
        self.path = path
        self.names: list[str] = []
        """The names of the statement so far, before its `=`."""
        self.bound = False
        """Whether the `=` was there."""
        self.pending = False
        """Whether a dot came last, so that a name follows."""
        self.skips = 0
        """How many semicolons belong to `with` and `assert`."""
        self.siblings: set[str] = set()

    def here(self) -> Path:
        """The path of the value that stands here."""
        return (*self.path, *self.names) if self.bound and self.kind in "{l" else self.path

    def end_statement(self) -> None:
        if self.names:
            self.siblings.add(self.names[0])
        self.names, self.bound, self.pending = [], False, False


def cursor_at(text: str, offset: int) -> Cursor | None:
    """Where a cursor stands; None in a comment, or where nothing can be completed."""
    frames = [_Frame("(", ())]
    at = 0
    word_start, word = offset, ""
    while at < offset:
        match = _TOKEN.match(text, at, offset)
        if match is None:  # pragma: no cover - the last branch matches any character
            return None
        kind, token = match.lastgroup, match.group()
        frame = frames[-1]
        end = match.end()
        if kind == "space":
            if end == offset and not token[-1].isspace():
                return None  # in a comment
        elif kind in ("quote", "indented"):
            string = _string(text, end, offset, "''" if kind == "indented" else '"')
            if string is None:
                return None
            stop, content, closed = string
            if not closed:
                return _in_string(frames, content, end) if kind == "quote" else None
            if kind == "quote" and not frame.bound:
                _name(frame, content)
            end = stop
        elif kind == "word":
            if end == offset and token not in ("in",):
                word, word_start = token, at
                break
            _word(frames, token)
        elif kind == "interpolation":
            closing = _closing(text, end, offset)
            if closing is None:
                return None
            _name(frame, DYNAMIC)
            end = closing
        elif kind == "sign":
            _sign(frames, token)
        at = end
    return _cursor(frames, word, word_start)


def _string(text: str, start: int, offset: int, quote: str) -> tuple[int, str, bool] | None:
    """Where a string ends, what is in it, whether it is closed before the cursor; None if the cursor is in an interpolation."""
    at = start
    while at < offset:
        if quote == "''" and text.startswith("''", at):
            if text[at + 2 : at + 3] in ("$", "'", "\\"):
                at += 3
                continue
            return at + 2, text[start:at], True
        if quote == '"' and text[at] == '"':
            return at + 1, text[start:at], True
        if quote == '"' and text[at] == "\\":
            at += 2
            continue
        if text.startswith("$${", at):
            at += 3
            continue
        if text.startswith("${", at):
            closing = _closing(text, at + 2, offset)
            if closing is None:
                return None
            at = closing
            continue
        at += 1
    return offset, text[start:offset], False


def _closing(text: str, at: int, offset: int) -> int | None:
    """Where an interpolation ends; None if the cursor is in it."""
    depth = 1
    while at < offset:
        character = text[at]
        if character == '"' or text.startswith("''", at):
            quote = '"' if character == '"' else "''"
            string = _string(text, at + len(quote), offset, quote)
            if string is None or not string[2]:
                return None
            at = string[0]
            continue
        depth += (character == "{") - (character == "}")
        at += 1
        if depth == 0:
            return at
    return None


def _name(frame: _Frame, name: str) -> None:
    """A name in a path before the `=`."""
    if frame.bound or frame.kind not in "{l":
        return
    if frame.pending or not frame.names:
        frame.names.append(name)
    else:  # two names without a dot: a new statement, the semicolon of the last is missing
        frame.end_statement()
        frame.names.append(name)
    frame.pending = False


def _word(frames: list[_Frame], word: str) -> None:
    frame = frames[-1]
    if word == "let":
        frames.append(_Frame("l", (*frame.here(), LET)))
    elif word == "in":
        if frame.kind == "l":
            frames.pop()
    elif word in ("with", "assert"):
        frame.skips += 1
    elif word == "inherit" and not frame.bound:
        frame.names, frame.bound = ["inherit"], True
    else:
        _name(frame, word)


def _sign(frames: list[_Frame], sign: str) -> None:
    frame = frames[-1]
    if sign in "{[(":
        frames.append(_Frame(sign, frame.here()))
    elif sign in "}])":
        while len(frames) > 1 and frames[-1].kind != {"}": "{", "]": "[", ")": "("}[sign]:
            frames.pop()  # what was never closed
        if len(frames) > 1:
            frames.pop()
    elif sign == "=":
        frame.bound = frame.bound or bool(frame.names)
    elif sign == ";":
        if frame.skips:
            frame.skips -= 1
        else:
            frame.end_statement()
    elif sign == ".":
        frame.pending = True
    elif sign in (",", ":", "?", "@") and not frame.bound:  # formals of a function
        frame.names, frame.pending = [], False


def _cursor(frames: list[_Frame], typed: str, start: int) -> Cursor | None:
    frame = frames[-1]
    if frame.kind in "{l" and not frame.bound:
        names = frame.names if frame.pending else []
        siblings = frozenset(frame.siblings) if not names else frozenset()
        return Cursor((*frame.path, *names), typed, start, siblings=siblings)
    if frame.pending and not typed and frame.kind not in "{l":
        return None
    return Cursor(frame.here(), typed, start, value=True, in_list=any(one.kind == "[" for one in frames[-2:]))


def _in_string(frames: list[_Frame], content: str, start: int) -> Cursor:
    frame = frames[-1]
    if frame.kind in "{l" and not frame.bound:
        names = frame.names if frame.pending else []
        return Cursor((*frame.path, *names), content, start, quoted=True)
    return Cursor(frame.here(), content, start, value=True, quoted=True, in_list=frame.kind == "[")

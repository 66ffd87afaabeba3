"""What to do about a text that is not Nix: characters, words and variables that people write who know other languages better."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clanback.diagnostics import Source

_QUOTES = "“”„‟«»‘’‚‛`´"  # noqa: RUF001 - these characters are what it is about
_DASHES = "‐‑‒–—−"  # noqa: RUF001
_WORDS = {"True": "true", "TRUE": "true", "False": "false", "FALSE": "false", "None": "null", "NULL": "null", "Null": "null"}
_NO_VARIABLES = {**_WORDS, "nil": "null", "undefined": "null"}
_SWITCHES = {"yes": "true", "no": "false", "on": "true", "off": "false"}
_BESIDES = {"&": "`&&` is the logical and", "|": "`||` is the logical or", "\\": "a function is written `x: …`"}


def of_character(text: str, offset: int) -> tuple[str, str]:
    """What to call a character that cannot stand in Nix outside of strings, and what to write in its place."""
    character = text[offset]
    shown = f"character {character!r}"
    if character in _QUOTES:
        return shown, f'the quotes of Nix are straight: replace `{character}` by `"`'
    if character == "'":
        return shown, "texts are in double quotes: replace `'` by `\"`"
    if character in _DASHES:
        return shown, f"replace `{character}` by the hyphen of the keyboard, `-`"
    category = unicodedata.category(character)
    if category in ("Zs", "Zl", "Zp", "Cf", "Cc"):
        name = unicodedata.name(character, "control character").lower()
        other = "an ordinary space" if category == "Zs" else "a line break" if category in ("Zl", "Zp") else "nothing: remove it"
        return f"{name} (U+{ord(character):04X})", f"replace it by {other}" if "remove" not in other else "remove it"
    if character == "$":
        return shown, "a variable is written without `$`; in a string it is `${name}`"
    if character in _BESIDES:
        return shown, _BESIDES[character]
    if character.isalpha():
        return (
            shown,
            f'names have plain letters, digits, `_`, `-` and `\'`: put another one in quotes, as in `"{_word(text, offset)}"`',
        )
    return shown, "remove it, or put it in quotes if it belongs to a text"


def _word(text: str, offset: int) -> str:
    """The word around an offset."""
    begin = offset
    while begin > 0 and (text[begin - 1].isalnum() or text[begin - 1] in "_-"):
        begin -= 1
    end = offset
    while end < len(text) and (text[end].isalnum() or text[end] in "_-"):
        end += 1
    return text[begin:end]


def of_variable(source: Source, name: str, start: int, end: int, near: str | None, globals_: frozenset[str]) -> str:
    """What to do about an undefined variable; `near` is one that is defined and resembles it."""
    text = source.text
    interpolated = (
        re.search(r"\$\{\s*\Z", text[max(0, start - 20) : start]) is not None and text[end : end + 20].lstrip()[:1] == "}"
    )
    inside = _string_around(source, start) if interpolated else None
    shell = None
    if inside is not None:
        escape = "''${" if inside == "''" else "\\${"
        shell = f"for the shell's variable write `{escape}{name}}}`"
        if re.fullmatch(r"[A-Z_][A-Z0-9_]*", name):
            return shell
    if name in _NO_VARIABLES:
        return f"write `{_NO_VARIABLES[name]}`"
    if name in _SWITCHES:
        return f'write `{_SWITCHES[name]}`, or put it in quotes if it is text: `"{name}"`'
    if f"__{name}" in globals_:
        return f"write `builtins.{name}`"
    if near is not None:
        return f"did you mean `{near}`?"
    if re.fullmatch(r"mk(?:If|Merge|Force|Default|Before|After|Order|Override|Option|EnableOption|Enable[A-Z]\w*)", name):
        return f"write `lib.{name}`, and take `lib` as an argument: `{{ lib, ... }}: …`"
    if shell is not None:
        return f"define it in a `let`, or take it as an argument; {shell}"
    if re.search(r"//[ \t]*\Z", text[max(0, start - 20) : start]):
        return "if it is a comment: comments begin with `#`; if it is a variable, define it in a `let` or take it as an argument"
    return f'define it in a `let`, take it as an argument, or put it in quotes if it is text: `"{name}"`'


def _string_around(source: Source, offset: int) -> str | None:
    """The quotes of the string to which the interpolation belongs that begins last before `offset`: `"`, `''`, or None."""
    begins, quotes = _interpolations(source)
    at = bisect_left(begins, offset) - 1
    return quotes[at] if at >= 0 else None


@lru_cache(maxsize=1)
def _interpolations(source: Source) -> tuple[list[int], list[str | None]]:
    """Where each `${` begins, and the quotes of the string it stands in (None: in a path, or it names an attribute)."""
    from clanback.nix import lexer
    from clanback.nix.token_places import token_places

    tokens, _ = token_places(source)
    opening = {lexer.STRING_OPEN: '"', lexer.INDENTED_OPEN: "''", lexer.PATH_OPEN: None, lexer.BRACE_OPEN: None}
    closing = (lexer.STRING_CLOSE, lexer.INDENTED_CLOSE, lexer.PATH_CLOSE, lexer.BRACE_CLOSE)
    begins: list[int] = []
    quotes: list[str | None] = []
    around: list[str | None] = []
    for token in tokens:
        if token.kind == lexer.DOLLAR_BRACE:
            begins.append(token.start)
            quotes.append(around[-1] if around else None)
            around.append(None)
        elif token.kind in opening:
            around.append(opening[token.kind])
        elif token.kind in closing and around:
            around.pop()
    return begins, quotes

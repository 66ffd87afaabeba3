"""Our lexer under Lark's `Lexer` interface: for making the tables, and for who wants Lark's own parser on `grammar/nix.lark`.

Nothing that runs for users imports this file: Lark takes 60 ms to import and more to make its tables.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lark import Lark, Token
from lark.lexer import Lexer

from clanback.diagnostics import Source
from clanback.nix.lexer import TERMINALS
from clanback.nix.token_places import places

if TYPE_CHECKING:
    from collections.abc import Iterator


class NixLexer(Lexer):
    """Gives Lark the tokens of `clanback.nix.lexer`, under the names that the grammar gives them."""

    def __init__(self, conf: Any) -> None:
        self.names = {terminal.pattern.value: terminal.name for terminal in conf.terminals}

    def lex(self, data: Any) -> Iterator[Token]:  # type: ignore[override]  # Lark wraps lexers that take the text only
        """The tokens of a text, but for the one at its end, which Lark adds itself."""
        text = data if isinstance(data, str) else data.text
        source = Source("<lark>", text)
        for kind, start, end in places(source):
            if kind:
                name = TERMINALS[kind]
                line, column = source.position(start)
                yield Token(self.names.get(name, name), text[start:end], start, line, column, end_pos=end)


def grammar() -> str:
    """The text of `grammar/nix.lark`, from the checkout or from inside the package."""
    package = Path(__file__).resolve().parent.parent
    for path in (package.parent / "grammar" / "nix.lark", package / "_grammar" / "nix.lark"):
        if path.exists():
            return path.read_text(encoding="utf-8")
    raise FileNotFoundError("grammar/nix.lark")


def lark() -> Lark:
    """Lark's own parser for Nix, without callbacks: `lark().parse(text)` gives Lark's trees."""
    return Lark(grammar(), parser="lalr", lexer=NixLexer)

# ruff: noqa: SIM300  # `A <= B` is the subset of sets here, not an order of constants
"""What is wrong with a text that is not Nix, in words: what was found, what was expected, and what that belongs to.

The parser only says that there is an error. Here the tokens go through the same tables once more, without building anything but a
stack of symbols and the tokens they began with, which tells what was unfinished where the error is.

When all brackets of the text pair up, parsing goes on behind the `;` that ends the binding with the error, so that the
errors of one file are reported together; otherwise what follows would be guesswork, and the first error is the only one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.diagnostics import Diagnostic, Label, Span, error
from clanback.nix import lexer
from clanback.nix._tables import NONTERMINALS, SYMBOLS
from clanback.nix.lexer import KIND, TERMINALS
from clanback.nix.parse_stack import ParseStack
from clanback.nix.token_places import Token, token_places

if TYPE_CHECKING:
    from clanback.diagnostics import Source

_K = KIND
_OPENING = {_K["{"]: _K["}"], _K["${"]: _K["}"], _K["["]: _K["]"], _K["("]: _K[")"]}
_CLOSING = frozenset(_OPENING.values())
_EXPRESSION_STARTS = frozenset({lexer.ID, lexer.INT, lexer.STRING, _K["("], _K["{"], _K["["], _K["rec"]})
_OPERATORS = frozenset(_K[o] for o in ("->", "||", "&&", "//", "+", "-", "*", "/", "++"))
_COMPARISONS = frozenset(_K[o] for o in ("==", "!=", "<", ">", "<=", ">="))
_WORDS = {
    lexer.END: "the end of the file",
    lexer.ID: "a name",
    lexer.INT: "an integer",
    lexer.FLOAT: "a float",
    lexer.STRING: "a string",
    lexer.PATH: "a path",
    lexer.SPATH: "a search path",
    lexer.URI: "a URI",
    lexer.STRING_OPEN: "a string",
    lexer.INDENTED_OPEN: "a string",
    lexer.PATH_OPEN: "a path",
    lexer.TEXT: "text",
    lexer.PATH_CLOSE: "the end of the path",
}
_MAX_ERRORS = 20
_ATTRIBUTES = "attributes are written `name = value;`"


def find_errors(source: Source, *, pipe_operators: bool = False) -> list[Diagnostic]:
    """The syntax errors of a text that the parser refused, the first one first."""
    tokens, lexical = token_places(source, pipe_operators=pipe_operators)
    pairs = _pair(tokens) if not lexical else None
    found: list[Diagnostic] = []
    stack = ParseStack()
    index = 0
    while index < len(tokens) and len(found) < _MAX_ERRORS:
        if stack.take(index, tokens[index].kind):
            index += 1
            continue
        found.append(_Error(source, tokens, index, stack).diagnostic())
        if pairs is None:
            return found
        index = _recover(tokens, index, stack, pairs)
    return found or list(lexical)


def _pair(tokens: list[Token]) -> dict[int, int] | None:
    """From each opening bracket's index to that of its closing one, or None when some do not pair up."""
    pairs: dict[int, int] = {}
    open_ones: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind in _OPENING:
            open_ones.append(index)
        elif token.kind in _CLOSING:
            if not open_ones or _OPENING[tokens[open_ones[-1]].kind] != token.kind:
                return None
            pairs[open_ones.pop()] = index
    return None if open_ones else pairs


def _recover(tokens: list[Token], index: int, stack: ParseStack, pairs: dict[int, int]) -> int:
    """Go on behind the binding that has the error: the index of its `;`, or that of the end of the tokens."""
    while (opening := stack.last(_K["{"])) is not None:
        closing = pairs[stack.begins[opening]]
        assign = next((i for i in range(len(stack.states) - 1, opening, -1) if stack.symbol(i) == _K["="]), None)
        if assign is not None:
            at = _out(tokens, index, stack.begins[opening], closing, pairs)
            if at is not None:
                while len(stack.states) > assign + 1:
                    stack.drop()
                stack.take(at, lexer.INT)
                return at
        while len(stack.states) > opening:
            stack.drop()
    return len(tokens)


def _out(tokens: list[Token], index: int, opening: int, closing: int, pairs: dict[int, int]) -> int | None:
    """The first `;` at or behind `index` that stands directly between the brackets."""
    at = opening + 1
    while at < closing:
        if at >= index and tokens[at].kind == _K[";"]:
            return at
        at = pairs.get(at, at) + 1
    return None


class _Error:
    """One error: the token at `index` cannot stand after what is on the stack."""

    def __init__(self, source: Source, tokens: list[Token], index: int, stack: ParseStack) -> None:
        self.source = source
        self.tokens = tokens
        self.index = index
        self.stack = stack
        self.found = tokens[index]
        self.before = tokens[index - 1] if index else None
        self.expected = stack.expected()

    def diagnostic(self) -> Diagnostic:
        """The error in words."""
        return self._bracket() or self._missing_semicolon() or self._known_slip() or self._continuation() or self._general()

    # What the errors below are made of

    def _text(self, token: Token) -> str:
        return self.source.text[token.start : token.end]

    def _name(self, token: Token) -> str:
        """What a token is called in a message."""
        text = self._text(token)
        if token.kind == lexer.END:
            return "the end of the file"
        if token.kind in (lexer.STRING, lexer.STRING_OPEN, lexer.INDENTED_OPEN, lexer.TEXT) and (len(text) > 30 or "\n" in text):
            return _WORDS[token.kind]
        return f"`{text}`" if text else _WORDS[token.kind]

    def _span(self, token: Token) -> Span:
        return Span(self.source, token.start, token.end)

    def _after(self) -> Span:
        """The place right behind the token before the error."""
        end = self.before.end if self.before is not None else 0
        return Span(self.source, end, end)

    def _line(self, offset: int) -> int:
        return self.source.position(offset)[0]

    def _make(
        self,
        message: str,
        span: Span | None = None,
        labels: list[Label] | None = None,
        help: str | None = None,
        code: str = "CB001",
    ) -> Diagnostic:
        labels = [*(labels or []), *self._runaway_string()]
        return error(code, message, span or self._span(self.found), labels=labels, help=help)

    def _runaway_string(self) -> list[Label]:
        """A string of several lines right before the error: perhaps it should have ended on its first."""
        for token in self.tokens[max(0, self.index - 3) : self.index + 1]:
            if (
                token.kind in (lexer.STRING, lexer.STRING_OPEN)
                and self.source.text[token.start] == '"'
                and "\n" in self._text(token)
            ):
                begin = Span(self.source, token.start, token.start + 1)
                return [Label(begin, "this string goes on to another line: is its closing quote missing?")]
        return []

    def _missing(self, message: str, labels: list[Label] | None = None, help: str | None = None) -> Diagnostic:
        """Something is missing: behind the token before, when what was found is on another line, else right here."""
        if self.before is not None and self._line(self.found.start) != self._line(self.before.end):
            place = Label(self._span(self.found), f"{self._name(self.found)} cannot follow")
            return self._make(message, self._after(), [*(labels or []), place], help)
        return self._make(f"{message}, found {self._name(self.found)}", None, labels, help)

    def _attribute(self, assign: int) -> str:
        """The attribute path before the `=` at this place of the stack, as written."""
        first = self.tokens[self.stack.begins[assign - 1]]
        last = self.tokens[self.stack.begins[assign] - 1]
        text = " ".join(self.source.text[first.start : last.end].split())
        return text if len(text) <= 60 else text[:57] + "…"

    # Kinds of errors, the surest first

    def _bracket(self) -> Diagnostic | None:
        """A bracket or text that is never closed, or closed by another bracket."""
        if self.found.kind != lexer.END and self.found.kind not in _CLOSING:
            return None
        top = self.stack.last(*_OPENING, lexer.STRING_OPEN, lexer.INDENTED_OPEN)
        if top is None:
            if self.found.kind in _CLOSING:
                return self._make(f"{self._name(self.found)} closes nothing", help="remove it, or open it where it should begin")
            return None
        opening = self.tokens[self.stack.begins[top]]
        closing = _OPENING.get(opening.kind)
        if closing is None or closing == self.found.kind:
            return None
        if self.found.kind in _CLOSING and self.stack.last(*_OPENING) != top:
            return None
        wanted = TERMINALS[closing]
        labels = [Label(self._span(opening), f"this `{TERMINALS[opening.kind]}` is not closed")]
        hint = f"add `{wanted}`"
        if self.found.kind == lexer.END:
            suspect = self._less_indented()
            if suspect is not None and suspect.start != opening.start:
                labels.append(Label(self._span(suspect), "perhaps this one: what closes it is indented otherwise"))
            message = f"expected `{wanted}` before the end of the file"
        else:
            message = f"expected `{wanted}`, found {self._name(self.found)}"
            hint = f"add `{wanted}` before it, or write it in place of {self._name(self.found)}"
        return self._make(message, None, labels, hint, code="CB006")

    def _less_indented(self) -> Token | None:
        """The innermost opening bracket at the end of a line whose closing one begins a line of less indentation."""
        open_ones: list[Token] = []
        for token in self.tokens[: self.index]:
            if token.kind in _OPENING:
                open_ones.append(token)
            elif token.kind in _CLOSING and open_ones:
                opening = open_ones.pop()
                if self._line(opening.start) == self._line(token.start):
                    continue
                line = self.source.line(self._line(token.start))
                inside = len(line) - len(line.lstrip())
                outer = self.source.line(self._line(opening.start))
                if line.lstrip().startswith(TERMINALS[token.kind]) and inside < len(outer) - len(outer.lstrip()):
                    return opening
        return None

    def _missing_semicolon(self) -> Diagnostic | None:
        """`a = 1` and then, with no `;`, `b = 2`: the error shows only at the second `=`."""
        assign = self.stack.last(_K["="], _K["{"], _K["["], _K["("], _K["${"], _K["let"], _K["with"], _K["assert"])
        if assign is None or self.stack.symbol(assign) != _K["="]:
            return None
        if self.found.kind == _K["="]:
            # Back over the attribute path that the `=` belongs to.
            at = self.index - 1
            while at > 1 and self.tokens[at - 1].kind == _K["."]:
                at -= 2
            ends = at - 1
            if ends <= self.stack.begins[assign] or self.tokens[ends].kind in _OPERATORS | _COMPARISONS:
                return None
            end = self.tokens[ends].end
            name = self._attribute(assign)
            labels = [
                Label(Span(self.source, self.tokens[at].start, self.tokens[self.index - 1].end), "another attribute begins here")
            ]
            return self._make(
                f"expected `;` after the value of attribute `{name}`", Span(self.source, end, end), labels, "add `;`"
            )
        if _K[";"] in self.expected and self.found.kind not in (_K[","], _K[":"]):
            return self._missing(f"expected `;` after the value of attribute `{self._attribute(assign)}`", None, "add `;`")
        return None

    def _known_slip(self) -> Diagnostic | None:
        """What people write who know other languages better."""
        kind = self.found.kind
        in_list = self.stack.last(_K["["], _K["{"], _K["("], _K["="])
        if kind in (_K[","], _K[";"]) and in_list is not None and self.stack.symbol(in_list) == _K["["]:
            opening = Label(self._span(self.tokens[self.stack.begins[in_list]]), "in this list")
            return self._make(
                f"unexpected {self._name(self.found)} in a list",
                None,
                [opening],
                "separate the elements with spaces, and put calls in parentheses",
            )
        if _K[";"] in self.expected and kind == _K[","]:
            return self._make("expected `;`, found `,`", help="attributes end with `;`")
        if kind == _K[":"] and _K["="] in self.expected:
            return self._make("expected `=`, found `:`", help=_ATTRIBUTES)
        if kind == _K["=="] and _K["="] in self.expected:
            return self._make("expected `=`, found `==`", help=_ATTRIBUTES)
        if kind == _K["//"] and kind not in self.expected:
            return self._make("unexpected `//`", help="comments begin with `#`")
        if TERMINALS[kind] in lexer.KEYWORDS and (lexer.ID in self.expected) and not _EXPRESSION_STARTS <= self.expected:
            text = self._text(self.found)
            return self._make(f"expected a name, found the keyword `{text}`", help=f'quote it to use it as a name: `"{text}"`')
        if kind in _COMPARISONS and _K["&&"] in self.expected and kind not in self.expected:
            return self._make(
                f"{self._name(self.found)} cannot follow another comparison", help="put one of the two in parentheses"
            )
        if kind in (_K[":"], _K["@"]) and in_list is not None and self.stack.symbol(in_list) == _K["["]:
            return self._make(
                f"unexpected {self._name(self.found)} in a list", help="put functions in a list in parentheses: `[ (x: x) ]`"
            )
        if kind == lexer.PATH_CLOSE:
            return self._make("path has an empty part: two slashes after one another", self._path_span(), None, "remove one")
        if kind == _K["="] and _K[";"] not in self.expected and _OPERATORS <= self.expected:
            top = self.stack.last(*_OPENING, _K["if"], _K["assert"])
            if top is not None and self.stack.symbol(top) in (_K["if"], _K["assert"], _K["("]):
                return self._make("unexpected `=`", help="to compare, write `==`")
        return None

    def _path_span(self) -> Span:
        opening = self.stack.last(lexer.PATH_OPEN)
        begin = self.tokens[self.stack.begins[opening or 0]]
        return Span(self.source, begin.start, self.found.end)

    def _continuation(self) -> Diagnostic | None:
        """A construct of several parts of which one is missing."""
        for word, after in (("then", "if"), ("else", "then"), ("in", "let")):
            if _K[word] in self.expected and (after != "let" or not _OPERATORS <= self.expected):
                top = self.stack.last(_K[after])
                if top is None:
                    continue
                opening = self.tokens[self.stack.begins[top]]
                what = {
                    "then": "the condition of `if`",
                    "else": "the `then` part of `if`",
                    "in": "the names of `let`",
                }[word]
                labels = [Label(self._span(opening), f"this `{after}` has no `{word}`")]
                also = "an attribute or " if word == "in" else ""
                hint = f"add `{word}`" + (
                    " before the expression that uses the names" if word == "in" else f" and what comes after {what}"
                )
                return self._missing(f"expected {also}`{word}` after {what}", labels, hint)
        top = self.stack.last(_K["with"], _K["assert"], _K["inherit"], *_OPENING)
        if _K[";"] in self.expected and top is not None:
            opening = self.tokens[self.stack.begins[top]]
            word = TERMINALS[opening.kind]
            if word in ("with", "assert", "inherit"):
                labels = [Label(self._span(opening), f"this `{word}`")]
                what = {"with": "the set of `with`", "assert": "the condition of `assert`", "inherit": "the names of `inherit`"}[
                    word
                ]
                return self._missing(f"expected `;` after {what}", labels, "add `;`")
        return None

    def _general(self) -> Diagnostic:
        expected = self.expected
        found = self._name(self.found)
        if _EXPRESSION_STARTS <= expected and not _OPERATORS <= expected:
            after = f" after {self._name(self.before)}" if self.before is not None else ""
            closing = next((f" or `{TERMINALS[k]}`" for k in _CLOSING if k in expected), "")
            return self._make(f"expected an expression{closing}{after}, found {found}", help=self._for_expression())
        if _K[":"] in expected and lexer.ID not in expected and len(expected) <= 2:
            hint = "the arguments of a function are written `{ name, ... }: …`"
            if self.before is not None and self._text(self.before) == "}":
                hint = "an attribute needs a value: `name = value;`"
            return self._make(f"expected `:` after the arguments of a function, found {found}", help=hint)
        names = NONTERMINALS["bindings"] in (SYMBOLS[s] for s in self.stack.states[-1:])
        words: list[str] = []
        if names or (lexer.ID in expected and _K["inherit"] in expected):
            words.append("an attribute")
        elif lexer.ID in expected and not _OPERATORS <= expected:
            words.append("a name")
        if _OPERATORS <= expected:
            words.append("an operator")
        for kind in sorted(expected):
            if (
                kind >= len(lexer.CLASSES)
                and kind not in _OPERATORS
                and TERMINALS[kind] in ("=", ";", ":", ",", "}", "]", ")", "in", "then", "else", "...")
            ):
                words.append(f"`{TERMINALS[kind]}`")
        if lexer.END in expected:
            words.append("the end of the file")
        if not words:
            words = [_WORDS.get(kind, f"`{TERMINALS[kind]}`") for kind in sorted(expected)][:5]
        listed = " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
        return self._make(f"expected {listed}, found {found}", help=self._for_anything_else())

    def _for_expression(self) -> str:
        """What to do where an expression is missing."""
        before = self.before.kind if self.before is not None else None
        if self.found.kind in _OPERATORS | _COMPARISONS:
            return f"{self._name(self.found)} needs a value on its left side: write it, or remove the operator"
        if before == _K["="]:
            return "write the attribute's value after `=`, or remove the attribute"
        if before is not None and before in _OPERATORS | _COMPARISONS:
            return f"{self._name(self.tokens[self.index - 1])} needs a value on its right side: write it, or remove the operator"
        if self.found.kind == lexer.END:
            return "write an expression, such as `{ }`"
        return f"write an expression here, or remove {self._name(self.found)}"

    def _for_anything_else(self) -> str:
        """What to do where something else is missing, by what could stand there."""
        if _K["="] in self.expected:
            return _ATTRIBUTES
        if _K[","] in self.expected:
            return "separate the arguments of a function with `,`"
        if lexer.END in self.expected and self.found.kind == _K["="]:
            return "attributes stand in a set: `{ name = value; }`"
        if lexer.END in self.expected and self.index:
            return "a file is one expression: remove what comes after it, or put both into a set or list"
        if self.found.kind == lexer.END:
            return "the file ends too early: write the rest, or remove what is unfinished"
        return f"remove {self._name(self.found)}, or write before it what is missing"

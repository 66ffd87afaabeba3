"""Nix text to tokens: a stack of modes (code, string, indented string, path), one master expression for each.

A token is `(kind, value)`. `kind` is an index into `TERMINALS`. `value` is what the parser keeps of it: a leaf of the tree for
names and literals (`StaticName` for a name), the text of a piece of a string, and the offset for everything else.

Rules and names follow Nix' `lexer.l`. It takes the longest match; here the order of the alternatives and a few
lookaheads come to the same: a name is none when it goes on as a path or a URI.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, Final, NoReturn

from clanback.diagnostics import Label, Source, Span, error
from clanback.nix.ast import Float, Int, Path, SearchPath, StaticName, String, Uri
from clanback.nix.errors import NixSyntaxError
from clanback.nix.strings import strip_indentation, unescape

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYWORDS = ("assert", "else", "if", "in", "inherit", "let", "or", "rec", "then", "with")

PUNCTUATION = (
    "{", "}", "[", "]", "(", ")", "${", "=", ";", ":", ",", "@", ".", "...", "?", "!", "+", "-", "*", "/", "++", "//",
    "==", "!=", "<", ">", "<=", ">=", "&&", "||", "->", "|>", "<|",
)  # fmt: skip

CLASSES = (
    "$END", "ID", "INT", "FLOAT", "STRING", "PATH", "SPATH", "URI",
    "STRING_OPEN", "STRING_CLOSE", "INDENTED_OPEN", "INDENTED_CLOSE", "PATH_OPEN", "PATH_CLOSE", "TEXT",
)  # fmt: skip

TERMINALS = CLASSES + KEYWORDS + PUNCTUATION
"""Every kind of token: classes by their names in the grammar, keywords and punctuation by their text."""

KIND = {name: index for index, name in enumerate(TERMINALS)}

END, ID, INT, FLOAT, STRING, PATH, SPATH, URI = range(8)
STRING_OPEN, STRING_CLOSE, INDENTED_OPEN, INDENTED_CLOSE, PATH_OPEN, PATH_CLOSE, TEXT = range(8, 15)
DOLLAR_BRACE, BRACE_OPEN, BRACE_CLOSE = KIND["${"], KIND["{"], KIND["}"]

_P = r"[a-zA-Z0-9._+\-]"
_U = r"[a-zA-Z0-9%/?:@&=+$,\-_.!~*']"
_SPACE = r"[ \t\r\n]*+(?:(?:\#[^\r\n]*+|/\*[^*]*+\*++(?:[^/*][^*]*+\*++)*/)[ \t\r\n]*+)*"

# Only single characters are repeated possessively: `(?:…)*+` matches wrongly in Python up to 3.11.4 (CPython issue 106052). No
# repetition of a group can give back an iteration and then go on, so none of them takes more than linear time.

# The groups, in this order; the numbers are compared with `lastindex` below.
_NAME, _PUNCTUATION, _STRING, _INDENTED, _RUN, _PATH, _PATH_START, _SPATH = range(1, 9)
_URI, _FLOAT, _INT, _OPERATOR, _LATE_NAME, _OPEN, _END = range(9, 16)

CODE = re.compile(
    _SPACE
    + rf"""(?:
      ([a-zA-Z_][a-zA-Z0-9_'\-]*+)(?!{_P}{{0,255}}+(?:/{_P}|/\$\{{|:{_U}|{_P}))
    | (==?|[;{{}}\[\](),@:*?]|!=?|&&|\|\||\|>|>=?|\$\{{|\.(?!{_P}{{0,255}}+(?:/|{_P}))(?![0-9.]))
    | "([^$"\\]*+(?:(?:\$[^{{"\\]|\$?\\.)[^$"\\]*+)*\$?)"
    | ''([^$']*+(?:(?:\$(?!\{{)|'(?!'))[^$']*+)*)''(?!['$\\])
    | ({_P}{{256}})
    | ({_P}*+(?:/{_P}++)+/?|~(?:/{_P}++)+/?)
    | ((?:{_P}*+|~)/(?=\$\{{))
    | (<{_P}++(?:/{_P}++)*>)
    | ([a-zA-Z][a-zA-Z0-9+\-.]*+:{_U}++)
    | ((?:[1-9][0-9]*\.[0-9]*|0?\.[0-9]+)(?:[Ee][+\-]?[0-9]+)?)
    | ([0-9]++)
    | (\.\.\.|\.|\+\+?|->|-|//?|<=|<\||<)
    | ([a-zA-Z_][a-zA-Z0-9_'\-]*+)
    | ("|'')
    | (\Z)
    | (.)
    )""",
    re.VERBOSE | re.DOTALL,
)

CODE_AGAIN: Final = -1

# What a run of 256 characters or more, any of which could be in a path, is made of: so that no lookahead is longer than that.
_SHORT = re.compile(
    r"([a-zA-Z_][a-zA-Z0-9_'\-]*+)|((?:[1-9][0-9]*\.[0-9]*|0?\.[0-9]+)(?:[Ee][+\-]?[0-9]+)?)|([0-9]++)|\.\.\.|\.|\+\+?|->|-"
)
_PATH_GOES_ON = re.compile(rf"/{_P}|/\$\{{")
_URI_GOES_ON = re.compile(f":{_U}")
_RUN_END = re.compile(rf"{_P}++")
_WHOLE = re.compile(rf"({_P}++(?:/{_P}++)+/?|{_P}++/(?=\$\{{))|([a-zA-Z][a-zA-Z0-9+\-.]*+:{_U}++)")

STRING_TEXT = re.compile(r"""[^$"\\]*+(?:(?:\$[^{"\\]|\$?\\.)[^$"\\]*+)*(?:\$(?="))?""", re.DOTALL)
INDENTED_TEXT = re.compile(r"""((?:[^$']++|\$[^{']|'[^'$])+)|''(\$)|(\$)(?!\{)|''(')|''\\(.)|(')(?!')""", re.DOTALL)
INDENTED_OPEN_SPACE = re.compile(r"''(?: *\n)?")
PATH_TEXT = re.compile(rf"{_P}*+(?:/{_P}++)+/?|{_P}*+/|{_P}++")


def tokens(source: Source, *, pipe_operators: bool = False) -> Iterator[tuple[int, Any]]:
    """The tokens of a text, `END` last.

    Raises `NixSyntaxError` where no token can begin, or a string, comment or path does not end as it must.
    """
    text = source.text
    position = 0
    kinds = KIND
    keywords = {name: KIND[name] for name in KEYWORDS}
    find_keyword = keywords.get
    names: dict[str, str] = {}
    intern = names.setdefault
    scan = CODE.finditer
    depth = 0
    closing = -len(text) - 1  # the depth at which `}` ends the interpolation around us; none that can be reached
    around: list[
        tuple[int, int, int]
    ] = []  # of each interpolation: kind of text it is in, `closing` outside, where that text began
    while True:
        # Code: until an interpolation ends, or a text with interpolation begins.
        mode = 0
        begin = 0
        for match in scan(text, position):
            group = match.lastindex
            if group == 1 or group == 13:
                name = match[group]
                kind = find_keyword(name, 1)
                if kind == 1:
                    yield 1, StaticName(match.start(group), match.end(), intern(name, name))
                else:
                    yield kind, match.start(group)
            elif group == 2 or group == 12:
                name = match[group]
                kind = kinds[name]
                if name == "{" or name == "${":
                    depth += 1
                elif name == "}":
                    if depth == closing:
                        depth -= 1
                        yield kind, match.end() - 1
                        mode, closing, begin = around.pop()
                        position = match.end()
                        break
                    depth -= 1
                elif (name == "|>" or name == "<|") and not pipe_operators:
                    _no_pipes(source, match.start(group), match.end())
                elif name == "/" and text.startswith("*", match.end()):
                    _unexpected(source, match.start(group))
                yield kind, match.start(group)
            elif group == 3:
                value = match[3]
                if "\\" in value or "\r" in value:
                    value = unescape(value)
                yield 4, String(match.start(3) - 1, match.end(), (value,) if value else ())
            elif group == 4:
                start = match.start(4) - 2
                value = match[4]
                opening = INDENTED_OPEN_SPACE.match(text, start)
                assert opening is not None
                value = text[opening.end() : match.end() - 2]
                yield 4, String(start, match.end(), strip_indentation([(value, True)]), True)
            elif group == 11:
                start, end = match.span(11)
                yield 2, Int(start, end, _integer(source, match[11], start))
            elif group == 6 or group == 7:
                start, end = match.span(group)
                if match[group][-1] != "/" and text[end : end + 2] != "${":
                    yield 5, Path(start, end, (match[group],))
                    continue
                yield PATH_OPEN, (start, match[group])
                mode, begin, position = PATH_OPEN, start, end
                break
            elif group == 10:
                start, end = match.span(10)
                yield 3, Float(start, end, _float(source, match[10], start))
            elif group == 9:
                start, end = match.span(9)
                yield 7, Uri(start, end, match[9])
            elif group == 8:
                start, end = match.span(8)
                yield 6, SearchPath(start, end, text[start + 1 : end - 1])
            elif group == 14:
                begin = match.start(14)
                if text[begin] == '"':
                    mode, position = STRING_OPEN, begin + 1
                else:
                    opening = INDENTED_OPEN_SPACE.match(text, begin)
                    assert opening is not None
                    mode, position = INDENTED_OPEN, opening.end()
                yield mode, begin
                break
            elif group == 5:
                position = match.start(5)
                stop, whole = _long_run(text, position)
                while position < stop and position < whole:
                    short = _SHORT.match(text, position)
                    assert short is not None
                    position, piece = short.end(), short[0]
                    if short.lastindex == 1:
                        kind = find_keyword(piece, 1)
                        yield kind, short.start() if kind != 1 else StaticName(short.start(), position, piece)
                    elif short.lastindex == 2:
                        yield 3, Float(short.start(), position, _float(source, piece, short.start()))
                    elif short.lastindex == 3:
                        yield 2, Int(short.start(), position, _integer(source, piece, short.start()))
                    else:
                        yield kinds[piece], short.start()
                if position >= stop:
                    mode = CODE_AGAIN
                    break
                found = _WHOLE.match(text, position)
                assert found is not None
                begin, position = found.span()
                if found.lastindex == 2:
                    yield 7, Uri(begin, position, found[2])
                    mode = CODE_AGAIN
                elif found[1][-1:] != "/" and text[position : position + 2] != "${":
                    yield 5, Path(begin, position, (found[1],))
                    mode = CODE_AGAIN
                else:
                    yield PATH_OPEN, (begin, found[1])
                    mode = PATH_OPEN
                break
            elif group == 15:
                yield END, len(text)
                return
            else:
                _unexpected(source, match.start(16))

        # Text of a string or path: until it ends, or an interpolation begins.
        if mode == CODE_AGAIN:
            continue
        if mode == STRING_OPEN:
            found = STRING_TEXT.match(text, position)
            assert found is not None
            end = found.end()
            if end > position:
                yield TEXT, unescape(text[position:end])
            position = end
            if text.startswith('"', end):
                yield STRING_CLOSE, end + 1
                position = end + 1
                continue
        elif mode == INDENTED_OPEN:
            while (found := INDENTED_TEXT.match(text, position)) is not None:
                group = found.lastindex
                assert group is not None
                if group == 1:
                    yield TEXT, (found[1], True)
                elif group == 4:
                    yield TEXT, ("''", False)
                elif group == 5:
                    yield TEXT, (unescape("\\" + found[5]), False)
                else:
                    yield TEXT, (found[group], False)
                position = found.end()
            if text.startswith("''", position):
                yield INDENTED_CLOSE, position + 2
                position += 2
                continue
        else:
            while (found := PATH_TEXT.match(text, position)) is not None:
                yield TEXT, found[0]
                position = found.end()
            if not text.startswith("${", position):
                if text[position - 1] == "/":
                    _fail(source, "CB004", "path ends with a slash", begin, position, help="leave out the last `/`")
                yield PATH_CLOSE, position
                continue
        if not text.startswith("${", position):
            _unterminated(source, begin, mode)
        yield DOLLAR_BRACE, position
        position += 2
        around.append((mode, closing, begin))
        depth += 1
        closing = depth


def _long_run(text: str, position: int) -> tuple[int, int]:
    """Where a long run ends, and where in it a path or URI begins that goes on behind it (beyond the end if none does)."""
    run = _RUN_END.match(text, position)
    assert run is not None
    stop = run.end()
    if _PATH_GOES_ON.match(text, stop):
        return stop, position
    if _URI_GOES_ON.match(text, stop):
        # A scheme has no `_` and begins with a letter, where a token begins.
        least = text.rfind("_", position, stop) + 1
        while position < stop:
            if position >= least and text[position].isalpha():
                return stop, position
            short = _SHORT.match(text, position)
            assert short is not None
            position = short.end()
    return stop, stop


_AS_TEXT = "write another number, or put it in quotes if it is text"


def _integer(source: Source, digits: str, start: int) -> int:
    stripped = digits.lstrip("0") or "0"
    if len(stripped) > 19 or int(stripped) > 0x7FFFFFFFFFFFFFFF:
        _fail(source, "CB003", f"integer {digits[:40]} does not fit in 64 bits", start, start + len(digits), help=_AS_TEXT)
    return int(stripped)


def _float(source: Source, digits: str, start: int) -> float:
    value = float(digits)
    if not 2.2250738585072014e-308 <= value < math.inf and (value or digits.lower().partition("e")[0].strip(".0")):
        _fail(source, "CB003", f"float {digits[:40]} is too large or too small", start, start + len(digits), help=_AS_TEXT)
    return value


def _fail(source: Source, code: str, message: str, start: int, end: int, *, help: str | None = None) -> NoReturn:
    raise NixSyntaxError(error(code, message, Span(source, start, end), help=help))


def _no_pipes(source: Source, start: int, end: int) -> NoReturn:
    text = source.text[start:end]
    _fail(
        source,
        "CB005",
        f"`{text}` is experimental in Nix and not enabled here",
        start,
        end,
        help="write it as an application: `f x`",
    )


def _unterminated(source: Source, begin: int, mode: int) -> NoReturn:
    length = len(source.text)
    quotes = '"' if mode == STRING_OPEN else "''"
    labels = [Label(Span(source, length, length), "the file ends here")]
    if mode == STRING_OPEN and (suspect := _runaway_string(source, begin)) is not None:
        labels.append(Label(suspect, "perhaps this one: it goes on to another line"))
    raise NixSyntaxError(
        error(
            "CB002",
            f"string is not closed: expected `{quotes}` before the end of the file",
            Span(source, begin, begin + len(quotes)),
            labels=labels,
            help=f"add `{quotes}` where the string ends",
        )
    )


def _runaway_string(source: Source, end: int) -> Span | None:
    """The last string of several lines before an offset: when one quote is missing, every later string is inside out."""
    from clanback.nix.token_places import token_places

    before, _ = token_places(Source("", source.text[:end]))
    for token in reversed(before):
        if token.kind == STRING and source.text[token.start] == '"' and "\n" in source.text[token.start : token.end]:
            return Span(source, token.start, token.start + 1)
    return None


def _unexpected(source: Source, offset: int) -> NoReturn:
    text = source.text
    if text.startswith("/*", offset):
        _fail(
            source,
            "CB002",
            "comment is not closed: expected `*/` before the end of the file",
            offset,
            offset + 2,
            help="add `*/`",
        )
    from clanback.nix.advice import of_character  # only who errs waits for it

    what, advice = of_character(text, offset)
    _fail(source, "CB001", f"unexpected {what}", offset, offset + 1, help=advice)

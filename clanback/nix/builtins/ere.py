"""POSIX extended regular expressions as Nix reads them, which is to say as libstdc++'s `std::regex::extended` does.

`parse` turns a pattern into a tree of tuples over *bytes* (`.` is one byte of a multi-byte character, as in Nix):

    ("set", frozenset of byte values)      ("begin",) ("end",)          ("group", number, tree)
    ("cat", [tree, …])                     ("or", [tree, …])            ("repeat", tree, least, most or None)

What differs from the standard, found by asking Nix: `\\d` and other escapes of ordinary characters are errors, `a{,3}` is one,
an empty alternative is fine, a `*` with nothing before it is not, `a**` is, `]` and `}` alone stand for themselves, class
names ignore case and include `w`, `d`, `s`, `[.-.]` is an error (punctuation has only its long names), bytes above 127 count
as negative in ranges.
"""

from __future__ import annotations

from typing import Any, TypeAlias

Tree: TypeAlias = tuple[Any, ...]

_SPECIAL = frozenset(".[\\()*+?{|^$")
_NESTING_LIMIT = 200
STATE_LIMIT = 100_000
"""libstdc++ refuses automata with more states than this."""

_DIGIT = frozenset(range(0x30, 0x3A))
_UPPER = frozenset(range(0x41, 0x5B))
_LOWER = frozenset(range(0x61, 0x7B))
_SPACE = frozenset(b" \t\n\v\f\r")
_ALNUM = _DIGIT | _UPPER | _LOWER
_GRAPH = frozenset(range(0x21, 0x7F))
CLASSES = {
    "d": _DIGIT,
    "w": _ALNUM | {0x5F},
    "s": _SPACE,
    "alnum": _ALNUM,
    "alpha": _UPPER | _LOWER,
    "blank": frozenset(b" \t"),
    "cntrl": frozenset([*range(0x20), 0x7F]),
    "digit": _DIGIT,
    "graph": _GRAPH,
    "lower": _LOWER,
    "print": _GRAPH | {0x20},
    "punct": _GRAPH - _ALNUM,
    "space": _SPACE,
    "upper": _UPPER,
    "xdigit": _DIGIT | frozenset(b"abcdefABCDEF"),
}
ANY = frozenset(range(1, 256))

# The names POSIX gives to the characters of ASCII, in their order; letters are their own names.
_COLLATING_NAMES = (  # noqa: SIM905 (128 names)
    "NUL SOH STX ETX EOT ENQ ACK alert backspace tab newline vertical-tab form-feed carriage-return SO SI DLE DC1 "
    "DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC IS4 IS3 IS2 IS1 space exclamation-mark quotation-mark number-sign "
    "dollar-sign percent-sign ampersand apostrophe left-parenthesis right-parenthesis asterisk plus-sign comma "
    "hyphen period slash zero one two three four five six seven eight nine colon semicolon less-than-sign "
    "equals-sign greater-than-sign question-mark commercial-at A B C D E F G H I J K L M N O P Q R S T U V W X Y Z "
    "left-square-bracket backslash right-square-bracket circumflex underscore grave-accent a b c d e f g h i j k l "
    "m n o p q r s t u v w x y z left-curly-bracket vertical-line right-curly-bracket tilde DEL "
).split()


class PatternError(Exception):
    """The pattern is no regular expression, or (`too_large`) one that would need more states than libstdc++ allows."""

    def __init__(self, message: str, *, too_large: bool = False) -> None:
        super().__init__(message)
        self.too_large = too_large


class _Parser:
    """Recursive descent over a pattern given as one character a byte (Latin-1)."""

    def __init__(self, pattern: str) -> None:
        self.text = pattern
        self.at = 0
        self.groups = 0
        self.depth = 0

    def alternatives(self) -> Tree:
        """`a|b|c` up to a closing parenthesis or the end."""
        self.depth += 1
        if self.depth > _NESTING_LIMIT:
            raise PatternError("groups are nested too deeply", too_large=True)
        found = [self.sequence()]
        while self.text.startswith("|", self.at):
            self.at += 1
            found.append(self.sequence())
        self.depth -= 1
        if len(found) == 1:
            return found[0]
        if all(tree[0] == "set" for tree in found):
            return ("set", frozenset().union(*(tree[1] for tree in found)))
        return ("or", found)

    def sequence(self) -> Tree:
        """Terms one after another; stops before anything that is not the start of a term."""
        terms: list[Tree] = []
        while (term := self.term()) is not None:
            terms.append(term)
        return terms[0] if len(terms) == 1 else ("cat", terms)

    def term(self) -> Tree | None:
        text, at = self.text, self.at
        if at >= len(text):
            return None
        char = text[at]
        if char in "|)*+?{":
            return None
        self.at += 1
        if char == "^":
            return ("begin",)
        if char == "$":
            return ("end",)
        tree: Tree
        if char == "(":
            self.groups += 1
            number = self.groups
            inside = self.alternatives()
            if not text.startswith(")", self.at):
                raise PatternError("a parenthesis is not closed")
            self.at += 1
            tree = ("group", number, inside)
        elif char == "[":
            tree = ("set", self.bracket())
        elif char == ".":
            tree = ("set", ANY)
        elif char == "\\":
            if self.at >= len(text) or text[self.at] not in _SPECIAL:
                raise PatternError("only special characters may follow a backslash")
            tree = ("set", frozenset((ord(text[self.at]),)))
            self.at += 1
        elif char == "\0":
            raise PatternError("NUL in a pattern")
        else:
            tree = ("set", frozenset((ord(char),)))
        return self.quantified(tree)

    def quantified(self, tree: Tree) -> Tree:
        """`tree` with all the `*`, `+`, `?`, `{n,m}` that follow."""
        text = self.text
        while self.at < len(text):
            char = text[self.at]
            if char == "*":
                tree = ("repeat", tree, 0, None)
            elif char == "+":
                tree = ("repeat", tree, 1, None)
            elif char == "?":
                tree = ("repeat", tree, 0, 1)
            elif char == "{":
                self.at += 1
                tree = self.interval(tree)
                continue
            else:
                break
            self.at += 1
        return tree

    def interval(self, tree: Tree) -> Tree:
        least = self.number()
        if least is None:
            raise PatternError("a number must follow {")
        most: int | None = least
        if self.text.startswith(",", self.at):
            self.at += 1
            most = self.number()
        if not self.text.startswith("}", self.at):
            raise PatternError("a { is not closed")
        self.at += 1
        if most is not None and most < least:
            raise PatternError("the numbers of an interval are in the wrong order")
        return ("repeat", tree, least, most)

    def number(self) -> int | None:
        text, start = self.text, self.at
        while self.at < len(text) and "0" <= text[self.at] <= "9":
            self.at += 1
        if start == self.at:
            return None
        digits = text[start : self.at].lstrip("0") or "0"
        if len(digits) > 6:
            raise PatternError("an interval is too large", too_large=True)
        return int(digits)

    def bracket(self) -> frozenset[int]:
        """The bytes of `[…]`, behind the opening bracket."""
        text = self.text
        negated = text.startswith("^", self.at)
        self.at += negated
        found: set[int] = set()
        # What a following `-` would start a range from: a byte, "class" (an error), or None.
        last: int | str | None = None
        kind, value = self.bracket_token(first=True)
        first = True
        while True:
            if kind in ("char", "named") or (kind == "dash" and first):
                assert isinstance(value, int)
                found.add(value)
                last = value
            elif kind == "close":
                break
            elif kind == "class":
                assert isinstance(value, frozenset)
                found |= value
                last = "class"
            else:
                kind, value = self.bracket_token()
                if kind == "close":
                    found.add(0x2D)
                    break
                if not isinstance(last, int):
                    raise PatternError("a range must start with a character")
                if kind not in ("char", "dash") or not isinstance(value, int):
                    raise PatternError("a range must end with a character")
                found |= _byte_range(last, value)
                last = None
            first = False
            kind, value = self.bracket_token()
        return frozenset(range(256)) - found if negated else frozenset(found)

    def bracket_token(self, *, first: bool = False) -> tuple[str, int | frozenset[int] | None]:
        text = self.text
        if self.at >= len(text):
            raise PatternError("a bracket is not closed")
        char = text[self.at]
        self.at += 1
        if char == "-":
            return "dash", 0x2D
        if char == "]" and not first:
            return "close", None
        if char == "[":
            if self.at >= len(text):
                raise PatternError("a bracket is not closed")
            kind = text[self.at]
            if kind in ".:=":
                end = text.find(kind, self.at + 1)
                if end < 0 or not text.startswith("]", end + 1):
                    raise PatternError(f"[{kind} is not closed")
                name = text[self.at + 1 : end]
                self.at = end + 2
                if kind == ":":
                    members = CLASSES.get(name.lower())
                    if members is None:
                        raise PatternError(f"there is no character class named {name}")
                    return "class", members
                if name not in _COLLATING_NAMES:
                    raise PatternError(f"there is no collating element named {name}")
                code = _COLLATING_NAMES.index(name)
                if kind == ".":
                    return "named", code
                return "class", frozenset((ord(chr(code).lower()), ord(chr(code).upper())))
        return "char", ord(char)


def _byte_range(first: int, last: int) -> frozenset[int]:
    low = first - 256 if first > 127 else first
    high = last - 256 if last > 127 else last
    if low > high:
        raise PatternError("the ends of a range are in the wrong order")
    return frozenset(value & 0xFF for value in range(low, high + 1))


def parse(pattern: str) -> tuple[Tree, int]:
    """The tree of a pattern (one character a byte) and its number of groups. Raises `PatternError`."""
    parser = _Parser(pattern)
    tree = parser.alternatives()
    if parser.at < len(pattern):
        raise PatternError(f"{pattern[parser.at]} stands where it means nothing")
    if states(tree) > STATE_LIMIT:
        raise PatternError("the pattern needs too many states", too_large=True)
    return tree, parser.groups


def states(tree: Tree) -> int:
    """About how many states the automaton of a tree has; a repetition of at most n times has n copies."""
    kind = tree[0]
    if kind in ("cat", "or"):
        return sum(states(part) for part in tree[1]) + len(tree[1])
    if kind == "group":
        return states(tree[2]) + 2
    if kind == "repeat":
        _, part, least, most = tree
        copies = least + 1 if most is None else most
        return (states(part) + 1) * max(1, int(copies))
    return 1


def unicode_to_bytes(text: str) -> str:
    """A text as one character (0 to 255) a byte of its UTF-8."""
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("latin-1")


def bytes_to_unicode(text: str) -> str:
    """The opposite; bytes that are not UTF-8 (half a character) become lone surrogates."""
    return text if text.isascii() else text.encode("latin-1").decode("utf-8", "surrogateescape")

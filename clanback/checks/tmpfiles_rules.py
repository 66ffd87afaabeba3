"""Lines of `systemd.tmpfiles.rules` as systemd-tmpfiles reads them (tmpfiles.d(5)): type, path, mode, user, group, age, argument.

Compared with `systemd-tmpfiles` 252 on many thousand lines; what later versions added is taken as well. docs/reference/systemd.md
lists what differs.
"""

from __future__ import annotations

import re

import attrs

SPACES = " \t\n\r"

TYPES = frozenset("fFwdDevqQpLcbCxXrRzZtThHaAm")
MODIFIERS = frozenset("+!-=~^$?")
"""`$` and `?` are known to systemd 256 and later only."""
WITHOUT_ARGUMENT = frozenset("dDevqQpxXrRzZm")
"""Types that take no argument: systemd ignores one, with a warning."""
_MUST_HAVE_ARGUMENT = {
    **dict.fromkeys("cb", "the numbers of the device, `1:3`"),
    **dict.fromkeys("tT", "the attributes, `user.name=value`"),
    **dict.fromkeys("hH", "the attributes, `+i`"),
    **dict.fromkeys("aA", "the access control list"),
    "w": "what to write",
}
_NO_BASE64 = frozenset("LCcbtThHaA")
_ESCAPED = frozenset("fFwLC")

SPECIFIERS = frozenset("aAbBCgGhHlLmMoStTuUvVwW")
"""Letters that may follow `%`; `%A` and `%M` are known to later versions only."""
_ABSOLUTE_SPECIFIERS = frozenset("CLShtTV")
"""Those that stand for an absolute path."""
_FILE_ATTRIBUTES = frozenset("acdeijstuACDPST")
_LONGEST_PATH = 4095
_LONGEST_NAME = 255


class RuleProblemError(ValueError):
    """A line that systemd-tmpfiles refuses, and why."""


@attrs.frozen
class Rule:
    """One line, taken apart; what is not given, or `-`, is empty. `argument` is as it is written."""

    type: str
    modifiers: str
    path: str
    mode: str = ""
    user: str = ""
    group: str = ""
    age: str = ""
    argument: str = ""


def parse(line: str) -> Rule | None:
    """The rule of a line, None for an empty one or a comment; RuleProblemError for what systemd-tmpfiles refuses.

    Whether users and groups exist is another question: only the machine knows.
    """
    text = line.strip(SPACES)
    if not text or text[0] == "#":
        return None
    words, rest = _words(text, 6)
    if len(words) < 2:
        raise RuleProblemError("it needs a type and a path")
    kind, modifiers = words[0][:1], words[0][1:]
    if not kind:
        raise RuleProblemError("its type is missing")
    given = [*words[1:], *[""] * 6][:5]
    path, mode, user, group, age = (given[0], *("" if word == "-" else word for word in given[1:]))
    rule = Rule(kind, modifiers, path, mode, user, group, age, "" if rest == "-" else rest)
    _check_modifiers(rule)
    _check_specifiers(rule.path, "path")
    if kind not in TYPES:
        raise RuleProblemError(f"there is no type “{kind}”")
    _check_path(rule)
    _check_argument(rule)
    _check_mode(rule.mode)
    _check_account("user", rule.user)
    _check_account("group", rule.group)
    _check_age(rule.age)
    return rule


def _words(text: str, count: int) -> tuple[list[str], str]:
    """The first words of a line, quotes and backslashes resolved, and what follows them."""
    words: list[str] = []
    at, end = 0, len(text)
    while len(words) < count and at < end:
        word: list[str] = []
        quote = ""
        while at < end and (quote or text[at] not in SPACES):
            sign = text[at]
            at += 1
            if sign == "\\":
                if at == end:
                    raise RuleProblemError("it ends in the middle of an escape")
                word.append(text[at])
                at += 1
            elif sign == quote:
                quote = ""
            elif not quote and sign in "'\"":
                quote = sign
            else:
                word.append(sign)
        if quote:
            raise RuleProblemError(f"a quote is not closed: {quote}")
        words.append("".join(word))
        while at < end and text[at] in SPACES:
            at += 1
    return words, text[at:]


def _check_modifiers(rule: Rule) -> None:
    wrong = next((sign for sign in rule.modifiers if sign not in MODIFIERS), None)
    if wrong is not None:
        raise RuleProblemError(f"there is no type “{rule.type}{rule.modifiers}”: “{wrong}” is no modifier")
    if len(set(rule.modifiers)) < len(rule.modifiers):
        raise RuleProblemError(f"“{rule.type}{rule.modifiers}” says the same twice")


def _check_specifiers(text: str, what: str) -> None:
    if len(text.encode("utf-8", "surrogateescape")) > _LONGEST_PATH:
        raise RuleProblemError(f"its {what} is too long")
    for found in re.finditer(r"%(.)", text, re.DOTALL):
        letter = found[1]
        if letter.isascii() and letter.isalnum() and letter not in SPECIFIERS:
            raise RuleProblemError(f"“%{letter}” in its {what} stands for nothing: a percent sign is written `%%`")


def _check_path(rule: Rule) -> None:
    begins = rule.path[:1] == "/" or (rule.path[:1] == "%" and rule.path[1:2] in _ABSOLUTE_SPECIFIERS and rule.path[1:2] != "")
    if not begins:
        raise RuleProblemError(f"its path “{rule.path}” is not absolute")


def _check_argument(rule: Rule) -> None:
    kind, argument = rule.type, rule.argument
    from_credential, in_base64 = "^" in rule.modifiers, "~" in rule.modifiers
    if in_base64 and kind in _NO_BASE64:
        raise RuleProblemError(f"type {kind} takes no base64 (`~`)")
    if not argument:
        if kind in _MUST_HAVE_ARGUMENT:
            raise RuleProblemError(f"type {kind} needs an argument: {_MUST_HAVE_ARGUMENT[kind]}")
        if from_credential and kind != "C":
            raise RuleProblemError("`^` needs the name of a credential")
        return
    if kind in "cb":
        _check_device(argument)
    if kind in "hH":
        _check_file_attributes(argument)
    if kind in _ESCAPED and not in_base64:
        _check_specifiers(_unescaped(argument), "argument")
    if kind in "tT":
        _check_extended_attributes(argument)
    if kind == "C" and not _is_absolute(_unescaped(argument)):
        raise RuleProblemError(f"what it copies, “{argument}”, is not absolute")
    if from_credential and kind not in "C":
        if not _is_credential(_unescaped(argument) if kind in _ESCAPED and not in_base64 else argument):
            raise RuleProblemError(f"“{argument}” is no name of a credential")
    elif in_base64 and not _is_base64(argument):
        raise RuleProblemError("its argument is not base64, or cut off")


def _is_absolute(text: str) -> bool:
    return text.startswith("/") or (text[:1] == "%" and text[1:2] in _ABSOLUTE_SPECIFIERS and len(text) > 1)


def _check_device(argument: str) -> None:
    found = re.fullmatch(rf"[{SPACES}]*([0-9]+):[{SPACES}]*([0-9]+)", argument)
    if found is None or int(found[1][-9:]) >= 1 << 12 or int(found[2][-9:]) >= 1 << 20 or max(map(len, found.groups())) > 9:
        raise RuleProblemError(f"“{argument}” are not the numbers of a device, such as `1:3`")


def _check_file_attributes(argument: str) -> None:
    letters = argument[1:] if argument[0] in "+-=" else argument
    if not letters and argument != "=":
        raise RuleProblemError("it names no file attribute")
    wrong = next((letter for letter in letters if letter not in _FILE_ATTRIBUTES), None)
    if wrong is not None:
        raise RuleProblemError(f"there is no file attribute “{wrong}”")


def _check_extended_attributes(argument: str) -> None:
    """What is no attribute is passed over by systemd, with a warning; a specifier that stands for nothing is not."""
    rest = argument
    while rest:
        try:
            words, rest = _words(rest, 1)
        except RuleProblemError:
            return
        name, equals, value = words[0].partition("=")
        if equals and name and value:
            _check_specifiers(value, "argument")


_ESCAPES = re.compile(r"""\\(?:([abfnrtvs\\"'])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|)""")
_CONTROL = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "s": " "}


def _unescaped(argument: str) -> str:
    """The argument with its escapes (as in C) resolved; bytes above 127 become one character each."""

    def plain(found: re.Match[str]) -> str:
        letter, *numbers = found.groups()
        if letter is not None:
            return _CONTROL.get(letter, letter)
        kind, digits = next(((n, text) for n, text in enumerate(numbers) if text is not None), (-1, "0"))
        code = int(digits, 8 if kind == 3 else 16)
        is_character = code < 0x110000 and not (0xD800 <= code < 0xE000 or 0xFDD0 <= code < 0xFDF0 or code & 0xFFFE == 0xFFFE)
        if not code or (kind == 3 and code > 255) or (kind == 2 and not is_character):
            raise RuleProblemError(f"its argument has an escape that means nothing: “{argument[found.start() :][:10]}”")
        return chr(code)

    return _ESCAPES.sub(plain, argument)


def _is_base64(argument: str) -> bool:
    import binascii

    text = "".join(argument.split())
    try:
        return binascii.b2a_base64(binascii.a2b_base64(text, strict_mode=True), newline=False) == text.encode()
    except (binascii.Error, ValueError):
        return False


def _is_credential(name: str) -> bool:
    is_plain = all(" " <= sign < "\x7f" and sign not in "/:" for sign in name)
    return is_plain and name not in ("", ".", "..") and len(name) <= _LONGEST_NAME


def _check_mode(mode: str) -> None:
    digits = mode.lstrip("~:").lstrip(SPACES)
    if mode and (not re.fullmatch(r"[0-7]+", digits) or int(digits, 8) > 0o7777):
        raise RuleProblemError(f"“{mode}” is no mode: write it in octal, `0755`")


def _check_account(what: str, written: str) -> None:
    name = written.removeprefix(":")
    if not written:
        return
    if name.isascii() and name.isdigit():
        if len(name) < 11 and str(int(name)) == name and int(name) < 2**32 - 1 and int(name) != 65535:
            return
    elif re.fullmatch(r"[^-+%.~/\s:0-9][^/\s:%]*", name):
        return
    raise RuleProblemError(f"“{written}” can be no {what}")


_UNITS = {
    **dict.fromkeys(("", "s", "sec", "second", "seconds"), 1_000_000),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 60_000_000),
    **dict.fromkeys(("h", "hr", "hour", "hours"), 3_600_000_000),
    **dict.fromkeys(("d", "day", "days"), 86_400_000_000),
    **dict.fromkeys(("w", "week", "weeks"), 604_800_000_000),
    **dict.fromkeys(("M", "month", "months"), 2_629_800_000_000),
    **dict.fromkeys(("y", "year", "years"), 31_557_600_000_000),
    **dict.fromkeys(("ms", "msec"), 1000),
    **dict.fromkeys(("us", "usec", "µs", "μs"), 1),
}
_UNIT = "|".join(sorted((re.escape(unit) for unit in _UNITS if unit), key=len, reverse=True))
_TERM = re.compile(rf"[{SPACES}]*(\+?[0-9]+|(?=\.[0-9]))(\.[0-9]+)?(?:[{SPACES}]*({_UNIT})|[{SPACES}]+|\Z)")
_LONGEST_TIME = 2**64 - 1


def _check_age(age: str) -> None:
    span = age.removeprefix("~")
    if not age:
        return
    by, colon, after = span.partition(":")
    if colon:
        span = after
        if not by or not set("aAbBcCmM").issuperset(by):
            raise RuleProblemError(f"“{by}” says nothing of what the age is of: it takes letters of `aAbBcCmM`")
    if re.fullmatch(rf"[{SPACES}]*infinity[{SPACES}]*", span):
        return
    at, total = 0, 0
    while at < len(span):
        found = _TERM.match(span, at)
        if found is None or found.end() == at:
            break
        number = int(found[1][-25:] or "0")
        if number >= 2**63 or number * _UNITS[found[3] or ""] >= _LONGEST_TIME:
            break
        total += number * _UNITS[found[3] or ""]
        at = found.end()
        if not span[at:].strip(SPACES):
            at = len(span)
    if at < len(span) or not span.strip(SPACES) or total >= _LONGEST_TIME:
        raise RuleProblemError(f"“{age}” is no age: write `10d`, `12h`, or `-` for none")

"""What a Borg pattern (`borg create --exclude`) keeps out of an archive, as Borg's `patterns.py` reads it."""

from __future__ import annotations

import re
from fnmatch import translate
from functools import lru_cache
from posixpath import normpath

from clanback.plan.folders import normal

_PROBE = "zq7-any-name"
"""A name that no pattern means in particular: one that takes it takes every file."""


def swallows(pattern: str, folder: str) -> bool:
    """Whether a pattern leaves out the whole folder: itself, one around it, or everything in it."""
    path = normal(folder).strip("/")
    excluded = _matcher(pattern)
    if excluded is None:
        return False
    parts = path.split("/")
    around = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)] if path else []
    return any(excluded(name) for name in around) or excluded(f"{path}/{_PROBE}".lstrip("/"))


class _Matcher:
    """Calls a regular expression as the style of its pattern wants it."""

    __slots__ = ("regex", "search", "suffix")

    def __init__(self, regex: re.Pattern[str], *, suffix: str, search: bool = False) -> None:
        self.regex = regex
        self.suffix = suffix
        self.search = search

    def __call__(self, path: str) -> bool:
        find = self.regex.search if self.search else self.regex.match
        return find(path + self.suffix) is not None


@lru_cache(maxsize=1024)
def _matcher(pattern: str) -> _Matcher | None:
    """What tells whether a path, without its first slash, is left out; None for a pattern that Borg refuses."""
    style, colon, rest = pattern.partition(":")
    if not (colon and len(style) == 2 and style.isalnum()):
        style, rest = "fm", pattern
    try:
        if style == "fm":
            return _Matcher(re.compile(translate(_ending(rest, "*"))), suffix="/")
        if style == "sh":
            return _Matcher(re.compile(_shell(_ending(rest, "**/*"))), suffix="/")
        if style == "pp":
            return _Matcher(re.compile(re.escape(_plain(rest).rstrip("/") + "/")), suffix="/")
        if style == "pf":
            return _Matcher(re.compile(re.escape(_plain(rest)) + r"\Z"), suffix="")
        if style == "re":
            return _Matcher(re.compile(rest), suffix="", search=True)
    except re.error:
        return None
    return None


def _plain(pattern: str) -> str:
    return normpath(pattern).lstrip("/")


def _ending(pattern: str, below: str) -> str:
    """The pattern for a path and what lies below it; with a slash at its end, only for what lies below."""
    plain = normpath(pattern).rstrip("/")
    return (f"{plain}/{below}/" if pattern.endswith("/") else f"{plain}/{below}").lstrip("/")


def _shell(pattern: str) -> str:
    """A shell pattern as a regular expression: `**/` for folders in between, `*` within one name."""
    out, at = "", 0
    while at < len(pattern):
        if pattern.startswith("**/", at) and (at == 0 or pattern[at - 1] == "/"):
            out, at = out + "(?:[^/]*/)*", at + 3
        elif pattern[at] == "*":
            out, at = out + "[^/]*", at + 1
        elif pattern[at] == "?":
            out, at = out + "[^/]", at + 1
        elif pattern[at] == "[":
            end = pattern.find("]", at + 2)
            if end < 0:
                out, at = out + r"\[", at + 1
            else:
                inner = pattern[at + 1 : end].replace("\\", "\\\\")
                out, at = out + f"[{'^' + inner[1:] if inner[0] == '!' else inner}]", end + 1
        else:
            out, at = out + re.escape(pattern[at]), at + 1
    return f"(?ms){out}\\Z"

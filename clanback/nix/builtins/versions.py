"""Builtins on version numbers, by the rules of the Nix manual ("nix-env --upgrade")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.builtins.coerce import force_string_no_context
from clanback.nix.builtins.registry import builtin
from clanback.nix.values import Attrs

if TYPE_CHECKING:
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value

_DIGITS = "0123456789"
_INT_LIMIT = 1 << 31
"""Nix reads components as numbers of 32 bits with a sign; longer ones are compared as text."""


@builtin("compareVersions", 2)
def _compare_versions(evaluator: Evaluator, left: Any, right: Any) -> Value:
    return compare_versions(force_string_no_context(evaluator, left), force_string_no_context(evaluator, right))


@builtin("splitVersion", 1)
def _split_version(evaluator: Evaluator, version: Any) -> Value:
    return tuple(split_version(force_string_no_context(evaluator, version)))


@builtin("parseDrvName", 1)
def _parse_drv_name(evaluator: Evaluator, text: Any) -> Value:
    name, version = parse_drv_name(force_string_no_context(evaluator, text))
    return Attrs({"name": name, "version": version})


def parse_drv_name(text: str) -> tuple[str, str]:
    """Name and version: the version starts after the first dash that no letter follows."""
    for at in range(len(text) - 1):
        if text[at] == "-" and not (text[at + 1].isascii() and text[at + 1].isalpha()):
            return text[:at], text[at + 1 :]
    return text, ""


def split_version(version: str) -> list[str]:
    """Components: runs of digits and runs of anything else, with `.` and `-` between them."""
    parts: list[str] = []
    at, length = 0, len(version)
    while at < length:
        if version[at] in ".-":
            at += 1
            continue
        start, digits = at, version[at] in _DIGITS
        while at < length and (version[at] in _DIGITS if digits else version[at] not in "0123456789.-"):
            at += 1
        parts.append(version[start:at])
    return parts


def compare_versions(left: str, right: str) -> int:
    """-1, 0 or 1: whether `left` is older than, the same as or newer than `right`."""
    a, b = split_version(left), split_version(right)
    for index in range(max(len(a), len(b))):
        x = a[index] if index < len(a) else ""
        y = b[index] if index < len(b) else ""
        if _older(x, y):
            return -1
        if _older(y, x):
            return 1
    return 0


def _older(x: str, y: str) -> bool:
    m, n = _number(x), _number(y)
    if m is not None and n is not None:
        return m < n
    if x == "" and n is not None:
        return True
    if x == "pre" and y != "pre":
        return True
    if y == "pre":
        return False
    # `2.3a` is older than `2.3.1`.
    if n is not None:
        return True
    if m is not None:
        return False
    return x.encode("utf-8", "surrogateescape") < y.encode("utf-8", "surrogateescape")


def _number(text: str) -> int | None:
    if text and text[0] in _DIGITS and len(text) <= 4000:
        value = int(text)
        return value if value < _INT_LIMIT else None
    return None

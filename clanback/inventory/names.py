"""Which names machines, clans and domains may have: written out, because patterns take long to compile at the start."""

from __future__ import annotations

_LOWER = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_LETTERS = _LOWER | frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_LONGEST = 63


def is_machine_name(name: str) -> bool:
    """Letters and digits, `-` and `_` between them, at most 63 (what NixOS takes as `networking.hostName`)."""
    return 0 < len(name) <= _LONGEST and name[0] in _LETTERS and name[-1] in _LETTERS and _LETTERS.issuperset(_without(name))


def is_clan_name(name: str) -> bool:
    """Letters, digits, `_` and `-` (`[a-zA-Z0-9_-]*` in clan-core)."""
    return _LETTERS.issuperset(_without(name))


def is_domain(name: str) -> bool:
    """Labels of lower-case letters, digits, `_` and `-` (not at their ends), at most 63 each, with dots between."""
    return all(
        0 < len(label) <= _LONGEST and label[0] != "-" and label[-1] != "-" and _LOWER.issuperset(_without(label))
        for label in name.split(".")
    )


def _without(name: str) -> str:
    return name.replace("-", "").replace("_", "")

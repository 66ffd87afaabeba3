"""Spans of time as people and systemd write them."""

from __future__ import annotations

_UNITS = {
    **dict.fromkeys(("", "s", "sec", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hr", "hour", "hours"), 3600),
    **dict.fromkeys(("d", "day", "days"), 86400),
    **dict.fromkeys(("w", "week", "weeks"), 604800),
}


def seconds(span: int | str) -> int:
    """The seconds of a number of them, or of a text as in systemd.time(7): `90`, `30min`, `1h 30min`; else ValueError."""
    if isinstance(span, int):
        return span
    total, rest, found = 0, span.strip(), False
    while rest:
        digits = len(rest) - len(rest.lstrip("0123456789"))
        if not digits:
            raise ValueError(span)
        number, rest = int(rest[:digits]), rest[digits:].lstrip()
        letters = len(rest) - len(rest.lstrip("abcdefghijklmnopqrstuvwxyz"))
        unit, rest = rest[:letters], rest[letters:].lstrip()
        if unit not in _UNITS:
            raise ValueError(span)
        total, found = total + number * _UNITS[unit], True
    if not found:
        raise ValueError(span)
    return total

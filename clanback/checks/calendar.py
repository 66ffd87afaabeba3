"""Calendar expressions as systemd reads them (systemd.time(7)).

`oncalendar` parses them; what it does otherwise than systemd 252 is mended before: `@` and seconds since 1970, fractions of a
second, `utc` in small letters, and the long names `bi-annually`, `biannually`, `semi-annually`, `anually`. Compared with
`systemd-analyze calendar` on many thousand expressions.
"""

from __future__ import annotations

_NAMES = frozenset(
    (
        *("minutely", "hourly", "daily", "weekly", "monthly", "yearly", "annually", "anually", "quarterly"),
        *("semiannually", "semi-annually", "biannually", "bi-annually"),
    )
)


def problem(expression: str) -> str | None:
    """What systemd has against a calendar expression, None if it accepts it."""
    if _is_simple(expression):
        return None
    words = expression.split()
    if not words:
        return "it is empty"
    if expression[0].isspace():
        return "it begins with a space"
    if expression[-1].isspace() and (":" in words[-1] or (words[-1][0] not in "0123456789*" and not _is_weekday(words[-1]))):
        return "it ends with a space"
    zone = words[-1]
    if zone.upper() == "UTC":
        words.pop()
    elif "/" in zone and zone[0].isalpha():
        if _is_known_zone(zone) is False:
            return f"there is no time zone {zone}"
        words.pop()
    elif zone[0].isalpha() and len(words) > 1 and _is_known_zone(zone):
        words.pop()
    return _problem_without_zone(words)


def seldom(expression: str) -> str | None:
    """Why a timer that systemd accepts runs never, or not for ever; None where it goes on (as far as its date tells)."""
    if _is_simple(expression):
        return None
    for word in expression.split():
        year, month, day = ("", *word.split("-"))[-3:] if word.count("-") in (1, 2) else ("", "", "")
        if not (month and day) or not all(part.isascii() for part in (year, month, day)):
            continue
        if year.isdecimal() and len(year) == 4:
            return f"names the year {year} only"
        if month.isdecimal() and day.isdecimal() and 1 <= int(month) <= 12 and int(day) > _LONGEST_MONTHS[int(month) - 1]:
            return "names a day that no year has"
    return None


_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _is_simple(expression: str) -> bool:
    """The forms most people write, recognised without importing anything: `daily`, `03:30`, `*-*-* 03:30:00`."""
    time = expression.removeprefix("*-*-* ")
    if len(time) in (5, 8) and time[2] == ":" and time[-3] == ":":
        hour, minute, second = time[:2], time[3:5], time[6:] or "00"
        if hour.isdecimal() and minute.isdecimal() and second.isdecimal() and expression.isascii():
            return hour < "24" and minute < "60" and second < "60"
    return expression in _NAMES


def _is_weekday(word: str) -> bool:
    return word[:3].lower() in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _is_known_zone(name: str) -> bool | None:
    """Whether there is such a time zone; None where this computer has no time zones to ask."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    def found(zone: str) -> bool:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):  # unknown; with `..`; a folder, or a name too long for one
            return False
        return True

    if found(name):
        return True
    return False if found("Europe/Berlin") else None


def _problem_without_zone(words: list[str]) -> str | None:
    if not words:
        return "it has a time zone and nothing else"
    if len(words) == 1 and words[0].lower() in _NAMES:
        return None
    if words[0].startswith("@"):
        return (
            None
            if len(words) == 1 and words[0][1:].isdecimal() and words[0].isascii()
            else "after `@` it needs the seconds since 1970"
        )
    words = [*words[:-1], _without_fractions(words[-1])]

    from datetime import UTC, datetime

    from oncalendar import OnCalendarError, TzIterator

    try:
        TzIterator(" ".join(words), datetime(2026, 1, 1, tzinfo=UTC))
    except OnCalendarError as refused:
        said = str(refused)
        return f"it has a {said[0].lower()}{said[1:]}" if said.startswith("Bad ") else said[:1].lower() + said[1:]
    except (ValueError, RecursionError, OverflowError):
        return "it is not a calendar expression"
    return None


def _without_fractions(time: str) -> str:
    """A time whose seconds are whole: `1:00:30.25` becomes `1:00:30`; intervals (`..`) stay."""
    parts = time.split(":")
    if len(parts) == 3 and "." in parts[2]:
        parts[2] = ",".join("/".join(_whole(n) for n in term.split("/")) for term in parts[2].split(","))
    return ":".join(parts)


def _whole(number: str) -> str:
    if "." not in number or ".." in number:
        return number
    whole, _, fraction = number.partition(".")
    return whole if fraction.isdecimal() and fraction.isascii() and len(fraction) <= 6 else number

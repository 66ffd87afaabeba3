"""Calendar expressions as systemd reads them (systemd.time(7)): `problem` says what systemd has against one.

Whether an expression is one is judged here, by the grammar that `systemd-analyze calendar` was seen to have: `oncalendar` takes
many that systemd refuses (a step that leaves its range, a tab between the parts) and refuses some that it takes (`@` and seconds
since 1970, fractions of a second). When it comes next is left to `oncalendar`. docs/reference/systemd.md lists what differs.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

_NAMES = frozenset(
    (
        *("minutely", "hourly", "daily", "weekly", "monthly", "yearly", "annually", "anually", "quarterly"),
        *("semiannually", "semi-annually", "biannually", "bi-annually"),
    )
)
_OTHER_NAMES = {"anually": "yearly", **dict.fromkeys(("semi-annually", "biannually", "bi-annually"), "semiannually")}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_RANGES = {"year": (1970, 2199), "month": (1, 12), "day": (1, 31), "hour": (0, 23), "minute": (0, 59), "second": (0, 59_999_999)}
"""What each part may be; seconds in millionths."""
_TITLES = {"day": "day of the month"}
_MICROSECONDS = 1_000_000
_LARGEST = 2**31 - 1
_MOST_TERMS = 241
_LAST_SECOND = 7_258_118_399
"""The end of 2199, in seconds since 1970."""


def problem(expression: str, local_zones: tuple[str, ...] = ()) -> str | None:
    """What systemd has against a calendar expression, None if it accepts it.

    `local_zones` are the abbreviations of the machine's own time zone (`CET`, `CEST`), which it takes as well.
    """
    if is_simple(expression):
        return None
    if not expression.strip():
        return "it is empty"
    if expression[0].isspace():
        return "it begins with a space"
    without_zone, why = _without_zone(expression, local_zones)
    if why is not None:
        return why
    if not without_zone:
        return "it has a time zone and nothing else"
    if without_zone.isascii() and without_zone.lower() in _NAMES:
        return None
    rest, why = _after_weekdays(without_zone)
    return why or _problem_of_date_and_time(rest)


def is_local_only(expression: str) -> bool:
    """Whether systemd takes an expression only where the last word is the abbreviation of the machine's own time zone."""
    zone = expression.rpartition(" ")[2]
    return zone.isascii() and zone.isalpha() and 3 <= len(zone) <= 5 and problem(expression, (zone,)) is None


def seldom(expression: str) -> str | None:
    """Why a timer that systemd accepts runs never, or not for ever; None where it goes on (as far as its date tells)."""
    if is_simple(expression) or problem(expression) is not None:
        return None
    if expression.startswith("@"):
        return "names one moment only"
    found = re.search(r"(?:^|\s)([0-9]+)-[^\s-]+[-~]", expression)
    if found is not None:
        return f"names the year {_number('year', found[1])} only"
    from datetime import datetime

    return None if comes_after(expression, datetime(1970, 1, 1)) else "names a day that no year has"


def comes_after(expression: str, moment: datetime) -> bool:
    """Whether an accepted expression comes at all after a moment, until 2199; both without their time zone.

    What `oncalendar` does not take (a range that ends beyond what its last step meets) is said to come.
    """
    from oncalendar import OnCalendarError

    try:
        return next(_moments(expression, moment), None) is not None
    except OnCalendarError:
        return True


def pause(expression: str) -> int | None:
    """The shortest time in seconds between the first few times an accepted expression comes; None if that is not known."""
    if is_simple(expression) and expression != "minutely":
        return None
    if expression.startswith("@") or problem(expression) is not None:
        return None
    from datetime import datetime
    from itertools import islice

    from oncalendar import OnCalendarError

    try:
        some = list(islice(_moments(expression, datetime(2026, 1, 1)), 4))
    except OnCalendarError:
        return None
    return min((int((later - one).total_seconds()) for one, later in pairwise(some)), default=None)


def _moments(expression: str, moment: datetime) -> Iterator[datetime]:
    from oncalendar import BaseIterator

    text = _without_zone(expression, ())[0]
    text = {
        "anually": "yearly",
        "semi-annually": "semiannually",
        "biannually": "semiannually",
        "bi-annually": "semiannually",
    }.get(text.lower(), text)
    words = text.split()
    if ":" in words[-1] and "." in words[-1]:
        hour, minute, *_ = words[-1].split(":")
        words[-1] = f"{hour}:{minute}:0"  # fractions of seconds change no day
    return BaseIterator(" ".join(words), moment)


def is_simple(expression: str) -> bool:
    """The forms most people write, recognised without a regular expression: `daily`, `03:30`, `*-*-* 03:30:00`."""
    time = expression.removeprefix("*-*-* ")
    if len(time) in (5, 8) and time[2] == ":" and time[-3] == ":":
        hour, minute, second = time[:2], time[3:5], time[6:] or "00"
        if hour.isdecimal() and minute.isdecimal() and second.isdecimal() and expression.isascii():
            return hour < "24" and minute < "60" and second < "60"
    return expression in _NAMES


def _without_zone(expression: str, local_zones: tuple[str, ...]) -> tuple[str, str | None]:
    """The expression without the time zone at its end, and what is wrong with a word that can only be a zone."""
    before, space, zone = expression.rpartition(" ")
    if not space or not zone:
        return expression, None
    if zone.lower() in ("utc", *(name.lower() for name in local_zones)):
        return before, None
    if not re.fullmatch(r"[A-Za-z0-9+_-]+(?:/[A-Za-z0-9+_-]+)*", zone) or zone[0] in "0123456789":
        return expression, None
    if _is_known_zone(zone):
        return before, None
    if zone[0].isalpha() and not _begins_with_weekday(zone) and zone.lower() not in _NAMES:
        return expression, f"there is no time zone {zone}"
    return expression, None


def _is_known_zone(name: str) -> bool:
    """Whether there is such a time zone; where this computer has no time zones to ask, every name with a slash is one."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    def found(zone: str) -> bool:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):  # unknown; with `..`; a folder, or a name too long for one
            return False
        return True

    return found(name) or ("/" in name and not found("Europe/Berlin"))


def _begins_with_weekday(word: str) -> bool:
    return word[:3].lower() in {name[:3] for name in _WEEKDAYS}


def _after_weekdays(text: str) -> tuple[str, str | None]:
    """What follows the weekdays at the beginning (`Mon..Fri`, `Sat,Sun`), if there are any, and what is wrong with them."""
    first = -1
    is_range, at = False, 0
    while True:
        name = next((n for day in _WEEKDAYS for n in (day, day[:3]) if text[at : at + len(n)].lower() == n), None)
        if name is None:
            return text, f"after “{text[:at]}” it needs another day of the week" if at else None
        day = [one[:3] for one in _WEEKDAYS].index(name[:3])
        if is_range and first > day:
            return text, f"its days run backwards: weeks begin on Monday (“{text[: at + len(name)]}”)"
        at += len(name)
        sign = text[at : at + 1]
        if sign not in ("", "-", ".", ",", " "):
            return text, f"“{text.split(' ')[0]}” is no day of the week"
        if sign in ("", " "):
            return text[at:].lstrip(" "), None
        if sign == ",":
            is_range, at = False, at + 1
        else:
            mark = "-" if sign == "-" else ".."
            if is_range or not text.startswith(mark, at):
                return text, f"“{text.split(' ')[0]}” is no range of days: write `Mon..Fri`"
            first, is_range, at = day, True, at + len(mark)
        if text[at : at + 1] in ("", " "):
            return text[at:].lstrip(" "), f"“{text[:at]}” is a range without an end" if is_range else None


_NUMBER = r"[0-9]+"
_SECONDS = r"[0-9]+(?:\.(?!\.)[0-9]+)?"


def _chain(number: str) -> str:
    term = rf"{number}(?:\.\.{number})?(?:/{number})?"
    return rf"\*|{term}(?:,{term})*"


_DATE_AND_TIME = (
    rf"(?:(?:(?P<year>{_chain(_NUMBER)})-)?(?P<month>{_chain(_NUMBER)})(?P<sign>[-~])(?P<day>{_chain(_NUMBER)})(?:[ ]+|\Z))?"
    rf"(?:(?P<hour>{_chain(_NUMBER)}):(?P<minute>{_chain(_NUMBER)})(?::(?P<second>{_chain(_SECONDS)}))?)?"
)


def _problem_of_date_and_time(text: str) -> str | None:
    if text.startswith("@"):
        seconds = re.fullmatch(r"@[ \t\n\v\f\r]*(\+?[0-9]{1,20}|-0+)", text)
        if seconds is None:
            return "after `@` it needs the seconds since 1970"
        return "it lies beyond the year 2199" if int(seconds[1]) > _LAST_SECOND else None
    found = re.fullmatch(_DATE_AND_TIME, text)
    if found is None:
        return _misread(text)
    for name, part in found.groupdict().items():
        if name != "sign" and part is not None and part != "*":
            why = _problem_of_chain(name, part, from_end=name == "day" and found["sign"] == "~")
            if why is not None:
                return why
    return None


def _misread(text: str) -> str:
    """What to say of a text that is neither date nor time."""
    words = text.split()
    if text != text.rstrip():
        return "it ends with a space"
    if any(sign in text for sign in "\t\n\r"):
        return "only spaces may stand between its parts"
    if len(words) >= 5 and all(re.fullmatch(r"[0-9*/,-]+", word) for word in words):
        return "it looks like a line of crontab"
    if re.search(r"\*/[0-9]", text):
        return "`*/2` is written `0/2`"
    if re.fullmatch(r"[0-9:]+ ?[apAP]\.?[mM]\.?", text):
        return "hours are counted to 23"
    return f"“{text}” is neither a date nor a time"


def _problem_of_chain(name: str, chain: str, *, from_end: bool) -> str | None:
    low, high = _RANGES[name]
    terms = chain.split(",")
    if len(terms) > _MOST_TERMS:
        return f"it has more than {_MOST_TERMS} {name}s"
    ordered: dict[tuple[int, int, int], str] = {}
    for term in terms:
        numbers, _, step = term.partition("/")
        begin, dots, end = numbers.partition("..")
        start, stop = _number(name, begin), _number(name, end) if dots else -1
        repeat = _number(name, step, is_step=True) if step else 0
        if step and repeat == 0:
            return f"“{term}” has a step of nothing"
        if dots and not step:
            repeat = _MICROSECONDS if name == "second" else 1
            if name == "second" and start + repeat > stop:
                return f"“{term}” is shorter than a second"
        if start < stop:
            stop -= (stop - start) % repeat  # the last value that is met
        if start == stop:
            stop, repeat = -1, 0
        ordered[start, stop, repeat] = term
    for (start, stop, repeat), term in sorted(ordered.items()):
        if from_end:
            high -= 3  # once for every term: systemd counts so
        if not low <= start <= high or not (stop < 0 or low <= stop <= high):
            return f"it has a bad {'day from the end of the month' if from_end else _TITLES.get(name, name)}: “{term}”"
        if repeat > high - low:
            return f"“{term}” has a step that is too long"
        if start + repeat > stop if stop >= 0 else (start - repeat < low if from_end else start + repeat > high):
            return f"“{term}” runs backwards" if stop >= 0 else f"the first step of “{term}” leads beyond the last {name}"
    return None


def _number(name: str, text: str, *, is_step: bool = False) -> int:
    """A number as systemd keeps it: seconds in millionths, years of two digits in full; too large ones as one that is refused."""
    whole, _, fraction = text.partition(".")
    if len(whole.lstrip("0")) > 10 or int(whole[-11:] or "0") > _LARGEST:
        return _LARGEST
    value = int(whole[-11:])
    if name == "second":
        value *= _MICROSECONDS
        value += int(fraction[:6].ljust(6, "0")) + (fraction[6:7] >= "5") if fraction else 0
        return min(value, _LARGEST)
    if name == "year" and value < 100 and not is_step:
        return value + (2000 if value < 70 else 1900)
    return value

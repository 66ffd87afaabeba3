"""Calendar expressions for `systemd-analyze calendar` to judge: built from the grammar, and spoiled in one or two places."""

from __future__ import annotations

import random
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

DAYS = ("Mon", "tue", "WED", "Thu", "Friday", "saturday", "Sun", "Mo", "Tues", "")
NAMES = (
    *("minutely", "hourly", "daily", "weekly", "monthly", "yearly", "annually", "anually", "quarterly", "semiannually"),
    *("semi-annually", "biannually", "bi-annually", "DAILY", "fortnightly", "midnight", "never"),
)
ZONES = (
    "UTC",
    "utc",
    "Utc",
    "Europe/Berlin",
    "America/Argentina/Ushuaia",
    "Europe/Nowhere",
    "CET",
    "EST5EDT",
    "GMT",
    "Z",
    "+02:00",
    "Etc/GMT+5",
)
SPOILERS = "0123456789*-:/.,~@+ \tTMonx"


def number(luck: random.Random, low: int, high: int, width: int = 2) -> str:
    value = luck.choice((low, high, *(luck.randint(low, high) for _ in range(6))))
    if luck.random() < 0.04:
        value = luck.choice((low - 1, high + 1))
    elif luck.random() < 0.01:
        value = luck.choice((0, 99, 100, 1969, 2200, 10**7, 2**31, 2**32, 2**63, 10**20))
    return f"{value:0{width}}" if luck.random() < 0.5 else str(value)


def term(luck: random.Random, low: int, high: int, fraction: bool) -> str:
    """One term of a list: a number, a range, a step."""
    text = number(luck, low, high)
    kind = luck.random()
    if kind < 0.15:
        ends = sorted((text, number(luck, low, high)), key=int)
        text = "..".join(ends if luck.random() < 0.8 else ends[::-1])
    elif kind < 0.16:
        text = "*"
    if fraction and luck.random() < 0.15:
        text += "." + luck.choice(("5", "25", "123456", "1234567", "05", "", "x"))
    if luck.random() < 0.15:
        text += "/" + luck.choice(("1", "1", "2", "2", "3", "5", "15", "0", "", "100", "0.5", "-1", "1.5"))
    return text


def component(luck: random.Random, low: int, high: int, *, fraction: bool = False, star: float = 0.3) -> str:
    if luck.random() < star:
        return "*" if luck.random() < 0.97 else "*/2"
    return ",".join(term(luck, low, high, fraction) for _ in range(luck.choice((1, 1, 1, 1, 2, 3))))


def weekdays(luck: random.Random) -> str:
    def one() -> str:
        day = luck.choice(DAYS[:7]) if luck.random() < 0.97 else luck.choice(DAYS)
        kind = luck.random()
        if kind < 0.2:
            begin, end = sorted((luck.randrange(7), luck.randrange(7))) if luck.random() < 0.8 else (6, 0)
            return f"{DAYS[begin]}{luck.choice(('..', '..', '..', '-', ' - ', '.', '...'))}{DAYS[end]}"
        return day + ("/2" if kind > 0.97 else "")

    return luck.choice((*",,,,,,,,", ", ", " ", ",,")).join(one() for _ in range(luck.choice((1, 1, 1, 2, 3)))) + luck.choice(
        ("", "", "", "", "", "", ",", ":")
    )


def date(luck: random.Random) -> str:
    last = luck.choice(("-", "-", "-", "-", "~")) + component(luck, 1, luck.choice((28, 31)))
    month = component(luck, 1, 12)
    if luck.random() < 0.4:
        return month + last
    year = "*" if luck.random() < 0.4 else component(luck, *luck.choice(((1970, 2199), (2000, 2030), (0, 99))))
    return f"{year}-{month}{last}"


def time(luck: random.Random) -> str:
    parts = [component(luck, 0, 23), component(luck, 0, 59), component(luck, 0, 59, fraction=True)]
    return ":".join(parts[: 1 if luck.random() < 0.02 else luck.choice((2, 3))]) + (":0" if luck.random() < 0.01 else "")


def expression(luck: random.Random) -> str:
    """Something near a calendar expression."""
    if luck.random() < 0.04:
        text = luck.choice(NAMES) + luck.choice(("", " ", " UTC", " Europe/Berlin"))
    elif luck.random() < 0.03:
        text = "@" + number(luck, 0, 2**31) + luck.choice(("", "", ".5", " UTC", "x"))
    else:
        words = [
            *([weekdays(luck)] if luck.random() < 0.35 else []),
            *([date(luck)] if luck.random() < 0.6 else []),
            *([time(luck)] if luck.random() < 0.75 else []),
            *([luck.choice(ZONES)] if luck.random() < 0.15 else []),
        ]
        text = luck.choice((*("          "), "  ", "\t", "T")).join(words)
    for _ in range(luck.choice((0, 0, 0, 0, 0, 0, 1, 2))):
        at = luck.randrange(len(text) + 1)
        text = luck.choice(
            (
                text[:at] + luck.choice(SPOILERS) + text[at + 1 :],
                text[:at] + luck.choice(SPOILERS) + text[at:],
                text[:at] + text[at + 1 :],
            )
        )
    return text


def expressions(seed: int, count: int) -> list[str]:
    """So many different expressions, always the same for a seed."""
    luck = random.Random(seed)
    made: dict[str, None] = {}
    while len(made) < count:
        made[expression(luck)] = None
    return list(made)


def judged_by_systemd(texts: list[str]) -> Iterator[tuple[str, bool, bool]]:
    """Each expression, whether `systemd-analyze calendar` takes it, and whether it is over or never comes."""
    for begin in range(0, len(texts), 500):
        some = texts[begin : begin + 500]
        told = subprocess.run(
            ["systemd-analyze", "calendar", "--", *some], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )
        begins, ends = "Failed to parse calendar specification '", "': "
        refused = {line[len(begins) : line.rindex(ends)] for line in told.stderr.splitlines() if line.startswith(begins)}
        blocks = iter([block for block in told.stdout.split("\n\n") if block.strip()])
        for text in some:
            if text in refused:
                yield text, False, False
            else:
                yield text, True, "Next elapse: never" in next(blocks)

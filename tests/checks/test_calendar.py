"""Calendar expressions: accepted and refused as systemd does."""

from __future__ import annotations

import random
import shutil
import subprocess

import pytest

from clanback.checks.calendar import problem

# As `systemd-analyze calendar` (252) judges them.
ACCEPTED = """daily|hourly|DAILY|bi-annually|anually|02:00|01:00:00|*-*-* 01:00:00|Sun 03:00|Mon..Fri 1:00|Mon-Fri *-*-* 09:30
Mon,Wed,Fri|Sat|12-25|*-*~3|*-02~03|0/2:00|*:0/15|1,13:30|8..18/2:00|2027-01-01 00:00|*-*-1..7 18:00:00|Mon *-*-1..7 18:00
*-*-* 01:00:00.5|*-*-* 0:0:30.25|daily UTC|*-*-* 4:00 Europe/Berlin|*-*-* 4:00 utc|@1700000000|1..6-31 0:1|weekly CET"""
REFUSED = """|every night|daily at 3|25:00|24:00|12:60|1:00pm|*:*/15|*/2:00|Foo 12:00|Mon Fri|13-01|*-13-01|*-*-32|Fri..Mon|1..
*-*-* 4:00 Europe/Nowhere|UTC| 02:00|02:00 |@|@1.5|@x|01:00 UTC |-1:00|0 1 * * *|2am|nightly|*-*~31|1:2:3:4"""


@pytest.mark.parametrize("expression", ACCEPTED.replace("\n", "|").split("|"))
def test_accepted(expression: str) -> None:
    assert problem(expression) is None


@pytest.mark.parametrize("expression", REFUSED.replace("\n", "|").split("|"))
def test_refused_with_a_reason(expression: str) -> None:
    assert problem(expression)


def made_up(luck: random.Random) -> str:
    """Something near a calendar expression."""
    weekday = luck.choice(["Mon", "tuesday", "Mon..Fri", "Sat,Sun", "Mo", "Fri..Mon", "Mon/2"])
    year, month = luck.choice(["*", "2026", "26", "1969", "2025..2027"]), luck.choice(["*", "1", "13", "0", "1..6", "1/3", "*/2"])
    day = luck.choice(["*", "1", "32", "~1", "1..15", "1/7"])
    hour = luck.choice(["*", "0", "23", "24", "0/2", "*/2", "8..18/2", "1,2", "1.."])
    rest = luck.choice(["", ":0", ":60", ":0/15:00", ":00:0.5", ":*/5", ":1,2:3", ":0:0:0"])
    words = [
        *([weekday] if luck.random() < 0.3 else []),
        *([luck.choice([f"{year}-{month}-{day}", f"{month}-{day}"])] if luck.random() < 0.7 else []),
        *([hour + rest] if luck.random() < 0.8 else []),
        *([luck.choice(["UTC", "Europe/Berlin", "utc", "Z"])] if luck.random() < 0.1 else []),
    ]
    text = " ".join(words) or "daily"
    if luck.random() < 0.1:
        at = luck.randrange(len(text))
        text = text[:at] + luck.choice("*-:/.,~ x1T") + text[at + 1 :]
    return text


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_judged_as_systemd_does() -> None:
    luck = random.Random(1)
    tried = sorted({made_up(luck) for _ in range(1500)})
    told = subprocess.run(["systemd-analyze", "calendar", "--", *tried], capture_output=True, text=True, check=False).stderr
    begin, end = "Failed to parse calendar specification '", "': "
    refused = {line[len(begin) : line.rindex(end)] for line in told.splitlines() if line.startswith(begin)}
    assert 0 < len(refused) < len(tried)
    assert {text for text in tried if problem(text) is not None} == refused

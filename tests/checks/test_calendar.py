"""Calendar expressions: accepted and refused as systemd does."""

from __future__ import annotations

import os
import shutil
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clanback.checks.calendar import comes_after, is_local_only, problem, seldom
from tests.checks.calendar_expressions import expressions, judged_by_systemd

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


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_judged_as_systemd_does() -> None:
    count = int(os.environ.get("CLANBACK_MANY", "2000"))
    judged = list(judged_by_systemd(expressions(1, count)))
    assert len(judged) == count
    accepted = [text for text, accepts, _ in judged if accepts]
    assert count / 5 < len(accepted) < count * 4 / 5
    assert [text for text, accepts, _ in judged if (problem(text) is None) != accepts] == []


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_never_comes_what_systemd_says_never_comes() -> None:
    now = datetime.now()
    accepted = [(text, never) for text, accepts, never in judged_by_systemd(expressions(2, 1000)) if accepts and text[0] != "@"]
    assert any(never for _, never in accepted)
    assert [text for text, never in accepted if comes_after(text, now) == never] == []


@pytest.mark.parametrize("expression", ["03:00 CEST", "Mon..Fri 03:00 PDT", "*-*-* 4:00 MESZ"])
def test_the_abbreviation_of_a_zone_holds_where_the_machine_is_in_it(expression: str) -> None:
    assert problem(expression)
    assert is_local_only(expression)
    assert problem(expression, (expression.rpartition(" ")[2],)) is None


@pytest.mark.parametrize("expression", ["03:00 at night", "every night", "25:00 CEST", "nightly", "CEST", "0 1 * * *"])
def test_a_last_word_does_not_make_an_expression(expression: str) -> None:
    assert not is_local_only(expression)


@given(st.text(max_size=30) | st.text("0123456789*-:/.,~@ MonTueUTC", max_size=30))
def test_any_text_is_judged(text: str) -> None:
    assert problem(text) != ""
    seldom(text)

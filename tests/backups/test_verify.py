"""What a machine answers to a drill, judged: silence is no success, and hostile names are only words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clanback.backups.protocol import Answers
from clanback.backups.sweep import Ending, Outcome
from clanback.backups.verify import Verified, judged
from clanback.backups.verify_report import report, text

VERIFIED = {
    "type": "verified",
    "job": "nas",
    "archive": "nas::repo::a-1",
    "start": "2026-11-25T01:00:00+00:00",
    "files": 3,
    "folders": 1,
    "links": 0,
    "others": 0,
    "bytes": 30,
    "compared_with_machine": 3,
    "changed_since": 0,
    "gone_since": 1,
    "differences": 0,
}
CHECKED = {"type": "check", "job": "nas", "what": "repository", "ok": True, "message": "", "seconds": 1.5}
DIFFERENCE = {
    "type": "difference",
    "job": "nas",
    "path": "/a|b`c\x1b[1m",
    "against": "archive",
    "what": "sha256",
    "expected": "1",
    "found": "2",
}


def said(*lines: dict[str, Any], planned: tuple[str, ...] = ("nas",)) -> Verified:
    return judged(Answers("laptop", lines, 0), planned)


def test_a_job_that_was_checked_and_compared_is_good() -> None:
    found = said(CHECKED, VERIFIED)
    assert [(job.job, job.good, job.archive) for job in found.jobs] == [("nas", True, "nas::repo::a-1")]
    assert (found.ending, found.diagnostics) == (Ending.DONE, ())


def test_a_planned_job_of_which_nothing_is_said_is_not_good() -> None:
    for lines in ((), (CHECKED,), ({**VERIFIED, "job": "other"},)):
        found = said(*lines)
        assert [job.good for job in found.jobs if job.job == "nas"] == [False]
        assert found.ending is Ending.FINDINGS
        assert found.diagnostics


@pytest.mark.parametrize(
    ("lines", "exit_status"),
    [
        ((VERIFIED,), 0),  # nothing of a check
        (({**CHECKED, "what": "none"}, VERIFIED), 0),
        ((CHECKED, {**VERIFIED, "differences": "5"}), 0),
        ((CHECKED, {**VERIFIED, "differences": None}), 0),
        ((CHECKED, {**VERIFIED, "differences": False}), 0),
        ((CHECKED, VERIFIED), 1),
    ],
)
def test_what_is_not_said_in_so_many_words_is_not_good(lines: tuple[dict[str, Any], ...], exit_status: int) -> None:
    found = judged(Answers("laptop", lines, exit_status), ["nas"], "repository")
    assert ([job.good for job in found.jobs], found.ending) == ([False], Ending.FINDINGS)
    assert [one.code for one in found.diagnostics] == ["CB480"]


@pytest.mark.parametrize("seconds", [float("inf"), float("nan"), 10**400, -1, "5", True])
def test_no_number_of_seconds_makes_it_fail(seconds: object) -> None:
    found = said({**CHECKED, "seconds": seconds}, VERIFIED)
    assert 0 <= found.jobs[0].seconds < 1e9


def test_a_damaged_repository_is_not_good_though_its_archive_came_out() -> None:
    found = said({**CHECKED, "ok": False, "message": "segment 3 is damaged"}, VERIFIED)
    assert [one.code for one in found.diagnostics] == ["CB485"]
    assert "segment 3 is damaged" in found.diagnostics[0].notes


def test_differences_are_not_good_also_where_the_count_says_there_are_none() -> None:
    found = said(DIFFERENCE, VERIFIED)
    assert not found.jobs[0].good
    assert found.jobs[0].difference_count == 1


def test_an_error_of_one_job_stays_with_it() -> None:
    wrong = {"type": "error", "code": "passphrase", "message": "no", "job": "nas"}
    found = said(wrong, {**VERIFIED, "job": "box"}, planned=("nas", "box"))
    assert {job.job: job.good for job in found.jobs} == {"nas": False, "box": True}
    assert [one.code for one in found.diagnostics] == ["CB473"]


def test_the_page_shows_who_did_not_answer_and_what_differs() -> None:
    outcomes = [
        Outcome("laptop", Ending.FINDINGS, said(CHECKED, DIFFERENCE, VERIFIED)),
        Outcome[Verified]("desk", Ending.UNREACHABLE),
    ]
    page = report(outcomes, clan="my_clan", version="1", when=datetime(2026, 11, 25, tzinfo=UTC))
    assert "**1 job: not good, no answer from 1 machine**" in page
    assert "| desk | | | | | | | **no answer** |" in page
    assert "# Backups of my\\_clan: restore drill" in page
    assert "/a\\|b'c\\x1b[1m" in page


def test_what_was_checked_is_a_word_of_the_machine_too() -> None:
    found = said({**CHECKED, "what": "|\x1b[2J\u202e"}, VERIFIED)
    page = report([Outcome("laptop", found.ending, found)], clan="c", version="1", when=datetime(2026, 11, 25, tzinfo=UTC))
    assert f"| {text(chr(124) + chr(27) + '[2J')}" in page
    assert page.replace("\n", "").isprintable()


@given(st.text())
def test_no_name_breaks_the_table_or_steers_a_terminal(name: str) -> None:
    shown = text(name)
    assert shown.isprintable()
    assert "|" not in shown.replace("\\|", "")


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["type", "job", "archive", "ok", "differences", "files", "seconds", "start", "message", "code"]),
            st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.lists(st.none())),
        )
    )
)
def test_no_answer_makes_it_fail_or_a_planned_job_good(lines: list[dict[str, Any]]) -> None:
    answers = Answers("m", tuple({"type": "check", **line} for line in lines), 0)
    found = judged(answers, ["nas"])
    assert report([Outcome("m", found.ending, found)], clan="c", version="1", when=datetime(2026, 11, 25, tzinfo=UTC))

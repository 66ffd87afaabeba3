"""What `status` calls wrong, and how it says it to people and to Prometheus."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest

from clanback.backups.judging import Judged, amount, judge, span, summary
from clanback.backups.openmetrics import openmetrics
from clanback.backups.status import JobStatus, Kept, Lock, MachineStatus, Run
from clanback.backups.sweep import Ending, Outcome
from clanback.diagnostics import error
from clanback.services import plan
from tests.services.clans import clan, instance, machine, state

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
HOURS = timedelta(hours=1)
BORG = instance("borgbackup", client={"a": {}}, server={"one": {}})
PLAN = plan(clan([machine("a", state("d", "/d")), machine("one")], BORG)).machines
GOOD = JobStatus(
    "one", "borg@one:.", "one::borg@one:.::a-one-x", NOW - 2 * HOURS, 7, 0, (), 10, 1000, 10, 5000,
    run=Run("idle", "success", NOW - 2 * HOURS, NOW - 2 * HOURS, NOW + 22 * HOURS, True),
)  # fmt: skip
KEPT = Kept("a", "/var/lib/borgbackup/a", True, 5000, 10**12, None, False, NOW)


def judged(*jobs: JobStatus, name: str = "a", max_age: float = 26 * 3600, ours: datetime = NOW, **more: Any) -> Judged:
    said = MachineStatus(name, "protocol", more.pop("now", NOW), more.pop("clock", 0.0), jobs, **more)
    return judge(PLAN[name], said, max_age=max_age, ours=ours)


def codes(found: Judged) -> list[str]:
    return [diagnostic.code for diagnostic in found.diagnostics]


def test_a_good_backup() -> None:
    assert codes(judged(GOOD)) == []
    assert judged(GOOD).ending is Ending.DONE
    assert codes(judged(name="one", kept=(KEPT,))) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"newest_start": NOW - 27 * HOURS}, "CB481"),
        ({"newest": None, "newest_start": None, "archives": 0}, "CB482"),
        ({"run": attrs.evolve(GOOD.run, state="failed", result="exit-code")}, "CB483"),
        ({"run": attrs.evolve(GOOD.run, timer=False)}, "CB483"),
        ({"newest_start": NOW + HOURS}, "CB484"),
        ({"problem": error("CB475", "locked")}, "CB475"),
    ],
)
def test_what_is_wrong_with_a_job(change: dict[str, Any], code: str) -> None:
    found = judged(attrs.evolve(GOOD, **change))
    assert codes(found) == [code]
    assert found.ending is Ending.FINDINGS


def test_archives_from_the_future_are_named_and_not_counted() -> None:
    found = judged(attrs.evolve(GOOD, ahead=("one::borg@one:.::a-one-2027",)))
    assert (codes(found), found.ending) == (["CB484"], Ending.DONE)
    assert found.diagnostics[0].notes == ("one::borg@one:.::a-one-2027",)


def test_a_planned_job_that_is_not_there() -> None:
    assert codes(judged()) == ["CB480"]
    assert codes(judged(name="one")) == ["CB480"]


def test_a_job_that_nobody_planned_is_a_warning() -> None:
    found = judged(GOOD, attrs.evolve(GOOD, job="else"))
    assert (codes(found), found.ending) == (["CB488"], Ending.DONE)


def test_clocks() -> None:
    """A machine whose clock stands still finds its archives young for ever: then ours counts."""
    assert codes(judged(GOOD, clock=-301.0)) == ["CB484"]
    stopped = NOW - 2 * HOURS
    assert codes(judged(GOOD, now=stopped, ours=NOW + 30 * HOURS, clock=(stopped - NOW - 30 * HOURS).total_seconds())) == [
        "CB484",
        "CB481",
    ]


@pytest.mark.parametrize(
    ("change", "codes_found"),
    [
        ({"exists": False}, ["CB487"]),
        ({"locks": (Lock("a", 5, "2026", False),)}, ["CB487"]),
        ({"locks": (Lock("a", 5, "2026", True),)}, []),
        ({"locks": (Lock("elsewhere", 5, "2026", None),)}, ["CB487"]),
        ({"quota": "5K", "size": 4600}, ["CB487"]),
        ({"quota": "5K", "size": 4400}, []),
        ({"free": 10}, ["CB487"]),
    ],
)
def test_repositories(change: dict[str, Any], codes_found: list[str]) -> None:
    assert codes(judged(name="one", kept=(attrs.evolve(KEPT, **change),))) == codes_found


def test_lengths_and_sizes_as_people_say_them() -> None:
    assert [span(seconds) for seconds in (0, 119, 120, 7199, 7200, 26 * 3600, 72 * 3600)] == [
        *("0 s", "119 s", "2 min", "119 min", "2 h", "26 h", "3 days"),
    ]
    assert [amount(size) for size in (0, 999, 1000, 123456, 10**9, 5 * 10**12)] == [
        *("0 B", "999 B", "1.0 kB", "123 kB", "1.0 GB", "5.0 TB"),
    ]


@pytest.mark.parametrize(
    ("good", "jobs", "silent", "said"),
    [
        (0, 0, 0, "no jobs"),
        (0, 0, 1, "no answer from 1 machine"),
        (0, 0, 3, "no answer from 3 machines"),
        (1, 1, 0, "1 job: good"),
        (0, 1, 0, "1 job: not good"),
        (2, 3, 0, "2 of 3 jobs good"),
        (3, 3, 1, "3 of 3 jobs good, no answer from 1 machine"),
        (0, 1, 2, "1 job: not good, no answer from 2 machines"),
    ],
)
def test_all_jobs_in_one_line(good: int, jobs: int, silent: int, said: str) -> None:
    assert summary(good, jobs, silent) == said


SAMPLE = re.compile(r'[a-z_]+\{([a-z]+="([^"\\\n]|\\["\\n])*"(,(?!\}))?)+\} -?[0-9.e+]+')


def test_openmetrics() -> None:
    good = judged(GOOD)
    odd = judged(attrs.evolve(GOOD, job='q"\\\n\udcff', newest_start=None))
    text = openmetrics(
        [
            Outcome("a", good.ending, good, good.diagnostics),
            Outcome("odd", odd.ending, odd, odd.diagnostics),
            Outcome("off", Ending.UNREACHABLE, None, (error("CB462", "off"),)),
        ]
    )
    lines = text.splitlines()
    assert lines[-1] == "# EOF"
    assert 'clanback_newest_archive_timestamp_seconds{machine="a",job="one"} 1795600800' in lines
    assert 'clanback_machine_answered{machine="off"} 0' in lines
    assert 'clanback_finding{machine="off",job="",code="CB462"} 1' in lines
    assert 'clanback_archives{machine="odd",job="q\\"\\\\\\n?"} 7' in lines
    samples = [line for line in lines if not line.startswith("#")]
    assert [line for line in samples if not SAMPLE.fullmatch(line)] == []
    families = [line.split("{")[0] for line in samples]
    assert families == sorted(families, key=[line.split()[2] for line in lines if line.startswith("# TYPE")].index)
    assert len(samples) == len({line.rpartition(" ")[0] for line in samples})

"""Tables on a terminal: names stay in one piece where there is room, and nothing is left out where there is none."""

from __future__ import annotations

import argparse
import re
from datetime import UTC, datetime, timedelta

import attrs
import pytest

from clanback.backups.judging import judge
from clanback.backups.status import JobStatus, MachineStatus, Run
from clanback.backups.sweep import Ending, Outcome
from clanback.backups.verify import Verified, VerifiedJob
from clanback.cli.backups.status import _tables as tables_of_status
from clanback.cli.backups.verify import table as table_of_drill
from clanback.cli.tables import Table, draw, fitted
from clanback.diagnostics import error
from clanback.services import plan
from tests.services.clans import clan, machine, state

ROW = (
    ["alice-laptop"],
    ["/home/alice/documents/of/many/years"],
    ["backup-server", "borg@192.0.2.12:."],
    ["daily at 01:00"],
    ["all of 1 day"],
)


def drawn(columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setenv("COLUMNS", str(columns))
    table = Table("Jobs", ("machine", "folders", "to", "when", "keeps"))
    table.rows.append(ROW)
    draw("home", [table], argparse.Namespace(color="always"))
    return re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)


def test_names_stay_in_one_piece(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    text = drawn(80, monkeypatch, capsys)
    assert "alice-laptop" in text
    assert "daily at 01:00" in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("columns", [40, 50, 60, 80, 200])
def test_every_character_is_shown(columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    text = drawn(columns, monkeypatch, capsys)
    assert sum(not character.isspace() and character != "─" for character in text) == len(
        "homeJobsmachinefolderstowhenkeeps"
    ) + sum(len(line.replace(" ", "")) for cell in ROW for line in cell)


def status_on(columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], color: str = "always") -> str:
    """`backups status` of a machine with a good and a bad job, and of one that does not answer."""
    monkeypatch.setenv("COLUMNS", str(columns))
    now = datetime.now(UTC)
    run = Run("idle", "success", now, now - timedelta(hours=3), now + timedelta(hours=21), True)
    good = JobStatus(
        "backup-server",
        "borg@backup-server:.",
        newest_start=now - timedelta(hours=3),
        size=123_400_000_000,
        added=3_200_000,
        archives=23,
        run=run,
    )
    bad = attrs.evolve(
        good, job="storagebox", newest_start=now - timedelta(days=4), run=attrs.evolve(run, state="failed", result="exit-code")
    )
    planned = plan(clan([machine("alice-laptop", state("d", "/d"))])).machines["alice-laptop"]
    judged = judge(planned, MachineStatus("alice-laptop", "protocol", now, 0.0, (good, bad)), max_age=26 * 3600, ours=now)
    outcomes = [
        Outcome("alice-laptop", judged.ending, judged, judged.diagnostics),
        Outcome("carol-laptop", Ending.UNREACHABLE, None, (error("CB462", "it does not answer"),)),
    ]
    draw(*tables_of_status(outcomes), argparse.Namespace(color=color))
    return re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)


@pytest.mark.parametrize("columns", [80, 100, 120])
def test_the_status_fits_the_terminal_in_one_line_a_job(
    columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = status_on(columns, monkeypatch, capsys)
    assert max(map(len, text.splitlines())) <= columns
    lines = [re.split(r"\s{3,}", line.strip()) for line in text.splitlines()]
    assert lines[0] == ["1 of 2 jobs good, no answer from 1 machine"]
    rows = [line[:4] for line in lines if line[0] in ("machine", "alice-laptop", "carol-laptop")]
    assert rows == [
        ["machine", "job", "newest", "state"],
        ["alice-laptop", "backup-server", "3 h ago", "good (CB488)"],
        ["carol-laptop", "?", "?", "no answer (CB462)"],
    ]
    assert [line[:3] for line in lines if line[0] == "storagebox"] == [["storagebox", "4 days ago", "bad (CB481 CB483)"]]


def test_a_wide_terminal_and_a_pipe_get_all_of_the_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "no room for: " in status_on(80, monkeypatch, capsys)
    for text in (status_on(160, monkeypatch, capsys), status_on(80, monkeypatch, capsys, "never")):
        assert "no room for" not in text
        assert all(one in text for one in ("+3.2 MB", "123 GB", "23", "exit-code, 3 h ago", "in 20 h"))


def test_what_can_be_spared_goes_by_its_order_and_is_named() -> None:
    table = Table("Jobs", ("machine", "a", "b", "c", "nothing"), spare=("a", "b", "c", "nothing"))
    table.rows.append((["laptop"], ["aaaa"], ["bbbb"], ["cccc"], [""]))
    for columns, kept in ((80, "machine a b c"), (33, "machine a b c"), (32, "machine b c"), (25, "machine c"), (4, "machine")):
        smaller, gone = fitted(table, columns)
        assert " ".join(smaller.headings) == kept
        assert {*smaller.headings, *gone} == {"machine", "a", "b", "c"}


@pytest.mark.parametrize("columns", [80, 120])
def test_a_drill_fits_the_terminal(columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    counts = {"files": 3, "bytes": 30, "folders": 1, "links": 0, "others": 0}
    counts |= {"compared_with_machine": 2, "changed_since": 1, "gone_since": 0}
    archive = "server::borg@server:.::laptop-server-2026-11-25T12:54:48"
    job = VerifiedJob("server", check_ok=True, archive=archive, counts=counts)
    outcomes = [Outcome("laptop", Ending.DONE, Verified("laptop", (job,))), Outcome[Verified]("desk", Ending.UNREACHABLE)]
    draw("drill", [table_of_drill(outcomes)], argparse.Namespace(color="always"))
    text = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
    assert max(map(len, text.splitlines())) <= columns
    lines = [re.split(r"\s{3,}", line.strip()) for line in text.splitlines()]
    (row,) = [line for line in lines if line[0] == "laptop"]
    assert row[:5] == ["laptop", "server", "good", "good", "3 files (30 B), 1 other"]
    assert row[5:] == (["2026-11-25T12:54:48"] if columns == 120 else [])
    assert ["desk", "?", "no answer"] in lines


def test_a_terminal_without_colours_has_no_wider_tables(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    text = status_on(80, monkeypatch, capsys, "auto")
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 80
    assert "no room for: " in text

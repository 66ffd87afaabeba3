"""What machines say is read with care: noise around it, half answers, hostile ones."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clanback.backups.contract import _groups, read_names
from clanback.backups.failures import of_answer
from clanback.backups.names import ArchiveName, parse_name
from clanback.backups.protocol import read_line
from clanback.backups.restore import _known_name
from clanback.backups.sweep import Ending, sweep, worst
from clanback.diagnostics import DiagnosticError, error

NAMES = [{"name": "job::repo::one"}, {"name": "job::repo::two"}]


@pytest.mark.parametrize("before", ["", "Welcome!\n", "[1] done\n", "\x1b[1;31mnews\x1b[0m []\n", '[{"nme": 1}]', "[["])
@pytest.mark.parametrize("after", ["", "\nbye [3]\n", "[]"])
def test_names_are_found_between_noise(before: str, after: str) -> None:
    assert read_names(before + json.dumps(NAMES) + after) == ["job::repo::one", "job::repo::two"]


def test_no_names() -> None:
    assert read_names("[]\n") == []
    assert read_names("borg: not found [1]") is None
    assert read_names('[{"name": 3}]') is None
    for noise in ("[", "[ ", "[]", '[{"name":', '[{"a":[', "[" + " " * 20):
        assert not read_names(noise * 100_000)


@given(st.text())
def test_any_text_is_read_without_failing(text: str) -> None:
    read_names(text)
    read_line(text)
    parsed = parse_name(text)
    assert parsed is None or str(parsed) == text


def test_a_name_is_taken_apart_where_its_repository_holds_colons() -> None:
    name = parse_name("nas::ssh://borg@[2001:db8::1]:22/./x::laptop-nas-2026-11-25T11:00:16")
    assert name == ArchiveName("nas", "ssh://borg@[2001:db8::1]:22/./x", "laptop-nas-2026-11-25T11:00:16")
    assert [parse_name(text) for text in ("", "a", "a::b", "::b::c", "a::::c", "a::b::", "a::b::c\0")] == [None] * 7


def test_lines_that_are_no_answers() -> None:
    assert read_line('{"format_version": 1, "type": "end"}') == {"format_version": 1, "type": "end"}
    for line in (
        "",
        "{",
        "{}",
        '{"type": "end"}',
        '{"type": 1, "format_version": 1}',
        "[1]",
        '{"format_version": "1", "type": "x"}',
    ):
        assert read_line(line) is None


def test_an_archive_that_is_gone_says_which_command_lists_the_others() -> None:
    answer = {"type": "error", "code": "no-such-archive", "message": "there is no archive nas-1", "job": "nas"}
    found = of_answer("laptop", answer)
    assert (found.code, found.message) == ("CB468", "laptop, job nas: there is no archive nas-1")
    assert found.help == "`clanback backups list laptop` prints the archives there are"
    with pytest.raises(DiagnosticError) as raised:
        _known_name("laptop", "yesterday's")
    assert raised.value.diagnostics[0].help == "copy a line that `clanback backups list laptop` prints: JOB::REPOSITORY::ARCHIVE"


def test_folders_fit_into_a_variable() -> None:
    folders = [f"/{number:0999}" for number in range(300)]
    groups = list(_groups(folders))
    assert [folder for group in groups for folder in group] == folders
    assert all(len(":".join(group)) <= 100_000 for group in groups)


class Done:
    ending = Ending.DONE
    diagnostics = ()


def test_a_sweep_keeps_the_order_and_every_outcome() -> None:
    ended: list[str] = []

    def work(machine: str) -> Done:
        if machine == "b":
            raise DiagnosticError(error("CB465", "no"))
        return Done()

    outcomes = sweep(["c", "b", "a"], work, parallel=2, on_end=ended.append)
    assert [(one.machine, one.ending) for one in outcomes] == [("c", Ending.DONE), ("b", Ending.FAILED), ("a", Ending.DONE)]
    assert sorted(ended) == ["a", "b", "c"]
    assert worst(outcomes) == 3
    assert worst([]) == 0

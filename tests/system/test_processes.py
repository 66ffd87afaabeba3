"""Programs get what they are given and nothing else, and never outlive us."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from clanback.diagnostics import DiagnosticError
from clanback.system import processes


def test_what_goes_in_comes_out() -> None:
    done = processes.run(["cat"], stdin=b"\xff\0text" * 100_000)
    assert (done.status, done.stdout) == (0, b"\xff\0text" * 100_000)


def test_secrets_of_ours_stay_with_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGE_KEY", "AGE-SECRET-KEY-CANARY")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    shown = processes.run(["env"], more_environment={"WANTED": "yes"}).text.splitlines()
    assert "WANTED=yes" in shown
    assert "LC_ALL=C.UTF-8" in shown
    assert "CANARY" not in "".join(shown)


def test_a_descriptor_carries_a_secret_that_no_argument_shows() -> None:
    program = "import os; print(os.read(int(os.environ['SECRET_FD']), 100).decode())"
    assert processes.run([sys.executable, "-c", program], descriptors={"SECRET_FD": b"canary"}).text == "canary\n"


def test_lines_are_told_as_they_come() -> None:
    out: list[str] = []
    err: list[str] = []
    done = processes.run(["sh", "-c", "echo one; echo two >&2; exit 3"], on_stdout=out.append, on_stderr=err.append)
    assert (out, err, done.status, done.complaint) == (["one"], ["two"], 3, "two")


def test_who_takes_too_long_is_ended() -> None:
    with pytest.raises(processes.TimedOutError, match=r"sleep took longer than 0\.1 s"):
        processes.run(["sleep", "100"], timeout=0.1)


@pytest.mark.parametrize(("words", "said"), [(["no-such-program"], "not installed"), (["true", "\0"], "cannot start")])
def test_who_cannot_be_started_gets_a_diagnostic(words: list[str], said: str) -> None:
    with pytest.raises(DiagnosticError, match=said) as raised:
        processes.run(words)
    assert raised.value.diagnostics[0].code == "CB910"


def test_no_descriptor_is_left_open() -> None:
    before = sum(1 for _ in Path("/proc/self/fd").iterdir())
    processes.run(["true"], descriptors={"A_FD": b"x"}, stdin=b"unread" * 100_000)
    assert sum(1 for _ in Path("/proc/self/fd").iterdir()) == before


def test_a_line_without_end_is_taken_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_LONGEST_LINE", 1000)
    monkeypatch.setattr(processes, "_MAX_OUTPUT", 5000)
    told: list[str] = []
    finished = processes.run([sys.executable, "-c", "print('x' * 10_000, end='')"], on_stdout=told.append)
    assert finished.stdout == b"x" * 5000
    assert max(map(len, told)) == 1000

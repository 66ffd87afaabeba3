"""When something happens that nobody asked for: one line that says so, the right exit status, no traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clanback import cli
from tests.cases.compare import run

ROOT = Path(__file__).resolve().parents[2]
TUTORIAL = str(ROOT / "examples/tutorial")


def test_a_surprise_is_a_diagnostic_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("boom\x1b[31m")

    monkeypatch.setattr("clanback.stages._follow", fail)
    monkeypatch.delenv("CLANBACK_DEBUG", raising=False)
    status, out, err = run("--clan", TUTORIAL, "check")
    assert (status, out) == (2, "")
    assert "error[CB900]" in err
    assert "Traceback" not in err
    assert "\x1b" not in err
    monkeypatch.setenv("CLANBACK_DEBUG", "1")
    assert "Traceback" in run("--clan", TUTORIAL, "check")[2]


@pytest.mark.parametrize("surprise", [RecursionError("too deep"), MemoryError(), OSError(28, "No space left on device", "/x")])
def test_also_when_the_machine_gives_up(surprise: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise surprise

    monkeypatch.setattr("clanback.stages._follow", fail)
    status, _, err = run("--clan", TUTORIAL, "check")
    assert status == 2
    assert "error[CB90" in err


def test_interruption_is_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("clanback.stages._follow", interrupt)
    assert run("--clan", TUTORIAL, "check") == (cli.INTERRUPTED, "", "interrupted\n")


def test_a_real_interruption(tmp_path: Path) -> None:
    slow = "let f = n: if n == 0 then 0 else f (n - 1); g = n: builtins.seq (f 5000) (if n == 0 then 0 else g (n - 1)); in"
    (tmp_path / "clan.nix").write_text(f"{slow} {{ meta.name = toString (g 5000); }}")
    process = subprocess.Popen(
        [sys.executable, "-m", "clanback", "--clan", str(tmp_path), "check"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # where the tests run in the background, it is ignored
    )
    while process.poll() is None and _seconds_used(process.pid) < 1:  # by then it is evaluating, however busy the machine
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == cli.INTERRUPTED
    assert err == b"interrupted\n"


def _seconds_used(pid: int) -> float:
    """Time on the processor, from the system's accounts."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_a_reader_that_goes_away_is_no_error_message() -> None:
    done = subprocess.run(
        ["sh", "-c", '"$0" -m clanback --clan "$1" show --json; echo $? >&2', sys.executable, TUTORIAL],
        stdout=(closed := _closed_pipe()),
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(closed)
    assert done.stderr.splitlines() == ["141"]


@pytest.mark.parametrize("redirection", [">&-", "2>&-", ">&- 2>&-", "<&-"])
def test_closed_streams_are_no_reason_to_fail(redirection: str) -> None:
    for arguments in ("--version", f"--clan {TUTORIAL} show", f"--clan {TUTORIAL} check"):
        done = subprocess.run(
            f"{sys.executable} -m clanback {arguments} {redirection}", shell=True, capture_output=True, check=False
        )
        assert done.returncode == 0
        assert b"error" not in done.stderr


def test_a_full_disk_behind_stdout_is_said() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("/dev/full is a thing of Linux")
    command = f"{sys.executable} -m clanback --clan {TUTORIAL} show >/dev/full"
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    for environment in (buffered, {**buffered, "PYTHONUNBUFFERED": "1"}):
        done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False, env=environment)
        assert done.returncode == 2
        assert done.stderr.startswith("error[CB901]: No space left on device\n")
        assert "Exception ignored" not in done.stderr


def _closed_pipe() -> int:
    """The writing end of a pipe that nobody reads any more."""
    reading, writing = os.pipe()
    os.close(reading)
    return writing

"""`clanback demo`: the story to its end, nothing left behind however it ends, and what is missing is named."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clanback.demo import witness
from clanback.demo.workplace import OURS
from tests.e2e.clans import needs_machines
from tests.e2e.test_machines import running_below

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.slow, needs_machines]


def demo(temporary: Path, *arguments: str, path: str | None = None) -> subprocess.Popen[str]:
    """Start it, with its folder below `temporary`."""
    environment = {**os.environ, "TMPDIR": str(temporary), "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}
    if path is not None:
        environment["PATH"] = path
    return subprocess.Popen(
        [sys.executable, "-c", OURS, str(ROOT), "demo", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
    )


def nothing_is_left(temporary: Path, *, seconds: float = 15) -> bool:
    """Whether folder and processes are gone, or will be soon."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not list(temporary.iterdir()) and not running_below(str(temporary)):
            return True
        time.sleep(0.1)
    return False


def test_tells_the_whole_tutorial_and_leaves_nothing(tmp_path: Path) -> None:
    process = demo(tmp_path, "--color", "always")
    coloured, complained = process.communicate(timeout=180)
    said = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert process.returncode == 0, said + complained
    assert said != coloured
    assert complained == ""
    assert re.findall(r"^\d\. .*", said, re.MULTILINE)[-1].startswith("5. ")
    assert "successfully started backup" in said
    for file in ("documents/welcome.md", "documents/finance.txt", "pictures/hero.jpg"):
        assert len(re.findall(rf"^  same  {file} ", said, re.MULTILINE)) == 2
    assert str(tmp_path) not in said
    assert nothing_is_left(tmp_path, seconds=1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
@pytest.mark.parametrize("line", ["2. Two machines", "backups create"])
def test_leaves_nothing_when_it_is_ended(tmp_path: Path, line: str, number: signal.Signals) -> None:
    process = demo(tmp_path)
    assert process.stdout is not None
    while line not in (heard := process.stdout.readline()):
        assert heard, process.communicate()[1]
    time.sleep(0.5)
    os.kill(process.pid, number)
    process.communicate(timeout=30)
    assert process.returncode == {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129, signal.SIGKILL: -9}[number]
    assert nothing_is_left(tmp_path)


def test_names_every_program_that_is_missing(tmp_path: Path) -> None:
    bare = tmp_path / "bin"
    bare.mkdir()
    (tmp_path / "tmp").mkdir()
    for name in ("ssh", "ssh-keygen", "unshare"):
        (bare / name).symlink_to("/usr/bin/true")
    process = demo(tmp_path / "tmp", path=str(bare))
    said, complained = process.communicate(timeout=30)
    assert (process.returncode, said) == (1, "")
    assert "`borg` is not installed" in complained
    assert "Debian: borgbackup" in complained
    assert "`age` is not installed" in complained
    assert "`ssh` is not" not in complained
    assert nothing_is_left(tmp_path / "tmp", seconds=1)


def test_believes_its_own_eyes(tmp_path: Path) -> None:
    """The comparison finds what a restore did not bring back."""
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("content", "mode", "time", "gone"):
        (folder / name).write_text(name)
    os.setxattr(folder / "content", "user.comment", b"one")
    before = witness.look(str(folder))
    assert witness.differences(before, witness.look(str(folder))) == []
    (folder / "content").write_text("changed")
    os.setxattr(folder / "content", "user.comment", b"two")
    (folder / "mode").chmod(0o600)
    os.utime(folder / "time", (1, 1))
    (folder / "gone").unlink()
    (folder / "new").touch()
    found = witness.differences(before, witness.look(str(folder)), ignoring=("modified",))
    assert found == [
        "gone is missing",
        "new is new",
        "content: digest differs",
        "content: attributes differs",
        "mode: mode differs",
    ]


def test_shows_the_clan_of_the_example() -> None:
    example = (ROOT / "examples/tutorial/clan.nix").read_text()
    assert (ROOT / "clanback/demo/clan.nix").read_text() == re.sub(r'"ssh-ed25519 [^"]*"', '"KEY"', example)

"""A render that is killed leaves the old or the new tree, whole, whenever the kill comes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from clanback.render import write
from clanback.render.manifest import NAME

if TYPE_CHECKING:
    from pathlib import Path

KILLS = 200


def whole(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


def kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)


def test_a_writer_killed_at_200_random_moments(tmp_path: Path) -> None:
    """Children that do nothing but write, so that every kill falls into the writing."""
    chance = random.Random(1)
    out = tmp_path / "generated"
    trees = [{f"m{n % 3}/{n}.nix": f"{{ version = {version}; }}\n" * 50 for n in range(20 + version)} for version in (0, 1)]
    both = []
    durations = []
    for turn in range(10):
        start = time.monotonic()
        write(str(out), trees[turn % 2], {}, root=str(tmp_path))
        durations.append(time.monotonic() - start)
        if turn < 2:
            both.append(whole(out))
    (out / "foreign").write_text("kept")
    both = [{**tree, "foreign": "kept"} for tree in both]
    seen = set()
    killed_midway = 0
    for _ in range(KILLS):
        child = os.fork()
        if child == 0:
            try:
                for turn in range(1000):
                    write(str(out), trees[turn % 2], {}, root=str(tmp_path))
            finally:
                os._exit(1)
        time.sleep(chance.random() * 4 * sorted(durations)[len(durations) // 2])
        kill(child)
        found = whole(out)
        assert found in both
        seen.add(both.index(found))
        killed_midway += any(tmp_path.glob(".generated.clanback-*"))
    assert seen == {0, 1}
    assert killed_midway > KILLS // 10, "the kills should fall into the writing"
    write(str(out), trees[0], {}, root=str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["generated"]


CLAN = """{
  meta.name = "test";
  inventory.machines = { a = { }; srv = { }; };
  inventory.instances.borgbackup = {
    roles.client.machines.a.settings.exclude = [ "%s" ];
    roles.server.machines.srv = { };
  };
  machines.a.clan.core.state.d.folders = [ "/d" ];
}
"""


@pytest.mark.slow
def test_a_render_killed_at_200_random_moments(tmp_path: Path) -> None:
    """The whole command, from the start of Python to its end."""
    chance = random.Random(2)
    clan, out = tmp_path / "clan.nix", tmp_path / "generated"
    command = [sys.executable, "-m", "clanback", "--clan", str(clan), "-q", "render"]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def render() -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)

    both = []
    durations = []
    for version in ("old", "new"):
        clan.write_text(CLAN % version)
        start = time.monotonic()
        assert render().wait() == 0
        durations.append(time.monotonic() - start)
        both.append(whole(out))
    assert both[0] != both[1]
    assert NAME in both[0]
    seen = set()
    for turn in range(KILLS):
        clan.write_text(CLAN % chance.choice(["old", "new"]))
        if turn % 20 == 0:  # how long it takes changes with what else the machine does
            start = time.monotonic()
            assert render().wait() == 0
            durations.append(time.monotonic() - start)
            clan.write_text(CLAN % chance.choice(["old", "new"]))
        process = render()
        time.sleep(chance.random() * max(durations[-2:]) * 1.1)
        process.kill()
        process.wait()
        found = whole(out)
        assert found in both
        seen.add(both.index(found))
    assert seen == {0, 1}

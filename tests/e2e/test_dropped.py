"""Connections that are cut while a backup is started, or files are restored: nothing is lost, and the next attempt succeeds.

`CLANBACK_DROPS=20` cuts at twenty moments of each.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clanback.demo.witness import Seen, differences, look
from clanback.system.processes import Finished
from tests.e2e.clans import LivingClan, needs_machines
from tests.e2e.test_machines import CLAN

pytestmark = [pytest.mark.slow, needs_machines]

DROPS = int(os.environ.get("CLANBACK_DROPS", "1"))
SAYS = re.compile(r"error\[(CB46[2-6]|CB474|CB475|CB479)\]")


@pytest.fixture(scope="module")
def clan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivingClan]:
    with LivingClan(tmp_path_factory.mktemp("dropped"), CLAN, ["laptop", "vault"]) as made:
        made.start()
        yield made


@pytest.fixture(scope="module")
def before(clan: LivingClan) -> dict[str, Seen]:
    documents = clan.path("laptop", "/home/alice/documents")
    for number in range(20):
        (documents / f"file {number}").write_bytes(random.Random(number).randbytes(200_000))
    done = clan.clanback("backups", "create", "laptop", "--wait")
    assert done.status == 0, done.stderr.decode()
    return look(str(documents))


def archives(clan: LivingClan) -> list[str]:
    done = clan.clanback("backups", "list", "laptop")
    assert done.status == 0, done.stderr.decode()
    return done.text.splitlines()


def cut(clan: LivingClan, seconds: float, *words: str) -> Finished:
    """Run a command, and kill every ssh of the operator's some time after the first one was started."""
    found: list[Finished] = []
    runner = threading.Thread(target=lambda: found.append(clan.clanback("backups", *words)))
    runner.start()
    deadline = time.monotonic() + 60
    while not connections(clan) and runner.is_alive() and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(seconds)
    for process in connections(clan):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    runner.join()
    return found[0]


def connections(clan: LivingClan) -> list[int]:
    mark = os.fsencode(f"{clan.place.home}/.ssh/config")
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark in (place / "cmdline").read_bytes():
                found.append(int(place.name))
    return found


def moments(seed: int, longest: float) -> list[float]:
    return [random.Random(seed + number).uniform(0, longest) for number in range(DROPS)]


def settled(clan: LivingClan) -> None:
    """Wait until the machine has ended what it was doing when it lost us."""
    for _ in range(300):
        if b'"locked": false' in clan.ssh("laptop", "clanback-machine status", stdin=b'{"archives": false}').stdout:
            return
        time.sleep(0.1)
    raise AssertionError("the machine is still busy")


@pytest.mark.parametrize("seconds", moments(1, 6.0))
def test_cut_while_a_backup_is_made(clan: LivingClan, before: dict[str, Seen], seconds: float) -> None:
    known = archives(clan)
    done = cut(clan, seconds, "create", "laptop", "--wait")
    said = done.stderr.decode()
    assert done.status == 0 or (done.status in (3, 4) and SAYS.search(said)), said
    settled(clan)
    now = archives(clan)
    assert set(known) <= set(now)
    checked = clan.clanback("backups", "verify", "laptop")
    assert checked.status == 0, checked.stderr.decode()


@pytest.mark.parametrize("seconds", moments(2, 4.0))
def test_cut_while_files_are_restored(clan: LivingClan, before: dict[str, Seen], seconds: float) -> None:
    documents = clan.path("laptop", "/home/alice/documents")
    newest = archives(clan)[-1]
    for number in range(0, 20, 2):
        (documents / f"file {number}").unlink(missing_ok=True)
    done = cut(clan, seconds, "restore", "laptop", "borgbackup", newest)
    said = done.stderr.decode()
    assert done.status == 0 or (done.status in (3, 4) and SAYS.search(said)), said
    settled(clan)
    again = clan.clanback("backups", "restore", "laptop", "borgbackup", newest)
    assert again.status == 0, again.stderr.decode()
    assert differences(before, look(str(documents))) == []


@pytest.mark.parametrize("seconds", moments(3, 5.0))
def test_cut_while_the_repository_is_read_from_here(
    clan: LivingClan, before: dict[str, Seen], seconds: float, tmp_path: Path
) -> None:
    to = tmp_path / "back"
    words = ("restore", "laptop", "--from-repository", "--to", str(to))
    done = cut(clan, seconds, *words)
    if done.status != 0:
        assert done.status in (3, 4)
        assert SAYS.search(done.stderr.decode()), done.stderr.decode()
        assert not to.exists()  # nothing half done
        again = clan.clanback("backups", *words)
        assert again.status == 0, again.stderr.decode()
    assert differences(before, look(str(to / "home/alice/documents")), ignoring=() if os.geteuid() == 0 else ("owner",)) == []

"""What ran in each case: hooks once, in order, and undone whatever happens. The table of docs/reference/hooks.md is made here."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.clans import needs_machines
from tests.machine.living import Clan, until

pytestmark = [pytest.mark.slow, needs_machines]

PAGE = Path(__file__).resolve().parents[2] / "docs/reference/hooks.md"

HEAD = """# What runs in each case

<!-- Written by tests/machine/test_hooks.py (pytest --update-golden); the machine, its Borg, ssh and processes are real. -->

A machine has three states: alpha and beta, which lie inside one another, and gamma. Each has all four hooks. The hooks before a
backup run in the order of names, those after it in the reverse order; each runs once, and those after it for exactly the states
that were begun.

| case | what ran | what was said |
|---|---|---|
"""

Case = Callable[[Clan], str]


@pytest.fixture(scope="module")
def clan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clan]:
    with Clan(tmp_path_factory.mktemp("clan")) as made:
        made.start()
        for name in ("alpha/inside", "with:colon"):
            folder = made.path("a", f"/srv/{name}")
            folder.mkdir(parents=True)
            (folder / "file").write_text(name)
        assert made.backup()["result"] == "success"
        made.log()
        yield made


@pytest.fixture(autouse=True)
def _as_new(clan: Clan) -> None:
    clan.fail()
    for name in ("hold", "lock"):
        clan.path("a", f"/{name}").unlink(missing_ok=True)
    unlock(clan.path("a", "/disk/lock.exclusive"))
    clan.log()


ALL = [
    *("pre-backup alpha", "pre-backup beta", "pre-backup gamma", "borg create"),
    *("post-backup gamma", "post-backup beta", "post-backup alpha"),
]
UNSAVED = [step for step in ALL if step != "borg create"]
ROWS: dict[str, tuple[list[str], str]] = {}


def row(case: str, clan: Clan, ran: list[str], said: str) -> None:
    """One line of the table, and what has to be true of it."""
    found = clan.log()
    ROWS[case] = (found, " ".join(said.split()))
    assert found == ran


def job_says(clan: Clan, text: str, job: str = "disk") -> str:
    assert text in clan.run(f"journalctl -u borgbackup-job-{job}"), clan.run(f"journalctl -u borgbackup-job-{job}")[-3000:]
    return text


def test_a_backup(clan: Clan) -> None:
    done = clan.backup()
    assert (done["result"], done["warned"]) == ("success", True)  # /srv/gone is missing
    row("a backup; one folder is missing", clan, ALL, job_says(clan, "/srv/gone does not exist on this machine"))


def test_a_hook_before_fails(clan: Clan) -> None:
    clan.fail("pre-backup-beta")
    assert clan.backup()["result"] == "exit-code"
    said = job_says(clan, "the pre-backup hook of beta failed: nothing is saved")
    row(
        "the hook before of beta fails",
        clan,
        ["pre-backup alpha", "pre-backup beta", "post-backup beta", "post-backup alpha"],
        said,
    )


def test_a_hook_after_fails(clan: Clan) -> None:
    clan.fail("post-backup-beta")
    assert clan.backup()["result"] == "success"
    row("the hook after of beta fails", clan, ALL, job_says(clan, "the post-backup hook of beta failed"))


def test_borg_fails(clan: Clan) -> None:
    config = clan.path("a", "/disk/config")
    config.rename(config.with_name("kept"))
    try:
        assert clan.backup()["result"] == "exit-code"
    finally:
        config.with_name("kept").rename(config)
    row("Borg fails: there is no repository any more", clan, UNSAVED, job_says(clan, "is not a valid repository"))


def test_the_server_is_gone(clan: Clan) -> None:
    clan.machines["one"].stop()
    done = clan.backup("one")
    assert (done["result"], done["exit_status"]) == ("exit-code", 2)
    clan.machines["one"].start()
    row("the server cannot be reached", clan, UNSAVED, job_says(clan, "Connection closed by remote host", "one"))


@pytest.fixture
def busy(clan: Clan) -> Iterator[Path]:
    """A repository that somebody elsewhere has locked: Borg waits."""
    lock = clan.path("a", "/disk/lock.exclusive")
    lock.mkdir()
    (lock / "elsewhere@1.1-0").touch()
    yield lock
    unlock(lock)


def unlock(lock: Path) -> None:
    if lock.exists():
        for file in lock.iterdir():
            file.unlink()
        lock.rmdir()


def kill(clan: Clan, pattern: str) -> None:
    """Kill -9 the processes of the machine whose arguments match, and wait for their end."""
    text = f"for pid in $(pgrep -f -- '{pattern}'); do [ $pid = $$ ] || kill -9 $pid; done 2>/dev/null; true"
    clan.ssh("a", text)


def test_borg_is_killed(clan: Clan, busy: Path) -> None:
    clan.run("systemctl start --no-block borgbackup-job-disk")
    until(lambda: clan.run("pgrep -f '[b]org list' || true"))
    kill(clan, "[b]org list")  # Borg is then asked to make the repository, and refuses: there is one
    until(lambda: clan.run("systemctl show borgbackup-job-disk --property=ActiveState") == "ActiveState=failed\n")
    row("Borg is killed (kill -9)", clan, UNSAVED, job_says(clan, "Killed"))


def test_the_whole_job_is_killed(clan: Clan, busy: Path) -> None:
    clan.run("systemctl start --no-block borgbackup-job-disk")
    until(lambda: clan.run("pgrep -f '[b]org list' || true"))
    main = clan.run("systemctl show borgbackup-job-disk --property=MainPID --value").strip()
    clan.run(f"kill -9 -- -{main}")
    until(lambda: clan.run("systemctl show borgbackup-job-disk --property=ActiveState") == "ActiveState=failed\n")
    done = next(answer for answer in clan.ask("status", archives=False, jobs=["disk"]) if answer["type"] == "job")
    assert (done["run"]["result"], done["run"]["signal"]) == ("signal", 9)
    row("the job with all its processes is killed (kill -9)", clan, UNSAVED, "status: signal 9")


def test_a_hook_before_is_killed(clan: Clan) -> None:
    clan.path("a", "/hold").touch()
    clan.run("systemctl start --no-block borgbackup-job-disk")
    log = clan.path("a", "/log")
    until(log.exists)
    kill(clan, "[p]re-backup-alpha")
    until(lambda: clan.run("systemctl show borgbackup-job-disk --property=ActiveState") == "ActiveState=failed\n")
    said = job_says(clan, "the pre-backup hook of alpha failed: nothing is saved")
    row("the hook before of alpha is killed (kill -9)", clan, ["pre-backup alpha", "post-backup alpha"], said)


def test_two_jobs_at_once(clan: Clan) -> None:
    finished = [answer for answer in clan.ask("create", jobs=["disk", "one"], wait=True) if answer["type"] == "finished"]
    assert [answer["result"] for answer in finished] == ["success", "success"]
    row("two jobs are started at once", clan, [*ALL, *ALL], "waiting for another backup or restore of this machine to finish")


# ---- restore ---------------------------------------------------------------------------------------------------------


def lose(clan: Clan) -> Path:
    file = clan.path("a", "/srv/alpha/inside/file")
    file.unlink(missing_ok=True)
    return file


def test_a_state_is_restored(clan: Clan) -> None:
    lost = lose(clan)
    assert clan.one("restored", "restore", archive=clan.newest(), states=["alpha"])["outcome"] == "good"
    assert lost.read_text() == "alpha/inside"
    row("alpha is restored", clan, ["pre-restore alpha", "borg extract", "post-restore alpha"], "outcome good")


def test_a_path_is_restored(clan: Clan) -> None:
    lost = lose(clan)
    clan.one("restored", "restore", archive=clan.newest(), paths=["/srv/alpha/inside/file"])
    assert lost.read_text() == "alpha/inside"
    before = [f"pre-restore {name}" for name in ("alpha", "beta", "gamma")]
    after = [f"post-restore {name}" for name in ("gamma", "beta", "alpha")]
    row("a file is restored that lies in folders of all three", clan, [*before, "borg extract", *after], "outcome good")


def test_elsewhere(clan: Clan) -> None:
    clan.one("restored", "restore", archive=clan.newest(), states=["alpha"], target="/elsewhere")
    assert clan.path("a", "/elsewhere/srv/alpha/inside/file").read_text() == "alpha/inside"
    row("alpha is restored into another folder", clan, ["borg extract"], "outcome good")


def test_a_hook_before_a_restore_fails(clan: Clan) -> None:
    lost = lose(clan)
    clan.fail("pre-restore-beta")
    error = clan.one("error", "restore", archive=clan.newest(), states=["alpha", "beta", "gamma"])
    assert error["code"] == "hook"
    assert not lost.exists()
    ran = ["pre-restore alpha", "pre-restore beta", "post-restore beta", "post-restore alpha"]
    row("all three are restored, the hook before of beta fails", clan, ran, error["message"])


def test_a_hook_after_a_restore_fails(clan: Clan) -> None:
    lost = lose(clan)
    clan.fail("post-restore-beta")
    answers = clan.ask("restore", archive=clan.newest(), states=["alpha", "beta"])
    assert lost.read_text() == "alpha/inside"
    ran = ["pre-restore alpha", "pre-restore beta", "borg extract", "post-restore beta", "post-restore alpha"]
    (warning,) = [answer["message"] for answer in answers if answer["type"] == "warning"]
    row("alpha and beta are restored, the hook after of beta fails", clan, ran, warning)


def test_borg_fails_while_restoring(clan: Clan) -> None:
    archive = clan.newest()
    lose(clan)
    disk, kept = clan.path("a", "/disk"), clan.path("a", "/disk-as-it-was")
    shutil.copytree(disk, kept)
    program = clan.path("a", "/run/current-system/sw/bin/borg")
    program.write_text(program.read_text().replace("exec ", "[ $1 != extract ] || truncate --size 100 /disk/data/0/*\nexec "))
    try:
        error = clan.one("error", "restore", archive=archive, states=["alpha"])
    finally:
        shutil.rmtree(disk)
        kept.rename(disk)
        clan.watch_borg("/usr/bin/borg")
    row(
        "alpha is restored, and the repository turns out to be damaged",
        clan,
        ["pre-restore alpha", "borg extract", "post-restore alpha"],
        error["message"],
    )


RESTORED = ["pre-restore alpha", "borg extract", "post-restore alpha"]


def begin(clan: Clan, **request: Any) -> subprocess.Popen[bytes]:
    """Start a restore whose Borg waits, because the hook before it locks the repository; returns once Borg waits."""
    archive = clan.newest()
    clan.path("a", "/lock").touch()
    process = clan.begin("clanback-machine restore")
    assert process.stdin is not None
    process.stdin.write(json.dumps({"archive": archive, **request}).encode())
    process.stdin.close()
    log = clan.path("a", "/log")
    until(lambda: log.exists() and "borg extract" in log.read_text(), 90)
    clan.path("a", "/lock").unlink()
    return process


def over(clan: Clan) -> None:
    until(lambda: not clan.run("pgrep -f '[c]lanback-machine.d .*restore' || true"))


def test_the_restore_is_killed(clan: Clan) -> None:
    lose(clan)
    process = begin(clan, states=["alpha"])
    clan.run("kill -9 $(pgrep --oldest --full '[c]lanback-machine.d .*restore')")  # the younger one watches it
    unlock(clan.path("a", "/disk/lock.exclusive"))  # Borg lives on, and is waited for
    process.wait(timeout=60)
    over(clan)
    row(
        "alpha is restored, and the program is killed (kill -9)",
        clan,
        RESTORED,
        "nothing: nobody is left to say it; Borg itself is waited for",
    )


def test_the_connection_is_lost(clan: Clan) -> None:
    lost = lose(clan)
    process = begin(clan, states=["alpha"])
    process.kill()
    process.wait(timeout=60)
    unlock(clan.path("a", "/disk/lock.exclusive"))
    until(lambda: clan.one("machine", "status", archives=False)["restore"]["result"] != "running")
    over(clan)
    assert clan.one("machine", "status", archives=False)["restore"]["result"] == "good"
    assert lost.read_text() == "alpha/inside"
    row("alpha is restored, and the connection is lost", clan, RESTORED, "status: the restore went on, result good")


def test_everything_is_killed(clan: Clan) -> None:
    """Also the process that watches: what was begun is undone by whatever comes next."""
    process = begin(clan, states=["alpha"])
    clan.ssh("a", "kill -STOP $(pgrep -f '[c]lanback-machine.d'); kill -9 $(pgrep -f '[c]lanback-machine.d|[b]org .*extract')")
    process.wait(timeout=60)
    over(clan)
    unlock(clan.path("a", "/disk/lock.exclusive"))
    assert clan.one("machine", "status", archives=False)["leftover"] == ["alpha"]
    assert clan.backup()["result"] == "success"
    said = job_says(clan, "an earlier backup or restore was killed: its last hooks run now")
    row("alpha is restored, all its processes are killed (kill -9), then a backup runs", clan, [*RESTORED, *ALL], said)


def test_the_page_says_what_ran(request: pytest.FixtureRequest, update_golden: bool) -> None:
    if len(ROWS) < sum(item.module.__name__ == __name__ for item in request.session.items) - 1:
        pytest.skip("not all cases were run")
    lines = [f"| {case} | {'; '.join(ran)} | {said} |" for case, (ran, said) in ROWS.items()]
    text = HEAD + "".join(f"{line}\n" for line in lines)
    if update_golden:
        PAGE.write_text(text)
    assert PAGE.read_text() == text

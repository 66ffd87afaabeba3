"""Things go wrong around a backup: each is told as what it is, nothing is lost, and the next backup works.

`docs/reference/faults.md` has a row for each.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clanback.demo.witness import differences, look
from clanback.plan.model import KNOWN_HOSTS_FILE
from tests.e2e.clans import needs_machines
from tests.e2e.living_faults import DOCUMENTS, PASSPHRASE, REPOSITORY, Clan, until

pytestmark = [
    pytest.mark.slow,
    needs_machines,
    pytest.mark.skipif(os.geteuid() != 0, reason="small disks and the owners of repositories need root"),
]


EVERYTHING = "CLANBACK_DROPS" in os.environ
"""By hand: all that takes longer than CI has time for."""


@pytest.fixture(scope="module")
def clan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clan]:
    with Clan(tmp_path_factory.mktemp("faults")) as made:
        yield made


def test_the_repository_is_locked_by_somebody_else(clan: Clan, tmp_path: Path) -> None:
    to = str(tmp_path / "back")
    with clan.locked():
        others = [
            clan.begin("status", "laptop", "vault"),
            clan.begin("list", "laptop"),
            clan.begin("restore", "laptop", "--from-repository", "--to", to),
        ]
        answers = {"create": clan.backups("create", "laptop", "--wait")}
        answers["restore"] = clan.backups("restore", "laptop", "borgbackup", clan.name(clan.first))
        answers["verify"] = clan.backups("verify", "laptop")
        answers |= {name: end() for name, end in zip(("status", "list", "from repository"), others, strict=True)}
    assert {name: status for name, (status, _, _) in answers.items()} == {
        **dict.fromkeys(("create", "restore", "list", "from repository"), 3),
        **dict.fromkeys(("verify", "status"), 1),
    }
    for name, (_, _, said) in answers.items():
        assert "error[CB475]" in said, (name, said)
    assert "by elsewhere@1, process 1, on another machine" in answers["status"][2]
    assert not Path(to).exists()
    clan.nothing_is_lost([clan.first])


def test_a_lock_was_left_by_a_process_that_is_no_more(clan: Clan) -> None:
    with clan.locked("vault@1.99999-0"):
        status, _, said = clan.backups("status", "vault")
    assert status == 1
    assert "by vault@1, process 99999, which is no more" in said
    assert "borg break-lock" in said


def test_the_disk_of_the_server_is_full(clan: Clan) -> None:
    known = clan.archives()
    large = clan.documents / "large"
    large.write_bytes(os.urandom(6_000_000))
    with clan.small("vault", REPOSITORY, 2_000_000) as make_room:
        status, _, said = clan.backups("create", "laptop", "--wait")
        assert (status, "error[CB476]" in said) == (3, True), said
        assert "No space left on device" in said
        listed = clan.backups("list", "laptop")
        assert listed[1].splitlines() == [clan.name(name) for name in known], listed
        make_room()
        status, _, said = clan.backups("create", "laptop", "--wait")
        assert status == 0, said
    large.unlink()
    clan.nothing_is_lost(known)


def test_the_disk_of_the_client_is_full(clan: Clan) -> None:
    """While files are restored into place; then there is room, and the same command brings them all."""
    words = ("restore", "laptop", "borgbackup", clan.name(clan.first))
    for file in clan.documents.iterdir():
        file.unlink()
    with clan.small("laptop", DOCUMENTS, 500_000) as make_room:
        status, _, said = clan.backups(*words)
        assert (status, "error[CB476]" in said) == (3, True), said
        assert "No space left on device" in said
        make_room()
        status, _, said = clan.backups(*words)
        assert status == 0, said
    assert differences(clan.before, look(str(clan.documents))) == []


def test_the_server_is_killed_while_it_takes_a_backup(clan: Clan) -> None:
    known = clan.archives()
    large = clan.documents / "large"
    large.write_bytes(os.urandom(4_000_000))
    with clan.marked("slow"):
        before = size(clan)
        end = clan.begin("create", "laptop", "--wait")
        until(lambda: size(clan) > before + 500_000)
        clan.machines["vault"].stop()
        status, _, said = end()
    clan.machines["vault"].start()
    assert (status, "error[CB479]" in said) == (3, True), said
    listed = clan.backups("list", "laptop")  # the server frees what its killed process had locked
    assert listed[:2] == (0, "".join(f"{clan.name(name)}\n" for name in known)), listed
    large.unlink()
    clan.goes_on(known)


def size(clan: Clan) -> int:
    return sum(file.stat().st_size for file in (clan.store / "data").rglob("*"))


def test_the_server_is_killed_while_files_are_restored(clan: Clan) -> None:
    words = ("restore", "laptop", "borgbackup", clan.name(clan.first))
    for file in clan.documents.iterdir():
        file.unlink()
    with clan.marked("slow"):
        end = clan.begin(*words)
        until(lambda: names(clan.documents))
        for process in clan.processes("vault", b"serve", b"sshd: borg"):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        status, _, said = end()
    assert (status, "error[CB479]" in said) == (3, True), said
    assert 0 < len(names(clan.documents)) < len(clan.before)
    status, _, said = clan.backups(*words)
    assert status == 0, said
    assert differences(clan.before, look(str(clan.documents))) == []


def names(folder: Path) -> list[str]:
    with suppress(FileNotFoundError):  # Borg makes it anew
        return [file.name for file in folder.iterdir()]
    return []


def test_the_repository_was_moved(clan: Clan) -> None:
    elsewhere = clan.store.with_name("moved")
    clan.store.rename(elsewhere)
    others = [clan.begin("status", "laptop"), clan.begin("list", "laptop"), clan.begin("status", "vault")]
    status, _, said = clan.backups("create", "laptop", "--wait")
    answers = [end() for end in others]
    assert not clan.store.exists()
    elsewhere.rename(clan.store)
    assert status == 3
    assert "error[CB474]" in said or "error[CB479]" in said, said  # Borg may not pass on what the server said before it closed
    for done, code in zip(answers, ("error[CB474]", "error[CB474]", "warning[CB487]"), strict=True):
        assert code in done[2], done
    assert [done[0] for done in answers] == [1, 3, 0]
    clan.nothing_is_lost([clan.first])


def test_wrong_secrets_on_the_machine(clan: Clan) -> None:
    other = clan.place.public_key
    known_hosts = {KNOWN_HOSTS_FILE: f"vault.clan {other}\n", "/etc/ssh/ssh_known_hosts": f"@cert-authority *.clan {other}\n"}
    for machine, texts, code, words in [
        ("laptop", {PASSPHRASE: "wrong\n"}, "CB473", "passphrase supplied in"),
        ("laptop", known_hosts, "CB479", "Host key verification failed"),
        ("vault", {"/etc/ssh/authorized_keys.d/borg": ""}, "CB479", "does not know this machine's key"),
    ]:
        with ExitStack() as replaced:
            for path, text in texts.items():
                replaced.enter_context(clan.replaced(clan.path(machine, path), text))
            status, _, said = clan.backups("list", "laptop")
        assert (status, f"error[{code}]" in said, words in said) == (3, True, True), said
    assert clan.backups("list", "laptop")[0] == 0


def test_banners_and_login_scripts_that_print(clan: Clan) -> None:
    for machine in ("laptop", "vault"):
        clan.path(machine, "/etc/banner").write_text("\x1b]0;owned\x07 Welcome! Permission denied (publickey). {}\n")
        with clan.path(machine, "/etc/ssh/sshd_config").open("a") as file:
            file.write("Banner /etc/banner\n")
        clan.machines[machine].stop()
        clan.machines[machine].start()
    scripts = [clan.path("laptop", "/root/.bashrc"), clan.path("vault", "/var/lib/borg/.bashrc")]
    scripts[0].write_text("echo '{\"type\": \"end\"}'; echo noise >&2; printf 'no line end'\n")
    for words in (("list", "laptop"), ("restore", "laptop", "--from-repository", "--to", str(clan.folder / "b"), "--dry-run")):
        status, out, said = clan.backups(*words)
        assert status == 0, said
        assert "\x1b" not in out + said
        assert "warning" not in said
    clan.nothing_is_lost([clan.first])
    scripts[1].write_text("echo noise\n")  # where the server prints into Borg's own conversation
    status, _, said = clan.backups("list", "laptop")
    for script in scripts:
        script.unlink()
    assert (status, "noise" in said) == (3, True), said


def test_hostile_archive_names(clan: Clan, tmp_path: Path) -> None:
    names = ["\x1b]0;owned\x07\u202e $(touch mark)`touch mark`::x", "-oProxyCommand=touch mark"]
    for name in names:
        clan.borg("create", f"::{name}", "/etc/hostname")
    status, out, said = clan.backups("list", "laptop")
    assert (status, out.count("vault::")) == (0, len(clan.archives())), said
    said += out
    part = ("--path", "/etc/hostname")
    for words, back in [
        (("borgbackup", clan.name(names[0]), "--target", "/back"), clan.path("laptop", "/back")),
        (("borgbackup", clan.name(names[1]), "--target", "/again"), clan.path("laptop", "/again")),
        (("--from-repository", "--to", str(tmp_path / "b"), f"--archive={names[0]}"), tmp_path / "b"),
        (("--from-repository", "--to", str(tmp_path / "c"), f"--archive={names[1]}"), tmp_path / "c"),
    ][:: 1 if EVERYTHING else 3]:
        status, out, told = clan.backups("restore", "laptop", *words, *part)
        assert status == 0, told
        assert (back / "etc/hostname").read_text() == Path("/etc/hostname").read_text()
        said += out + told
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert list(clan.folder.rglob("mark")) == []


@pytest.mark.skipif(shutil.which("faketime") is None, reason="faketime is not installed (Debian: faketime)")
def test_the_clock_jumps(clan: Clan) -> None:
    """Forwards, back, and backwards while a backup is made; names and ages stay right, and of each day an archive is kept."""
    today = datetime.now()
    for moment in (today - timedelta(days=days) for days in (3, 2, 1)):
        stamp = moment.isoformat()[:19]
        clan.borg("create", "--timestamp", stamp, f"::laptop-vault-{stamp}", "/etc/hostname")
    known = clan.archives()
    last_of_days = {name[:23]: name for name in known if name.startswith("laptop-vault-2")}
    clan.first = last_of_days[f"laptop-vault-{today.isoformat()[:10]}"]  # of days that are over prune keeps the last
    with clan.marked("clock", "+400d"):
        assert clan.backup().returncode == 0
        said = clan.backups("status", "laptop")[2]
    assert "warning[CB484]: the clock of laptop is 399 days ahead of ours" in said or "400 days ahead" in said
    kept = clan.archives()
    (future,) = set(kept) - set(known)
    assert future.startswith(f"laptop-vault-{(today + timedelta(days=400)).year}-")
    assert set(last_of_days.values()) < set(kept)

    assert clan.backup().returncode == 0  # the clock is right again
    (good,) = set(clan.archives()) - set(kept)
    assert set(kept) < set(clan.archives())
    assert is_newest(clan, good, ahead=[future])
    said = clan.backups("restore", "laptop", "--from-repository", "--to", str(clan.folder / "b"), "--dry-run")[2]
    assert f"restoring from {good}" in said

    kept = clan.archives()
    with clan.marked("patience", "60"), clan.locked() as free:
        clan.run("laptop", "systemctl start --no-block borgbackup-job-vault.service")
        until(lambda: clan.processes("laptop", b"/usr/bin/borg\0list"))
        with clan.marked("clock", "-10d"):
            free()
            assert clan.backup().returncode == 0  # waits for the one that runs
    (behind,) = set(clan.archives()) - set(kept)
    assert set(kept) < set(clan.archives())
    assert behind[:23] == f"laptop-vault-{today.isoformat()[:10]}"
    assert is_newest(clan, good, ahead=[future])
    clan.nothing_is_lost([*kept, behind])


def is_newest(clan: Clan, archive: str, ahead: list[str]) -> bool:
    """Whether status takes an archive for the newest, and tells the others."""
    status, out, said = clan.backups("status", "laptop", "--format", "json")
    (job,) = json.loads(out)["machines"][0]["jobs"]
    assert "warning[CB484]" in said
    age = datetime.now(UTC) - datetime.fromisoformat(job["newest_start"])
    return (status, job["newest"], job["ahead"]) == (0, clan.name(archive), list(map(clan.name, ahead))) and abs(age.days) < 1

"""Every kind of file comes back as it was, drills say so, and a stolen key destroys no history: with each Borg there is."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.clans import borgs, needs_machines
from tests.machine.living import Clan, until

pytestmark = [
    pytest.mark.slow,
    needs_machines,
    pytest.mark.skipif(os.geteuid() != 0, reason="owners of files and users of servers need root"),
]

NAMES = [
    b"plain",
    b"sp ace",
    b"new\nline",
    b"co:lon",
    b"bad\xff\xfe",
    b"pp:x",
    b"*",
    b"-oProxyCommand",
    b"\x1b[31mred",
    "ünï".encode(),
]


@pytest.fixture(scope="module", params=borgs())
def clan(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clan]:
    with Clan(tmp_path_factory.mktemp("clan"), request.param) as made:
        made.start()
        made.fail()
        fill(made.path("a", "/srv/alpha"))
        made.path("a", "/srv/with:colon").mkdir()
        time.sleep(1.1)  # Borg tells in seconds when an archive was begun
        assert made.backup()["result"] == "success"
        assert made.backup("two")["result"] == "success"
        yield made


def fill(folder: Path) -> None:
    (folder / "inside").mkdir(parents=True)
    place = os.fsencode(folder) + b"/inside/"
    for name in NAMES:
        Path(os.fsdecode(place + name)).write_bytes(b"content of " + name)
    inside = folder / "inside"
    (inside / "empty").touch()
    with (inside / "sparse").open("wb") as sparse:
        sparse.truncate(1 << 24)
        sparse.seek(1 << 23)
        sparse.write(b"in the middle")
    (inside / "link").symlink_to("../nowhere")
    os.link(inside / "plain", inside / "second name")
    os.mkfifo(inside / "pipe")
    os.chown(inside / "plain", 1234, 4321)
    (inside / "plain").chmod(0o4750)
    os.setxattr(inside / "plain", "user.colour", b"red\0")
    (inside / "sp ace").chmod(0)
    inside.chmod(0o1777)


def seen(folder: Path) -> dict[bytes, tuple[object, ...]]:
    """All that has to come back."""
    found: dict[bytes, tuple[object, ...]] = {}
    for around, folders, files in os.walk(os.fsencode(folder)):
        for name in (b".", *folders, *files):
            path = around + b"/" + name
            facts = os.lstat(path)
            content: object = None
            if stat.S_ISREG(facts.st_mode):
                content = Path(os.fsdecode(path)).read_bytes()
            elif stat.S_ISLNK(facts.st_mode):
                content = os.fsencode(Path(os.fsdecode(path)).readlink())
            attributes = {key: os.getxattr(path, key, follow_symlinks=False) for key in os.listxattr(path, follow_symlinks=False)}
            times = facts.st_mtime_ns if not stat.S_ISDIR(facts.st_mode) else 0
            found[os.path.relpath(path, os.fsencode(folder))] = (
                *(facts.st_mode, facts.st_uid, facts.st_gid, facts.st_size, facts.st_nlink, times),
                *(content, attributes),
            )
    return found


def test_everything_comes_back_as_it_was(clan: Clan) -> None:
    folder = clan.path("a", "/srv/alpha/inside")
    before = seen(folder)
    subprocess.run(["rm", "-rf", folder], check=True)
    assert clan.one("restored", "restore", archive=clan.newest(), paths=["/srv/alpha/inside"])["outcome"] == "good"
    assert seen(folder) == before
    assert (folder / "sparse").stat().st_blocks * 512 < 1 << 24  # Borg makes holes of chunks that hold nothing


@pytest.mark.parametrize("name", NAMES)
def test_one_file_comes_back_by_any_name(clan: Clan, name: bytes) -> None:
    path = f"/srv/alpha/inside/{os.fsdecode(name)}"
    file = clan.path("a", path)
    file.unlink()
    answers = clan.ask("restore", archive=clan.newest(), paths=[path], hooks=False)
    assert answers[-2]["outcome"] == "good"
    assert file.read_bytes() == b"content of " + name


def test_a_look_beforehand_names_every_byte_and_changes_nothing(clan: Clan) -> None:
    before = seen(clan.path("a", "/srv"))
    answers = clan.ask("restore", archive=clan.newest(), paths=["/srv/alpha/inside", "/srv/none"], dry_run=True)
    named = {os.fsencode(answer["path"]) for answer in answers if answer["type"] == "entry"}
    assert {b"/srv/alpha/inside/" + name for name in NAMES} < named
    assert [answer["path"] for answer in answers if answer["type"] == "missing"] == ["/srv/none"]
    assert seen(clan.path("a", "/srv")) == before


def test_a_drill_finds_nothing_where_nothing_is_wrong_and_what_is(clan: Clan) -> None:
    time.sleep(1.1)
    assert clan.backup()["result"] == "success"
    good = clan.one("verified", "verify", jobs=["disk"])
    assert (good["differences"], good["links"], good["files"] > len(NAMES)) == (0, 1, True)
    assert good["compared_with_machine"] > len(NAMES)
    file = clan.path("a", "/srv/alpha/inside/plain")
    times, content = file.stat(), file.read_bytes()
    file.write_bytes(content.upper())  # as a disk that forgets does it: nobody wrote, the content is another
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    try:
        found = [answer for answer in clan.ask("verify", jobs=["disk"], check="none") if answer["type"] == "difference"]
    finally:
        file.write_bytes(content)
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert {(item["against"], item["what"]) for item in found} == {("machine", "hash")}
    assert any(item["path"] == "/srv/alpha/inside/plain" for item in found)
    assert not list(clan.path("a", "/var/tmp").iterdir())


@pytest.mark.parametrize(
    ("repository", "reason"),
    [("/var/lib/borgbackup/b", "b's"), ("/etc", "the server's"), ("/var/lib/borgbackup/a/../b", "b's, by a detour")],
)
def test_a_stolen_key_opens_no_other_repository(clan: Clan, repository: str, reason: str) -> None:
    clan.run("mkdir -p /var/lib/borgbackup/b && chown borg /var/lib/borgbackup/b", "two")
    address = clan.neighbourhood.addresses["two"]
    done = clan.ssh("a", f"borg-job-two list ssh://borg@{address.host}:{address.port}{repository}")
    assert done.returncode != 0
    assert b"not allowed" in (done.stdout + done.stderr).lower(), done.stderr


def prune(clan: Clan, **request: object) -> list[dict[str, object]]:
    secret = "/run/secrets/vars/per-machine/a/borgbackup/borgbackup.repokey"
    passphrase = clan.path("a", secret).read_text().rstrip("\n")
    return clan.ask("prune", "two", client="a", passphrase=passphrase, **request)


def test_the_operator_prunes_and_a_thief_is_found_out(clan: Clan) -> None:
    old = clan.newest("two")
    time.sleep(1.1)
    assert clan.backup("two")["result"] == "success"
    assert prune(clan, dry_run=True)[-2]["dry_run"] is True
    assert prune(clan)[-2]["pruned"] == 0  # within the hour everything is kept; what is there is remembered
    owner = clan.run("stat -c %U /var/lib/borgbackup/a /var/lib/borgbackup/a/config /var/lib/borgbackup/a/data", "two")
    assert owner.split() == ["borg"] * 3
    segments = clan.path("two", "/var/lib/borgbackup/a/data")
    size = sum(file.stat().st_size for file in segments.rglob("*") if file.is_file())
    deleted = clan.ssh("a", f"borg-job-two delete ::{old.rpartition('::')[2]}")  # an append-only server only marks it
    assert deleted.returncode == 0, deleted.stderr
    answers = prune(clan)
    assert [answer["why"] for answer in answers if answer["type"] == "suspicious"] == ["it was there and is gone"]
    assert answers[-2]["code"] == "history-changed"
    assert sum(file.stat().st_size for file in segments.rglob("*") if file.is_file()) >= size  # nothing was freed
    assert clan.backup("two")["result"] == "success"  # and the client is let in again
    (gone,) = [str(answer["id"]) for answer in answers if answer["type"] == "suspicious"]
    assert prune(clan, accept=[gone])[-2]["type"] == "pruned"


def test_killed_in_the_middle_the_repository_stays_closed_as_long_as_borg_works(clan: Clan) -> None:
    """A Borg that outlives its killed parent leaves files of root behind that the client cannot open, if nobody waits for it.
    Nor does a second prune open it while the first is at work."""
    repository, settings = clan.path("two", "/var/lib/borgbackup/a"), clan.path("two", "/pruning.json")
    text = clan.run("cat $(command -v clanback-machine)", "two")
    (place,) = re.findall(r"\S+\.json", text)
    said = json.loads(clan.run(f"cat {place}", "two"))
    wrapper = clan.path("two", "/slow-borg")
    wrapper.write_text(
        '#!/bin/bash\ncase "$*" in *--dry-run*) ;; prune*) touch /pruning; while test -e /hold; do sleep 0.05; done ;; esac\n'
        f'exec {said["borg"]} "$@"\n'
    )
    wrapper.chmod(0o755)
    settings.write_text(json.dumps({**said, "borg": "/slow-borg"}))
    clan.path("two", "/slow").write_text(text.replace(place, "/pruning.json"))
    clan.path("two", "/hold").touch()
    passphrase = clan.path("a", "/run/secrets/vars/per-machine/a/borgbackup/borgbackup.repokey").read_text().rstrip("\n")
    running = clan.begin("echo $$ >/pid; exec bash /slow prune", "two")
    assert running.stdin is not None
    running.stdin.write(json.dumps({"client": "a", "passphrase": passphrase}).encode())
    running.stdin.close()
    try:
        until(clan.path("two", "/pruning").exists)
        assert repository.stat().st_uid == 0
        assert prune(clan, dry_run=True)[-2]["code"] == "busy"
        clan.run("kill -9 $(cat /pid)", "two")
        time.sleep(0.5)
        assert repository.stat().st_uid == 0
    finally:
        clan.path("two", "/hold").unlink()
        running.wait()
    until(lambda: repository.stat().st_uid != 0)
    assert {path.lstat().st_uid for path in repository.rglob("*")} == {repository.stat().st_uid}
    assert prune(clan, dry_run=True)[-2]["type"] == "pruned"
    assert clan.backup("two")["result"] == "success"


def test_archives_of_the_future_do_not_push_out_the_newest_good_one(clan: Clan) -> None:
    """Though they were accepted, and though they alone are all that may be kept."""
    newest = clan.newest("two").rpartition("::")[2]
    for year in (2097, 2098):
        clan.run(f"borg-job-two create --timestamp {year}-01-01T00:00:00 ::a-two-{year}-01-01T00:00:00 /srv/alpha")
    answers = prune(clan, dry_run=True)
    new = [str(answer["id"]) for answer in answers if answer["type"] == "suspicious"]
    assert len(new) == 2
    for keep, stays in (({"daily": 1}, None), ({"daily": 9}, True)):
        answers = prune(clan, dry_run=True, accept=new, keep=keep)
        kept = {answer["name"]: answer["kept"] for answer in answers if answer["type"] == "archive"}
        assert kept.get(newest) is stays, answers
        assert kept or answers[-2]["code"] == "history-changed"
    clan.run("borg-job-two delete --glob-archives 'a-two-209*'")


def test_a_wrong_passphrase_prunes_nothing_and_is_not_shown(clan: Clan) -> None:
    error = clan.one("error", "prune", "two", client="a", passphrase="wrong-secret")
    assert error["code"] == "passphrase"
    assert "wrong-secret" not in json.dumps(error)
    assert clan.run("stat -c %U /var/lib/borgbackup/a", "two") == "borg\n"


def test_who_holds_a_lock_is_told(clan: Clan) -> None:
    clan.run("mkdir /var/lib/borgbackup/a/lock.exclusive; touch /var/lib/borgbackup/a/lock.exclusive/two@1.99999-0", "two")
    kept = [answer for answer in clan.ask("status", "two") if answer["type"] == "repository" and answer["client"] == "a"]
    clan.run("rm -r /var/lib/borgbackup/a/lock.exclusive", "two")
    ((lock,),) = (entry["locks"] for entry in kept)
    assert (lock["host"], lock["pid"], lock["alive"]) == ("two@1", 99999, False)

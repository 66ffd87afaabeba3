"""The laptop is stolen: its files come from the server, onto this computer and onto another machine."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from clanback.backups.salvage.sending import SCRIPT
from clanback.demo.witness import Seen, differences, look
from tests.e2e.clans import LivingClan, needs_machines
from tests.e2e.test_machines import CLAN

pytestmark = [
    pytest.mark.slow,
    needs_machines,
    pytest.mark.skipif(os.geteuid() != 0, reason="owners can be compared only where root restores"),
]


class Stolen:
    def __init__(self, folder: Path) -> None:
        self.clan = LivingClan(folder, CLAN, ["laptop", "vault"])
        self.clan.start()
        documents = self.clan.path("laptop", "/home/alice/documents")
        fill(documents)
        self.before: dict[str, Seen] = look(str(documents))
        started = self.clan.ssh("laptop", "systemctl start --wait borgbackup-job-vault.service")
        assert started.returncode == 0, started.stderr
        self.clan.machines["laptop"].stop()

    def restore(self, *words: str) -> tuple[int, str, str]:
        done = self.clan.clanback("backups", "restore", "laptop", "--from-repository", *words)
        return done.status, done.text, done.stderr.decode()


def fill(folder: Path) -> None:
    (folder / "welcome.md").write_text("Hello World!\n")
    os.setxattr(folder / "welcome.md", "user.note", b"\xff\0hi")
    os.link(folder / "welcome.md", folder / "hard")
    os.chown(folder / "hard", 1234, 4321)
    (folder / "hard").chmod(0o4755)
    (folder / "a b\n:c").write_text("")
    (folder / os.fsdecode(b"\xff\xfe")).write_text("odd")
    (folder / "link").symlink_to("nowhere")
    os.mkfifo(folder / "pipe")
    with (folder / "sparse").open("wb") as file:
        file.truncate(10_000_000)


@pytest.fixture(scope="module")
def stolen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stolen]:
    made = Stolen(tmp_path_factory.mktemp("stolen"))
    with made.clan:
        yield made


def test_onto_this_computer_and_never_over_what_is_there(stolen: Stolen, tmp_path: Path) -> None:
    to = tmp_path / "back"
    status, out, err = stolen.restore("--to", str(to), "--dry-run")
    assert (status, to.exists()) == (0, False), err
    assert f"writes {to}/home/alice/documents/welcome.md\n" in out
    status, out, err = stolen.restore("--to", str(to))
    assert (status, out) == (0, f"restored /home/alice/documents below {to}\n"), err
    assert differences(stolen.before, look(str(to / "home/alice/documents"))) == []
    assert list(to.iterdir()) == [to / "home"]
    (to / "home/alice/documents/welcome.md").unlink()
    (to / "home/alice/documents/link").unlink()
    (to / "home/alice/documents/link").write_text("mine")
    status, out, err = stolen.restore("--to", str(to))
    assert (status, out) == (3, "")
    assert "error[CB478]" in err
    assert (to / "home/alice/documents/link").read_text() == "mine"
    assert not (to / "home/alice/documents/welcome.md").exists()
    status, _, err = stolen.restore("--to", str(to), "--overwrite")
    assert status == 0, err
    assert differences(stolen.before, look(str(to / "home/alice/documents"))) == []


def test_onto_another_machine(stolen: Stolen) -> None:
    back = stolen.clan.path("vault", "/srv/back")
    status, _, err = stolen.restore("--to", "vault:/srv/back")
    assert status == 0, err
    assert differences(stolen.before, look(str(back / "home/alice/documents"))) == []
    assert list(back.iterdir()) == [back / "home"]
    (back / "home/alice/documents/link").unlink()
    status, _, err = stolen.restore("--to", "vault:/srv/back")
    assert status == 3
    assert "error[CB478]" in err
    assert not (back / "home/alice/documents/link").is_symlink()
    status, _, err = stolen.restore("--to", "vault:/srv/back", "--overwrite")
    assert status == 0, err
    assert differences(stolen.before, look(str(back / "home/alice/documents"))) == []


def test_a_part_of_it_and_nothing_more(stolen: Stolen, tmp_path: Path) -> None:
    status, _, err = stolen.restore("--to", str(tmp_path / "part"), "--path", "/home/alice/documents/welcome.md")
    assert status == 0, err
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if not path.is_dir()] == [
        "part/home/alice/documents/welcome.md"
    ]
    status, out, err = stolen.restore("--to", str(tmp_path / "none"), "--path", "/home/alice/else")
    assert (status, out, (tmp_path / "none").exists()) == (3, "", False)
    assert "error[CB470]" in err


def test_wrong_passphrase_wrong_host_key_and_a_repository_that_moved(stolen: Stolen, tmp_path: Path) -> None:
    """Each is told apart, nothing is written, and afterwards all is as before."""
    to = str(tmp_path / "back")
    vault = stolen.clan.path("vault", "/var/lib/borgbackup/laptop")
    vault.rename(vault.with_name("moved"))
    vault.mkdir()
    os.chown(vault, vault.with_name("moved").stat().st_uid, -1)
    status, _, err = stolen.restore("--to", to)
    vault.rmdir()
    vault.with_name("moved").rename(vault)
    assert (status, "error[CB474]" in err) == (3, True), err

    value = stolen.clan.repository / "vars/per-machine/vault/openssh/ssh.id_ed25519.pub/value"
    right = value.read_text()
    value.write_text(stolen.clan.place.public_key)
    authority = stolen.clan.repository / "vars/shared/openssh-ca/id_ed25519.pub/value"
    trusted = authority.read_text()
    authority.write_text(stolen.clan.place.public_key)
    status, _, err = stolen.restore("--to", to)
    value.write_text(right)
    authority.write_text(trusted)
    assert (status, "error[CB463]" in err) == (3, True), err

    secret = next((stolen.clan.repository / "secrets").rglob("borgbackup.repokey.age"))
    kept = secret.read_bytes()
    other = stolen.clan.repository / "secrets/clan-vars/per-machine/laptop/borgbackup/borgbackup.ssh/borgbackup.ssh.age"
    secret.write_bytes(other.read_bytes())
    status, _, err = stolen.restore("--to", to)
    secret.write_bytes(kept)
    assert (status, "error[CB473]" in err) == (3, True), err

    assert not Path(to).exists()
    assert stolen.restore("--to", to)[0] == 0


def test_the_operators_login_when_the_key_is_refused(stolen: Stolen, tmp_path: Path) -> None:
    keys = stolen.clan.path("vault", "/etc/ssh/authorized_keys.d/borg")
    kept = keys.read_text()
    keys.write_text("")
    status, _, err = stolen.restore("--to", str(tmp_path / "back"))
    keys.write_text(kept)
    assert status == 0, err
    assert "the server does not let us in: trying another way" in err
    repository = stolen.clan.path("vault", "/var/lib/borgbackup/laptop")
    assert {path.stat().st_uid for path in repository.rglob("*")} == {repository.stat().st_uid}  # the client can go on


def test_no_key_is_left_behind(stolen: Stolen, tmp_path: Path) -> None:
    assert stolen.restore("--to", str(tmp_path / "back"))[0] == 0
    agents = subprocess.run(["pgrep", "-f", "ssh-agent -a /tmp/clanback-"], capture_output=True, text=True, check=False)
    assert agents.stdout == ""


def test_the_script_that_unpacks_passes_shellcheck(tmp_path: Path) -> None:
    file = tmp_path / "script"
    file.write_text(f"#!/bin/sh\n{SCRIPT}")
    done = subprocess.run(["shellcheck", "-e", "SC2016", str(file)], capture_output=True, text=True, check=False)
    assert done.stdout == ""


def test_no_room_on_this_computer(stolen: Stolen, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(small)], capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("no file systems can be mounted here")
    try:
        status, out, err = stolen.restore("--to", str(small / "back"))
        assert (status, out, list(small.iterdir())) == (3, "", [])
        assert "error[CB476]" in err
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_the_server_is_off(stolen: Stolen, tmp_path: Path) -> None:
    vault = stolen.clan.machines["vault"]
    vault.stop()
    try:
        status, out, err = stolen.restore("--to", str(tmp_path / "back"))
    finally:
        vault.start()
    assert (status, out, (tmp_path / "back").exists()) == (4, "", False)
    assert "error[CB462]" in err
    assert stolen.restore("--to", str(tmp_path / "back"))[0] == 0

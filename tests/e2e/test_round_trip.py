"""Create, list, lose, restore: every kind of file comes back as it was, with its bytes, mode, owner, times and attributes."""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from clanback.demo import witness
from tests.e2e.clans import LivingClan, borgs, needs_machines

pytestmark = [pytest.mark.slow, needs_machines]

CLAN = """{
  meta.name = "home";
  inventory.machines.laptop.deploy.targetHost = "root@HOST(laptop)";
  inventory.machines.vault.deploy.targetHost = "root@HOST(vault)";
  inventory.instances.borgbackup = {
    roles.client.machines.laptop = { };
    roles.server.machines.vault.settings.address = "HOST(vault)";
  };
  inventory.instances.sshd = {
    roles.server.tags.all = { };
    roles.server.settings.authorizedKeys.admin = "KEY";
  };
  machines.laptop.clan.core.state = {
    files.folders = [ "/srv/files" ];
    odd.folders = [ "/srv/a folder: with 'quotes' and $dollars" ];
  };
}
"""
SPARSE = 40_000_000
"""Bytes of a sparse file: Borg makes holes of chunks that are nothing but zeros, and its chunks may have 8 MiB."""
FOLDERS = ["/srv/files", "/srv/a folder: with 'quotes' and $dollars"]


@pytest.fixture(scope="module", params=borgs())
def clan(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivingClan]:
    with LivingClan(tmp_path_factory.mktemp("clan"), CLAN, ["laptop", "vault"], borg=request.param) as made:
        for folder in FOLDERS:
            lay_down_every_kind(made.path("laptop", folder))
        made.start()
        yield made


def lay_down_every_kind(folder: Path) -> None:
    """Files of all sorts and with all sorts of names."""
    folder.mkdir(parents=True)
    (folder / "plain.txt").write_text("Hello World!\n")
    (folder / "empty").touch()
    (folder / "random").write_bytes(os.urandom(300_000))
    with (folder / "sparse").open("wb") as file:
        file.truncate(SPARSE)
        file.seek(SPARSE // 2)
        file.write(b"in the middle of nothing")
    for name in (
        b"with spaces",
        b"new\nline",
        b"co:lon::s",
        b"-rf",
        b"\xff\xfe no utf-8",
        "schön ☃".encode(),
        b"*?[x]",
        b"back\\slash",
    ):
        Path(os.fsdecode(bytes(folder) + b"/" + name)).write_bytes(name)
    (folder / "deep" / "er" / "and deeper").mkdir(parents=True)
    (folder / "deep/er/and deeper/file").write_text("deep")
    (folder / "no files in here").mkdir()
    (folder / "link").symlink_to("plain.txt")
    (folder / "dangling").symlink_to("/nowhere/at all")
    (folder / "link to folder").symlink_to("deep")
    os.link(folder / "random", folder / "the same as random")
    os.mkfifo(folder / "pipe")
    for number, mode in enumerate((0o000, 0o400, 0o4755, 0o2750, 0o666, 0o1777)):
        (folder / f"mode-{mode:o}").write_text("mode")
        (folder / f"mode-{mode:o}").chmod(mode)
        os.utime(folder / f"mode-{mode:o}", ns=(10**18 + number, 10**18 + 123_456_789 + number))
    (folder / "no files in here").chmod(0o2770)
    os.setxattr(folder / "plain.txt", "user.comment", b"kept \x00 too")
    if os.geteuid() == 0:
        os.chown(folder / "random", 4321, 1234)
        os.chown(folder / "link", 4321, 1234, follow_symlinks=False)
        os.chown(folder / "deep", 1, 2)
    os.utime(folder / "deep", ns=(10**18, 10**18 + 7))


def contents(clan: LivingClan) -> dict[str, witness.Seen]:
    return {
        f"{folder}//{path}": seen for folder in FOLDERS for path, seen in witness.look(str(clan.path("laptop", folder))).items()
    }


def backed_up(clan: LivingClan) -> str:
    """Make a backup; its name."""
    done = clan.clanback("backups", "create", "laptop", "--wait")
    assert done.status == 0, done.stderr.decode(errors="replace")
    return clan.clanback("backups", "list", "laptop").text.splitlines()[-1]


def restored(clan: LivingClan, name: str, *options: str) -> None:
    done = clan.clanback("backups", "restore", "laptop", "borgbackup", name, *options)
    assert done.status == 0, done.stderr.decode(errors="replace")


def lose(clan: LivingClan, folder: str) -> None:
    done = clan.ssh("laptop", f"rm -r {shlex.quote(folder)}")
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def archive(clan: LivingClan) -> str:
    return backed_up(clan)


def test_everything_comes_back_as_it_was(clan: LivingClan, archive: str) -> None:
    before = contents(clan)
    assert {seen.kind for seen in before.values()} == {"file", "folder", "link", "other"}
    for folder in FOLDERS:
        lose(clan, folder)
    assert contents(clan) == {}
    restored(clan, archive)
    assert witness.differences(before, contents(clan)) == []


def test_holes_stay_holes_and_hard_links_one_file(clan: LivingClan, archive: str) -> None:
    folder = clan.path("laptop", FOLDERS[0])
    assert os.path.samestat((folder / "random").stat(), (folder / "the same as random").stat())
    assert stat.S_ISFIFO((folder / "pipe").stat().st_mode)
    holes_are_holes(clan)


def holes_are_holes(clan: LivingClan) -> None:
    status = clan.path("laptop", f"{FOLDERS[0]}/sparse").stat()
    assert status.st_size == SPARSE
    assert status.st_blocks * 512 < SPARSE // 2


def test_only_what_was_asked_for_comes_back(clan: LivingClan, archive: str) -> None:
    first, second = (clan.path("laptop", folder) for folder in FOLDERS)
    for folder in (first, second):
        (folder / "plain.txt").write_text("changed since")
    restored(clan, archive, "--service", "odd")
    assert (second / "plain.txt").read_text() == "Hello World!\n"
    assert (first / "plain.txt").read_text() == "changed since"


def test_what_is_newer_than_the_archive_stays(clan: LivingClan, archive: str) -> None:
    newer = clan.path("laptop", FOLDERS[0]) / "newer"
    newer.write_text("not in the archive")
    restored(clan, archive, "--path", FOLDERS[0])
    assert newer.read_text() == "not in the archive"
    assert (newer.parent / "plain.txt").read_text() == "Hello World!\n"


def test_the_contract_alone_brings_everything_back_too(clan: LivingClan, archive: str) -> None:
    """As `clan backups restore` does it: NAME and FOLDERS in the environment of `borgbackup-restore`."""
    before = contents(clan)
    for folder in FOLDERS:
        lose(clan, folder)
    folders = shlex.quote(":".join(FOLDERS))
    done = clan.ssh("laptop", f"NAME={shlex.quote(archive)} FOLDERS={folders} borgbackup-restore")
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    holes_are_holes(clan)
    newer = f"{FOLDERS[0]}//newer"
    assert witness.differences({path: seen for path, seen in before.items() if path != newer}, contents(clan)) == []


def test_the_server_keeps_nothing_that_can_be_read(clan: LivingClan, archive: str) -> None:
    repository = clan.path("vault", "/var/lib/borgbackup/laptop")
    stored = b"".join(path.read_bytes() for path in repository.rglob("*") if path.is_file())
    assert len(stored) > 300_000
    assert b"Hello World!" not in stored
    assert b"plain.txt" not in stored

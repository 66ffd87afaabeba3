"""`vars upload` against machines that run: secrets arrive whole and lie where they belong; until then the old ones stay."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.clans import LivingClan, needs_machines

pytestmark = [
    pytest.mark.slow,
    needs_machines,
    pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user's machines have one user by all names"),
]

CLAN = """{
  meta.name = "home";
  inventory.machines.laptop.deploy.targetHost = "root@HOST(laptop)";
  inventory.machines.vault.deploy.targetHost = "root@HOST(vault)";
  inventory.machines.away.deploy.targetHost = "root@127.0.0.1:9";
  inventory.instances.sshd.roles.server.tags.all = { };
  inventory.instances.sshd.roles.server.settings.authorizedKeys.admin = "KEY";
  inventory.instances.alice = {
    module.name = "users";
    roles.default.machines.laptop.settings.user = "alice";
  };
  inventory.instances.borgbackup = {
    roles.client.machines.laptop = { };
    roles.server.machines.vault.settings.address = "HOST(vault)";
  };
  machines.laptop.clan.core.state.documents.folders = [ "/home/alice" ];
}
"""
STORE = "/var/lib/clanback/secrets"
HOST_KEY = "/run/secrets/vars/per-machine/laptop/openssh/ssh.id_ed25519"
SSH_KEY = "/run/secrets/vars/per-machine/laptop/borgbackup/borgbackup.ssh"
PASSWORD = "/run/secrets-for-users/vars/per-machine/laptop/user-password-alice/user-password-hash"


@pytest.fixture(scope="module")
def clan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivingClan]:
    with LivingClan(tmp_path_factory.mktemp("clan"), CLAN, ["laptop", "vault"]) as made:
        made.start()
        yield made


def listed(clan: LivingClan, folder: str) -> list[str]:
    done = clan.ssh("laptop", f"cd {folder} && find . -type f -printf '%U:%G %m %P\\n' | sort")
    assert done.returncode == 0, done.stderr
    return done.stdout.decode().splitlines()


def test_secrets_arrive_and_are_laid_down_at_once(clan: LivingClan) -> None:
    clan.ssh("laptop", f"rm -rf {PASSWORD} {SSH_KEY}")
    done = clan.clanback("vars", "upload", "laptop", "vault")
    assert done.status == 0, done.stderr.decode()
    assert "laptop: uploaded 4 files" in done.stderr.decode()
    assert all(line.startswith("0:0 600 ") for line in listed(clan, f"{STORE}/current"))
    for path, value in ((SSH_KEY, "borgbackup/borgbackup.ssh"), (PASSWORD, "user-password-alice/user-password-hash")):
        wanted = clan.clanback("vars", "get", "laptop", value).stdout
        assert clan.ssh("laptop", f"cat {path}").stdout == wanted
        assert clan.ssh("laptop", f"stat -c '%U:%G %a' {path}").stdout == b"root:root 400\n"
    assert clan.ssh("laptop", f"stat -c %a {STORE}").stdout == b"700\n"


def test_nobody_else_can_read_them(clan: LivingClan) -> None:
    clan.clanback("vars", "upload", "laptop")
    for path in (f"{STORE}/current/COMPLETE", HOST_KEY, PASSWORD):
        done = clan.ssh("laptop", f"setpriv --reuid=65534 --regid=65534 --clear-groups cat {path}")
        assert b"Permission denied" in done.stderr, path


def test_what_is_gone_from_the_clan_goes_from_the_machine(clan: LivingClan) -> None:
    clan.clanback("vars", "upload", "laptop")
    clan.ssh("laptop", f"touch {STORE}/current/per-machine/stray; mkdir {STORE}/tree.old; touch {STORE}/tree.old/x")
    clan.clanback("vars", "upload", "laptop")
    assert not any("stray" in line for line in listed(clan, STORE))
    assert clan.ssh("laptop", f"ls {STORE} | wc -l").stdout == b"2\n"


def test_one_machine_that_is_away_does_not_hide_the_others(clan: LivingClan) -> None:
    done = clan.clanback("vars", "upload")
    assert done.status == 4
    said = done.stderr.decode()
    assert "laptop: uploaded" in said
    assert "vault: uploaded" in said
    assert "CB462" in said


def test_a_full_disk_is_said_and_changes_nothing(clan: LivingClan) -> None:
    clan.clanback("vars", "upload", "laptop")
    before = clan.ssh("laptop", f"readlink {STORE}/current").stdout
    # The machine's `tar` writes into a file system without space.
    full = f"mount -t tmpfs -o size=4k none {STORE} && mkdir {STORE}/tree.a && ln -s tree.a {STORE}/current"
    assert clan.ssh("laptop", full).returncode == 0
    try:
        done = clan.clanback("vars", "upload", "laptop")
        assert done.status == 3
        assert "CB561" in done.stderr.decode()
        assert "No space left" in done.stderr.decode()
        assert clan.ssh("laptop", f"readlink {STORE}/current").stdout == b"tree.a\n"
    finally:
        clan.ssh("laptop", f"umount {STORE}")
    assert clan.ssh("laptop", f"readlink {STORE}/current").stdout == before


def test_a_connection_that_breaks_leaves_the_old_or_the_new(clan: LivingClan) -> None:
    clan.clanback("vars", "upload", "laptop")
    for number in range(8):
        killer = threading.Thread(target=_cut, args=(clan, 0.2 + number * 0.08))
        killer.start()
        done = clan.clanback("vars", "upload", "laptop")
        killer.join()
        assert done.status in (0, 3, 4), done.stderr.decode()
        assert b"Traceback" not in done.stderr
        whole = clan.ssh("laptop", f"cd {STORE}/current && ls COMPLETE per-machine/laptop/openssh/ssh.id_ed25519")
        assert whole.returncode == 0, whole.stderr
    assert clan.clanback("vars", "upload", "laptop").status == 0


def _cut(clan: LivingClan, after: float) -> None:
    """End every connection to the laptop some time from now."""
    time.sleep(after)
    clan.ssh("laptop", "pkill -KILL -f 'sshd: [r]oot' || true")


def test_an_installer_gets_a_folder_of_what_the_machine_will_have(clan: LivingClan, tmp_path: Path) -> None:
    done = clan.clanback("vars", "upload", "laptop", "--directory", str(tmp_path / "extra"))
    assert done.status == 0, done.stderr.decode()
    store = tmp_path / f"extra{STORE}"
    key = store / "current/per-machine/laptop/openssh/ssh.id_ed25519"
    assert key.read_bytes() == clan.clanback("vars", "get", "laptop", "openssh/ssh.id_ed25519").stdout
    assert {path.stat().st_mode & 0o077 for path in store.rglob("*") if not path.is_symlink()} == {0}
    again = clan.clanback("vars", "upload", "laptop", "--directory", str(tmp_path / "extra"))
    assert (again.status, b"CB563" in again.stderr) == (2, True)


@pytest.mark.parametrize("way", ["agenix", "sops-nix"])
def test_machines_that_decrypt_themselves_get_their_key_alone(clan: LivingClan, way: str) -> None:
    done = clan.clanback("vars", "upload", "laptop", "--secrets", way)
    assert done.status in (0, 1), done.stderr.decode()  # 1: the modules on it now are those of `upload`, and miss their files
    assert [line.split()[-1] for line in listed(clan, f"{STORE}/current")] == ["COMPLETE", "age-key.txt"]
    assert clan.ssh("laptop", f"grep -c AGE-SECRET-KEY-1 {STORE}/current/age-key.txt").stdout == b"1\n"
    assert "AGE-SECRET" not in done.stderr.decode() + done.stdout.decode()
    clan.clanback("vars", "upload", "laptop")


def test_clan_core_deploys_its_own(clan: LivingClan) -> None:
    done = clan.clanback("vars", "upload", "laptop", "--secrets", "clan")
    assert (done.status, b"CB560" in done.stderr) == (2, True)

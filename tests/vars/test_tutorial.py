"""The tutorial in an empty folder: nothing to type, and every real program accepts what was made (issue 3, item 1)."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.vars.programs import Clan, age_decrypt, need, run

pytestmark = need("age", "ssh-keygen", "mkpasswd")

LAPTOP, SERVER = "alice-laptop", "backup-server"


@pytest.fixture
def made(clan: Clan) -> Clan:
    """The clan after `clanback vars generate`, with nobody at a terminal."""
    clan.start("vars", "generate")
    return clan


def test_who_has_no_identity_gets_one_and_becomes_the_reader(clan: Clan) -> None:
    done = clan.start("vars", "generate")
    assert done.stdout == b""
    assert "made your age identity ~/.config/age/identities" in done.stderr
    assert clan.identity.stat().st_mode & 0o777 == 0o600
    public = run("age-keygen", "-y", clan.identity).decode().strip()
    assert f'recipients = ["{public}"]' in (clan.folder / "clanback.toml").read_text()


def test_a_second_run_has_nothing_to_do(made: Clan) -> None:
    before = made.snapshot()
    assert "nothing to do" in made.vars("generate").stderr
    assert made.snapshot() == before


def test_the_list_shows_public_values_and_hides_secrets(made: Clan) -> None:
    shown = made.vars("list", LAPTOP).stdout.decode()
    assert max(map(len, shown.splitlines())) <= 80
    key = made.get(LAPTOP, "openssh/ssh.id_ed25519.pub").decode().strip()
    assert len(key) == 80
    assert f"  openssh/ssh.id_ed25519.pub              {key[:19]}…{key[-16:]}\n" in shown
    listed = json.loads(made.vars("list", "--json").stdout)["machines"][LAPTOP]
    assert key in [row["value"].strip() for row in listed if row["file"] == "ssh.id_ed25519.pub"]
    assert re.search(r"openssh-ca/id_ed25519\.pub +ssh-ed25\S{1,4}…\S{16}  \(shared\)\n", shown)
    assert re.search(r"user-password-alice/user-password +\*{8}", shown)
    assert re.search(r"borgbackup/borgbackup\.ssh +\*{8}", shown)


def test_alices_password_as_the_tutorial_asks_for_it(made: Clan) -> None:
    password = made.start("vars", "get", LAPTOP, "user-password-alice/user-password").stdout.decode()
    assert re.fullmatch(r"([a-z]+-){5}[a-z]+", password)
    stored = made.get(LAPTOP, "user-password-alice/user-password-hash").decode()
    salt = stored.split("$")[2]
    assert run("mkpasswd", "-s", "-m", "sha-512", "-S", salt, stdin=password.encode()).decode().strip() == stored


def test_ssh_keygen_accepts_every_key(made: Clan, tmp_path: Path) -> None:
    for key, size in ((f"per-machine/{LAPTOP}/borgbackup/borgbackup.ssh", "256"), ("shared/openssh-ca/id_ed25519", "256")):
        machine, name = LAPTOP, "/".join(key.split("/")[-2:])
        private = tmp_path / "private"
        private.write_bytes(made.get(machine, name))
        private.chmod(0o600)
        listed = run("ssh-keygen", "-l", "-f", private).decode()
        assert listed.startswith(f"{size} SHA256:")
        assert "(ED25519)" in listed
        assert run("ssh-keygen", "-y", "-f", private).split()[:2] == made.public(f"{key}.pub").read_bytes().split()[:2]
        assert run("ssh-keygen", "-l", "-f", made.public(f"{key}.pub")).split()[1] == listed.encode().split()[1]


def test_ssh_keygen_accepts_the_certificate(made: Clan) -> None:
    shown = run("ssh-keygen", "-L", "-f", made.public(f"per-machine/{LAPTOP}/openssh-cert/ssh.id_ed25519-cert.pub")).decode()
    assert "ssh-ed25519-cert-v01@openssh.com host certificate" in shown
    assert f'Key ID: "{LAPTOP}"' in shown
    assert "Valid: forever" in shown
    assert re.search(rf"Principals: *\n *{LAPTOP}\.backup\.example\n", shown)
    authority = run("ssh-keygen", "-l", "-f", made.public("shared/openssh-ca/id_ed25519.pub")).split()[1].decode()
    assert f"Signing CA: ED25519 {authority}" in shown
    host_key = run("ssh-keygen", "-l", "-f", made.public(f"per-machine/{LAPTOP}/openssh/ssh.id_ed25519.pub")).split()[1].decode()
    assert f"Public key: ED25519-CERT {host_key}" in shown


def test_the_machines_key_opens_its_secrets_with_age_alone(made: Clan, tmp_path: Path) -> None:
    machine_key = age_decrypt(made.machine_key(LAPTOP), made.identity.read_bytes(), tmp_path)
    assert re.fullmatch(rb"# created: \S+Z\n# public key: age1\w+\nAGE-SECRET-KEY-1\w+\n", machine_key)
    for generator, file in (("borgbackup", "borgbackup.repokey"), ("openssh", "ssh.id_ed25519")):
        opened = age_decrypt(made.secret(f"per-machine/{LAPTOP}/{generator}/{file}"), machine_key, tmp_path)
        assert opened == made.get(LAPTOP, f"{generator}/{file}")


def test_what_was_made_is_rendered(made: Clan) -> None:
    made.run("render")
    laptop = (made.folder / f"generated/{LAPTOP}/borgbackup.nix").read_text()
    server = (made.folder / f"generated/{SERVER}/borgbackup.nix").read_text()
    host_key = made.public(f"per-machine/{SERVER}/openssh/ssh.id_ed25519.pub").read_text().strip()
    client_key = made.public(f"per-machine/{LAPTOP}/borgbackup/borgbackup.ssh.pub").read_text().strip()
    assert "StrictHostKeyChecking=yes" in laptop
    assert host_key in laptop
    assert client_key in server

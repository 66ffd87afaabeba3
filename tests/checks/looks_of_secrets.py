"""How codes look that are about keys, passwords and secrets: CB5xx. Each begins with a clan in which everything was generated."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable
from unittest import mock

import pyrage

from clanback.render.secret_files import STORE
from clanback.vars import upload
from tests.checks.desk import CLAN, Desk

Look = Callable[[Desk], str]
PASSPHRASE = "borgbackup/borgbackup.repokey"
REPOKEY = "secrets/clan-vars/per-machine/laptop/borgbackup/borgbackup.repokey/borgbackup.repokey.age"
LAPTOP_KEY = "secrets/age-keys/machines/laptop"
OTHER = str(pyrage.x25519.Identity.generate().to_public())
"""A public key that nobody here has the private one of."""


def generate(desk: Desk) -> None:
    """What all of these begin with."""
    desk.write("clan.nix", CLAN)
    desk.type("vars", "generate")


def change(desk: Desk, old: str, new: str, name: str = "clan.nix") -> None:
    text = (desk.folder / name).read_text()
    assert old in text
    desk.write(name, text.replace(old, new))


def not_generated(desk: Desk) -> str:
    change(desk, "roles.client.machines.laptop = { };", "roles.client.machines.server = { }; roles.client.machines.laptop = { };")
    return desk.type("vars", "check")


def nobody(desk: Desk) -> str:
    desk.write("clanback.toml", "[vars]\nrecipients = []\n")
    return desk.type("vars", "generate")


def no_identity(desk: Desk) -> str:
    shutil.rmtree(desk.home / ".config")
    return desk.type("vars", "get", "laptop", PASSPHRASE)


def not_for_you(desk: Desk) -> str:
    shutil.rmtree(desk.home / ".config")
    desk.type("vars", "keygen")
    return desk.type("vars", "get", "laptop", PASSPHRASE)


def unreadable(desk: Desk) -> str:
    (desk.folder / REPOKEY).unlink()
    (desk.folder / REPOKEY).mkdir()
    return desk.type("vars", "get", "laptop", PASSPHRASE)


def plain_text(desk: Desk) -> str:
    desk.write(REPOKEY, "correct horse battery staple\n")
    return desk.type("vars", "check", "laptop")


def somebody_came(desk: Desk) -> str:
    change(desk, "recipients = [", f'recipients = ["{OTHER}", ', "clanback.toml")
    return desk.type("vars", "check", "server")


def certificate_ends(desk: Desk) -> str:
    """Ours do not end; one that somebody else made may."""
    value = desk.type("vars", "get", "laptop", "openssh-ca/id_ed25519").partition("\n")[2]
    authority, public = desk.home / "authority", desk.home / "host.pub"
    authority.write_text(value)
    authority.chmod(0o600)
    folder = desk.folder / "vars/per-machine/laptop"
    shutil.copy(folder / "openssh/ssh.id_ed25519.pub/value", public)
    words = ["ssh-keygen", "-q", "-s", authority, "-I", "laptop", "-h", "-n", "laptop.home.example", "-V", "-9d:-1d", public]
    subprocess.run(words, check=True)
    shutil.copy(desk.home / "host-cert.pub", folder / "openssh-cert/ssh.id_ed25519-cert.pub/value")
    return desk.type("vars", "check", "laptop")


def no_program(desk: Desk) -> str:
    kept_by_sops(desk)
    return desk.type("vars", "get", "laptop", PASSPHRASE, PATH="/nowhere").replace("PATH='/nowhere' ", "")


def cannot_write(desk: Desk) -> str:
    shutil.rmtree(desk.folder / "vars")
    (desk.folder / "vars").symlink_to(desk.home)
    return desk.type("vars", "generate")


def somebody_else(desk: Desk) -> str:
    descriptor = os.open(desk.folder / "secrets", os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with mock.patch("clanback.system.locks.WAIT_SECONDS", 0.05):
            return desk.type("-q", "vars", "fix")
    finally:
        os.close(descriptor)


def no_such_file(desk: Desk) -> str:
    return desk.type("vars", "get", "laptop", "borgbackup/borgbackup.repokye")


def follows(desk: Desk) -> str:
    return desk.type(
        "vars",
        "set",
        "laptop",
        "borgbackup/borgbackup.ssh.pub",
        stdin=b"ssh-ed25519 AAAA\n",
        shown="clanback vars set laptop borgbackup/borgbackup.ssh.pub < key.pub",
    )


def kept_by_sops(desk: Desk) -> None:
    shutil.rmtree(desk.folder / "secrets/clan-vars/per-machine/laptop/borgbackup")
    for name in ("borgbackup.repokey", "borgbackup.ssh"):
        desk.write(f"vars/per-machine/laptop/borgbackup/{name}/secret", "{}")


def by_sops(desk: Desk) -> str:
    kept_by_sops(desk)
    return desk.type(
        "vars", "set", "laptop", PASSPHRASE, stdin=b"words\n", shown=f"clanback vars set laptop {PASSPHRASE} < words"
    )


def not_alike(desk: Desk) -> str:
    words = iter(["one", "two"] * 3)
    with mock.patch("getpass.getpass", side_effect=lambda *_, **__: next(words)):
        return desk.type("vars", "set", "laptop", PASSPHRASE, terminal=True)


def no_public_key(desk: Desk) -> str:
    desk.write("clanback.toml", '[vars]\nrecipients = ["ssh-rsa AAAA"]\n')
    return desk.type("vars", "fix")


def no_such_identity(desk: Desk) -> str:
    (desk.home / ".config/age/identities").write_text("hunter2\n")
    return desk.type("vars", "get", "laptop", PASSPHRASE)


def other_halves(desk: Desk) -> str:
    desk.write(f"{LAPTOP_KEY}/pub", OTHER)
    return desk.type("vars", "check", "laptop")


def half_a_key(desk: Desk) -> str:
    (desk.folder / LAPTOP_KEY / "key.age").unlink()
    return desk.type("vars", "get", "laptop", PASSPHRASE)


def machine_is_gone(desk: Desk) -> str:
    change(desk, "inventory.machines.laptop.deploy", "inventory.machines.desk.deploy")
    change(desk, "machines.laptop = { };", "machines.desk = { };")
    change(desk, "machines.laptop.clan", "machines.desk.clan")
    desk.type("vars", "generate")
    return desk.type("vars", "check")


def undecided(desk: Desk) -> str:
    desk.write("secrets/.clanback-change/files.json", '{"0": "../../.ssh/authorized_keys"}')
    return desk.type("vars", "check")


def sheet(desk: Desk) -> str:
    return desk.type("-q", "vars", "export").partition("\n")[2]


def a_slip(desk: Desk) -> str:
    text = sheet(desk)
    at = text.index("\n  ") + 3
    text = f"{text[:at]}{'a' if text[at] != 'a' else 'b'}{text[at + 1 :]}"
    return desk.type("vars", "import", stdin=text.encode(), shown="clanback vars import < sheet.txt")


def another_sheet(desk: Desk) -> str:
    text = sheet(desk)
    desk.type("-q", "vars", "generate", "--regenerate", "--generator", "borgbackup")
    return desk.type("vars", "import", stdin=text.encode(), shown="clanback vars import < sheet.txt")


def no_value(desk: Desk) -> str:
    return desk.type(
        "vars",
        "set",
        "laptop",
        "borgbackup/borgbackup.ssh",
        stdin=b"no key\n",
        shown="clanback vars set laptop borgbackup/borgbackup.ssh < id",
    )


def no_folder(desk: Desk) -> str:
    user = 'inventory.instances.user = { module.name = "users"; roles.default.machines.laptop.settings.user = "a/b"; };'
    change(desk, "inventory.instances.sshd", f"{user}\n  inventory.instances.sshd")
    return desk.type("vars", "generate")


def somebody_else_deploys(desk: Desk) -> str:
    return desk.type("vars", "upload", "laptop", "--secrets", "clan")


def did_not_take(desk: Desk) -> str:
    from clanback.diagnostics import DiagnosticError

    receipt = upload.Receipt(False, 1, "tar: per-machine/laptop/openssh: Cannot write: No space left on device")
    try:
        upload.require_arrival("laptop", receipt)
    except DiagnosticError as refused:
        return desk.prints("clanback vars upload laptop", refused.diagnostics)
    raise AssertionError


def not_all_in_use(desk: Desk) -> str:
    receipt = upload.Receipt(
        True, 1, "/run/secrets/vars/per-machine/laptop/web/key belongs to root: nginx:nginx is not known here"
    )
    return desk.prints("clanback vars upload laptop", upload.remarks("laptop", receipt))


def laid_out_already(desk: Desk) -> str:
    (desk.folder / f"extra{STORE}").mkdir(parents=True)
    return desk.type("vars", "upload", "laptop", "--directory", "extra")


def not_for_sops_nix(desk: Desk) -> str:
    desk.write("clanback.toml", 'secrets = "sops-nix"\n' + (desk.folder / "clanback.toml").read_text())
    return desk.type("vars", "check", "laptop")


LOOKS: dict[str, Look] = {
    "CB510": not_generated,
    "CB511": nobody,
    "CB512": no_identity,
    "CB513": not_for_you,
    "CB514": unreadable,
    "CB515": plain_text,
    "CB516": somebody_came,
    "CB517": certificate_ends,
    "CB518": no_program,
    "CB519": cannot_write,
    "CB520": somebody_else,
    "CB521": no_such_file,
    "CB522": follows,
    "CB523": by_sops,
    "CB524": not_alike,
    "CB525": no_public_key,
    "CB526": no_such_identity,
    "CB527": other_halves,
    "CB528": half_a_key,
    "CB529": machine_is_gone,
    "CB530": undecided,
    "CB531": a_slip,
    "CB532": another_sheet,
    "CB533": no_value,
    "CB540": no_folder,
    "CB560": somebody_else_deploys,
    "CB561": did_not_take,
    "CB562": not_all_in_use,
    "CB563": laid_out_already,
    "CB564": not_for_sops_nix,
}

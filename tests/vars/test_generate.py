"""What is made, and what stays: only what is missing, with what follows from a change."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
import time

import pytest

from tests.vars.programs import CLANBACK, Clan, age_decrypt, need, run
from tests.vars.stores import open_store

pytestmark = need("age", "ssh-keygen", "mkpasswd")


@pytest.fixture
def made(two: Clan) -> Clan:
    two.vars("generate")
    return two


def change(clan: Clan, old: str, new: str) -> None:
    """Edit clan.nix."""
    path = clan.folder / "clan.nix"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def server_settings(clan: Clan, settings: str) -> None:
    """Give the sshd service settings."""
    before = "sshd.roles.server.tags.all = { };"
    change(clan, before, f"{before} sshd.roles.server.settings = {{ {settings} }};")


def values(clan: Clan) -> dict[str, bytes]:
    """Every value that is there, decrypted."""
    store = open_store(clan)
    return {
        f"{item.key}/{file.name}": store.value(item, file)
        for item in store.items.values()
        for file in item.files
        if store.has(item, file)
    }


def changed(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    return {key for key in after if after[key] != before.get(key)}


def test_only_the_machines_that_are_named(two: Clan) -> None:
    two.vars("generate", "b")
    assert {key.split("/")[1] for key in values(two) if key.startswith("per-machine/")} == {"b"}
    assert not two.machine_key("a").parent.joinpath("key.age").exists() or values(two)["shared/openssh-ca/id_ed25519"]


def test_only_the_generator_that_is_named_and_what_it_needs(two: Clan) -> None:
    two.vars("generate", "b", "--generator", "openssh-cert")
    assert {key.rpartition("/")[0] for key in values(two)} == {
        "per-machine/b/openssh",
        "per-machine/b/openssh-cert",
        "shared/openssh-ca",
    }


def test_a_new_search_domain_makes_the_certificate_anew(made: Clan) -> None:
    before = values(made)
    change(
        made,
        "sshd.roles.server.tags.all = { };",
        'sshd.roles.server = { tags.all = { }; settings.certificate.searchDomains = [ "home.lan" ]; };',
    )
    assert "it is for other names than" in made.vars("check", status=1).stdout.decode()
    done = made.vars("generate")
    assert changed(before, values(made)) == {f"per-machine/{machine}/openssh-cert/ssh.id_ed25519-cert.pub" for machine in "ab"}
    assert "(its names have changed)" in done.stderr
    shown = run("ssh-keygen", "-L", "-f", made.public("per-machine/a/openssh-cert/ssh.id_ed25519-cert.pub")).decode()
    assert re.search(r"Principals: *\n *a\.home\.lan\n *a\.two\.example\n", shown)


def test_a_new_host_key_makes_its_certificate_anew(made: Clan) -> None:
    before = values(made)
    made.vars("generate", "a", "--regenerate", "--generator", "openssh")
    assert changed(before, values(made)) == {"per-machine/a/openssh/ssh.id_ed25519", "per-machine/a/openssh/ssh.id_ed25519.pub"}
    assert "it is for another host key" in made.vars("check", status=1).stdout.decode()
    assert "(the host key has changed)" in made.vars("generate").stderr
    assert made.vars("check").stdout == b""


def test_everything_anew_but_the_passphrases_of_backups(made: Clan) -> None:
    """Archives that exist are encrypted with them."""
    before = values(made)
    done = made.vars("generate", "--regenerate")
    after = values(made)
    assert set(before) - changed(before, after) == {"per-machine/a/borgbackup/borgbackup.repokey"}
    assert "kept the passphrases of backups" in done.stderr
    made.vars("generate", "--regenerate", "--generator", "borgbackup")
    assert "per-machine/a/borgbackup/borgbackup.repokey" in changed(after, values(made))


def test_a_public_key_that_is_missing_is_derived(made: Clan) -> None:
    before = made.snapshot()
    made.public("per-machine/a/borgbackup/borgbackup.ssh.pub").unlink()
    assert "borgbackup.ssh.pub (completed)" in made.vars("generate").stderr
    assert made.snapshot() == before


def test_a_hash_that_is_missing_is_made_for_the_same_password(made: Clan) -> None:
    password = made.get("a", "user-password-carl/user-password")
    made.secret("shared/user-password-carl/user-password-hash").unlink()
    made.vars("generate")
    assert made.get("a", "user-password-carl/user-password") == password
    assert made.vars("check").stdout == b""


def test_a_passphrase_that_is_missing_does_not_touch_the_key_beside_it(made: Clan) -> None:
    before = values(made)
    made.secret("per-machine/a/borgbackup/borgbackup.repokey").unlink()
    made.vars("generate")
    assert changed(before, values(made)) == {"per-machine/a/borgbackup/borgbackup.repokey"}


def test_a_new_machine_gets_the_shared_secrets(made: Clan, tmp_path: object) -> None:
    before = values(made)
    change(made, "machines.b = { };", "machines.b = { }; machines.c = { };")
    assert "CB516" in made.vars("check", status=1).stdout.decode()
    done = made.vars("generate")
    assert "encrypted user-password-carl/user-password-hash for the machines that use it now" in done.stderr
    key = age_decrypt(made.machine_key("c"), made.identity.read_bytes(), made.home)
    opened = age_decrypt(made.secret("shared/user-password-carl/user-password-hash"), key, made.home)
    assert opened == before["shared/user-password-carl/user-password-hash"]
    assert made.vars("check").stdout == b""
    assert changed(before, {key: value for key, value in values(made).items() if "/c/" not in key}) == set()


def test_a_machine_that_is_gone_can_no_longer_read_them(made: Clan) -> None:
    key = age_decrypt(made.machine_key("b"), made.identity.read_bytes(), made.home)
    change(made, "machines.b = { };", "")
    change(made, 'roles.server.machines.b.settings.address = "b.two.example";', "")
    done = made.vars("check", status=1).stdout.decode()
    assert "warning[CB529]: secrets/age-keys/machines/b belongs to no machine of this clan" in done
    made.vars("generate")
    with pytest.raises(AssertionError, match="no identity matched"):
        age_decrypt(made.secret("shared/user-password-carl/user-password-hash"), key, made.home)


def test_without_an_identity_a_new_machine_still_gets_its_own_keys(made: Clan) -> None:
    """As in CI: public keys are enough to encrypt; what needs a secret that exists is said."""
    shutil.rmtree(made.home / ".config")
    change(made, "machines.b = { };", "machines.b = { }; machines.c = { };")
    done = made.vars("generate", status=2)
    assert "c: openssh: ssh.id_ed25519" in done.stderr
    assert "CB512" in done.stderr
    assert "openssh-cert" not in done.stderr.partition("error")[0]


def test_an_rsa_key_and_a_key_for_root(two: Clan) -> None:
    change(
        two,
        "sshd.roles.server.tags.all = { };",
        "sshd.roles.server = { tags.all = { }; settings = { hostKeys.rsa.enable = true; generateRootKey = true; }; };",
    )
    two.vars("generate", "a")
    shown = run("ssh-keygen", "-l", "-f", two.public("per-machine/a/openssh-rsa/ssh.id_rsa.pub")).decode()
    assert re.fullmatch(r"4096 SHA256:\S+ .*\(RSA\)\n", shown)
    private = two.home / "rsa"
    private.write_bytes(two.get("a", "openssh-rsa/ssh.id_rsa"))
    private.chmod(0o600)
    public = two.public("per-machine/a/openssh-rsa/ssh.id_rsa.pub").read_bytes()
    assert run("ssh-keygen", "-y", "-f", private).split()[:2] == public.split()[:2]
    assert two.public("per-machine/a/sshd-root-key/id_ed25519.pub").exists()
    assert two.vars("check", "a").stdout == b""


def test_host_recipients_take_the_place_of_the_default_ones(two: Clan) -> None:
    other = two.home / "other"
    run("age-keygen", "-o", other)
    key = run("age-keygen", "-y", other).decode().strip()
    change(two, "machines.b = { };", f'machines.b = {{ }}; vars.settings.recipients.hosts.b = [ "{key}" ];')
    two.vars("generate")
    assert two.machine_key("b").with_name("key.age.recipients").read_text() == f"{key}\n"
    assert run("age", "-d", "-i", other, two.machine_key("b")).startswith(b"# created")
    assert "CB513" in two.vars("get", "b", "openssh/ssh.id_ed25519", status=2).stderr
    assert two.get("b", "openssh/ssh.id_ed25519", AGE_KEYFILE=str(other)).startswith(b"-----BEGIN OPENSSH")


def test_somebody_comes_and_somebody_goes(made: Clan) -> None:
    before = values(made)
    other = made.home / "other"
    run("age-keygen", "-o", other)
    ours, theirs = (run("age-keygen", "-y", path).decode().strip() for path in (made.identity, other))
    change(made, f'"{ours}"', f'"{theirs}" "{ours}"')
    found = made.vars("check", status=1).stdout.decode()
    assert f"the key of machine a: not for {theirs}" in found
    assert "`clanback vars fix a`" in found
    made.vars("fix")
    assert made.vars("check").stdout == b""
    assert made.vars("check", AGE_KEYFILE=str(other)).stdout == b""
    change(made, f'"{theirs}" "{ours}"', f'"{theirs}"')
    assert f"still for {ours}" in made.vars("check", status=1).stdout.decode()
    made.vars("fix")
    assert "CB513" in made.vars("get", "a", "openssh/ssh.id_ed25519", status=2).stderr
    shutil.copy(other, made.identity)
    assert values(made) == before


def test_a_value_of_ones_own(made: Clan) -> None:
    made.vars("set", "a", "user-password-carl/user-password", stdin="schlüssel bund\n".encode())
    assert made.get("b", "user-password-carl/user-password").decode() == "schlüssel bund"
    stored = made.get("b", "user-password-carl/user-password-hash").decode()
    again = run("mkpasswd", "-s", "-m", "sha-512", "-S", stored.split("$")[2], stdin="schlüssel bund".encode())
    assert again.decode().strip() == stored
    key = made.home / "key"
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "mine", "-f", key)
    made.vars("set", "a", "borgbackup/borgbackup.ssh", stdin=key.read_bytes())
    public = made.public("per-machine/a/borgbackup/borgbackup.ssh.pub").read_bytes()
    assert public.split()[:2] == key.with_suffix(".pub").read_bytes().split()[:2]
    assert made.vars("check").stdout == b""


def test_a_certificate_about_to_end(made: Clan) -> None:
    """Ours do not end; one that somebody else made may."""
    for name in ("openssh-ca/id_ed25519", "openssh/ssh.id_ed25519"):
        path = made.home / name.partition("/")[0]
        path.write_bytes(made.get("a", name))
        path.chmod(0o600)
    public = made.home / "host.pub"
    public.write_bytes(made.get("a", "openssh/ssh.id_ed25519.pub"))
    for validity, kind in (("-1d:+10d", "warning"), ("-9d:-1d", "error"), ("-1d:+90d", "")):
        run("ssh-keygen", "-q", "-s", made.home / "openssh-ca", "-I", "a", "-h", "-n", "a.two.example", "-V", validity, public)
        shutil.copy(made.home / "host-cert.pub", made.public("per-machine/a/openssh-cert/ssh.id_ed25519-cert.pub"))
        done = made.vars("check", status=int(kind == "error")).stdout.decode()
        assert (f"{kind}[CB517]" in done) if kind else not done


def test_a_sheet_brings_everything_back(made: Clan) -> None:
    before, sheet = values(made), made.vars("export", "--all").stdout
    assert "nothing is new" in made.vars("import", stdin=sheet).stderr
    for folder in ("vars", "secrets"):
        shutil.rmtree(made.folder / folder)
    made.vars("import", stdin=sheet.replace(b"\n", b"\r\n").replace(b"  ", b" \t "))
    made.vars("generate")
    hashed = {"shared/user-password-carl/user-password-hash"}
    certificates = {f"per-machine/{machine}/openssh-cert/ssh.id_ed25519-cert.pub" for machine in "ab"}
    assert changed(before, values(made)) == hashed | certificates
    assert made.vars("check").stdout == b""


def test_passwords_are_asked_for_hidden_and_twice(clan: Clan) -> None:
    """At a terminal. Alice's is left empty, and so is root's on the server."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [*CLANBACK, "vars", "generate"],
        cwd=clan.folder,
        env=clan.environment(),
        stdin=follower,
        stdout=follower,
        stderr=follower,
        start_new_session=True,
    )
    os.close(follower)
    said = b""

    def listen() -> bytes:
        """What comes next; nothing after half a minute, or when the program has gone."""
        ready, _, _ = select.select([leader], [], [], 30)
        try:
            return os.read(leader, 4096) if ready else b""
        except OSError:
            return b""

    dialogue = [
        (b"Password of alice on alice-laptop (empty: six random words):", b"\n"),
        (b"Password of root on alice-laptop (empty: six random words):", b"one-slip\n"),
        (b"The same again:", b"one-slop\n"),
        (b"Password of root on alice-laptop (empty: six random words):", b"open-sesame\n"),
        (b"The same again:", b"open-sesame\n"),
        (b"Password of root on backup-server (empty: six random words):", b"\n"),
    ]
    try:
        whole = b""
        for expected, answer in dialogue:
            while expected not in said:
                more = listen()
                assert more, (whole + said).decode()
                said += more
            before, mark, said = said.partition(expected)
            whole += before + mark
            time.sleep(0.2)  # the terminal stops echoing just before the question is written
            os.write(leader, answer)
        while more := listen():
            said += more
        whole += said
    finally:
        if process.poll() is None and not said:
            process.kill()
    assert process.wait(30) == 0, whole.decode()
    os.close(leader)
    assert b"They are not the same." in whole
    assert b"sesame" not in whole
    assert b"one-sl" not in whole
    assert clan.get("alice-laptop", "user-password-root/user-password") == b"open-sesame"
    assert clan.get("backup-server", "user-password-root/user-password").count(b"-") == 5

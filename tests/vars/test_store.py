"""What we write can be read through the documented layout with the program `age` alone, and the reverse (issue 3, item 2).

`by_hand` writes a store as clan-core does (clan_lib/vars/secret_modules/age.py), with age-keygen, age and ssh-keygen.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

import pytest

from clanback.vars import age as ours
from tests.vars.programs import Clan, age_decrypt, need, run
from tests.vars.stores import open_store

pytestmark = need("age", "ssh-keygen", "mkpasswd")

MACHINES = ("a", "b")


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines()


def test_everything_we_write_opens_with_age_alone(two: Clan, tmp_path: Path) -> None:
    """Every file, found by its path alone, is opened with the identity that the layout names for it."""
    two.vars("generate")
    person = two.identity.read_bytes()
    public = run("age-keygen", "-y", two.identity).decode().strip()
    machine_keys = {}
    for machine in MACHINES:
        key = two.machine_key(machine)
        machine_keys[machine] = age_decrypt(key, person, tmp_path)
        assert key.with_name("pub").read_bytes() == ours.parse_identity(machine_keys[machine]).to_public().__str__().encode()
        assert lines(key.with_name("key.age.recipients")) == [public]
    opened = {}
    store = open_store(two)
    for item in store.items.values():
        for file in item.files:
            if not file.secret:
                opened[file.name] = two.public(f"{item.key}/{file.name}").read_bytes()
                continue
            path = two.secret(f"{item.key}/{file.name}")
            assert path.read_bytes().startswith(b"-----BEGIN AGE ENCRYPTED FILE-----\n")
            listed = path.with_name(f"{path.name}.recipients")
            if not file.deploy:
                assert lines(listed) == [public]
                opened[file.name] = age_decrypt(path, person, tmp_path)
            elif item.generator.share:
                assert lines(listed) == sorted(two.machine_key(machine).with_name("pub").read_text() for machine in MACHINES)
                values = {age_decrypt(path, machine_keys[machine], tmp_path) for machine in MACHINES}
                assert len(values) == 1
            else:
                assert not listed.exists()
                opened[file.name] = age_decrypt(path, machine_keys[item.machines[0]], tmp_path)
    assert opened["borgbackup.repokey"].endswith(b"\n")
    assert not opened["user-password"].endswith(b"\n")
    on_disk = {path for path in two.snapshot() if path.endswith((".age", "/value"))}
    assert len(on_disk) == sum(len(item.files) for item in store.items.values()) + len(MACHINES)


def test_a_machine_cannot_open_what_is_not_for_it(two: Clan, tmp_path: Path) -> None:
    """The authority's key and passwords in plain text are for people only; a machine's secrets for that machine only."""
    two.vars("generate")
    for machine, other in (MACHINES, MACHINES[::-1]):
        key = age_decrypt(two.machine_key(machine), two.identity.read_bytes(), tmp_path)
        for_people = ("shared/openssh-ca/id_ed25519", "shared/user-password-carl/user-password")
        for name in (*for_people, f"per-machine/{other}/openssh/ssh.id_ed25519"):
            with pytest.raises(AssertionError, match="no identity matched"):
                age_decrypt(two.secret(name), key, tmp_path)


@pytest.fixture
def by_hand(two: Clan, tmp_path: Path) -> Clan:
    """The store as clan-core makes it for the same clan, with its own tools and in its own places; ours has written nothing."""
    person = run("age-keygen", "-y", two.identity).decode().strip()
    public = {}
    for machine in MACHINES:
        private = run("age-keygen")
        public[machine] = next(line for line in private.decode().splitlines() if "public key" in line).split(": ")[1]
        folder = two.machine_key(machine).parent
        folder.mkdir(parents=True)
        (folder / "pub").write_text(public[machine])
        encrypt(two.machine_key(machine), private, [person], listed=True)
    authority = ssh_key(tmp_path / "authority")
    put(two, "shared/openssh-ca/id_ed25519.pub", authority.with_suffix(".pub").read_bytes())
    encrypt(two.secret("shared/openssh-ca/id_ed25519"), authority.read_bytes(), [person], listed=True)
    password = b"correct-horse-battery-staple"
    hashed = run("mkpasswd", "-s", "-m", "sha-512", stdin=password).strip()
    encrypt(two.secret("shared/user-password-carl/user-password"), password, [person], listed=True)
    encrypt(two.secret("shared/user-password-carl/user-password-hash"), hashed, sorted(public.values()), listed=True)
    for machine in MACHINES:
        names = ["openssh/ssh.id_ed25519"] + (["borgbackup/borgbackup.ssh"] if machine == "a" else [])
        for name in names:
            key = ssh_key(tmp_path / f"{machine}-{name.partition('/')[0]}")
            put(two, f"per-machine/{machine}/{name}.pub", key.with_suffix(".pub").read_bytes())
            encrypt(two.secret(f"per-machine/{machine}/{name}"), key.read_bytes(), [public[machine]])
        host_key = tmp_path / f"{machine}-openssh.pub"
        run("ssh-keygen", "-q", "-s", authority, "-I", machine, "-h", "-n", f"{machine}.two.example", host_key)
        certificate = host_key.with_name(f"{machine}-openssh-cert.pub").read_bytes()
        put(two, f"per-machine/{machine}/openssh-cert/ssh.id_ed25519-cert.pub", certificate)
        validation = json.dumps({"domains": {"two.example": "two.example"}, "name": machine}, separators=(",", ":"))
        digest = hashlib.sha256(validation.encode()).hexdigest()
        (two.folder / f"vars/per-machine/{machine}/openssh-cert/.validation-hash").write_text(digest)
    encrypt(two.secret("per-machine/a/borgbackup/borgbackup.repokey"), b"four-words-of-clan\n", [public["a"]])
    return two


def ssh_key(path: Path) -> Path:
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path)
    return path


def put(clan: Clan, key: str, content: bytes) -> None:
    clan.public(key).parent.mkdir(parents=True)
    clan.public(key).write_bytes(content)


def encrypt(path: Path, content: bytes, recipients: list[str], *, listed: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    words = [word for recipient in recipients for word in ("-r", recipient)]
    run("age", "--armor", *words, "-o", path, stdin=content)
    if listed:
        path.with_name(f"{path.name}.recipients").write_text("".join(f"{one}\n" for one in sorted(recipients)))


def test_a_store_made_without_us_is_complete_and_right(by_hand: Clan) -> None:
    before = by_hand.snapshot()
    assert by_hand.get("a", "borgbackup/borgbackup.repokey") == b"four-words-of-clan\n"
    assert by_hand.get("b", "user-password-carl/user-password") == b"correct-horse-battery-staple"
    assert by_hand.get("b", "user-password-carl/user-password-hash").startswith(b"$6$")
    assert by_hand.vars("check").stdout == b""
    assert "nothing to do" in by_hand.vars("generate").stderr
    assert "nothing to do" in by_hand.vars("fix").stderr
    assert by_hand.snapshot() == before


def test_we_go_on_where_another_tool_stopped(by_hand: Clan) -> None:
    """A certificate is missing: it is made with the authority that is there, and nothing else changes."""
    certificate = by_hand.public("per-machine/a/openssh-cert/ssh.id_ed25519-cert.pub")
    before = by_hand.snapshot()
    certificate.unlink()
    by_hand.vars("generate")
    after = by_hand.snapshot()
    changed = {path for path in after if after[path] != before.get(path)}
    assert changed == {"vars/per-machine/a/openssh-cert/ssh.id_ed25519-cert.pub/value"}
    shown = run("ssh-keygen", "-L", "-f", certificate)
    assert run("ssh-keygen", "-l", "-f", by_hand.public("shared/openssh-ca/id_ed25519.pub")).split()[1] in shown


def test_secrets_of_an_older_clan_core_are_read(by_hand: Clan) -> None:
    """Before it told apart what is deployed, clan-core encrypted everything to the machines."""
    public = by_hand.machine_key("a").with_name("pub").read_text()
    path = by_hand.secret("shared/user-password-carl/user-password")
    path.unlink()
    encrypt(path, b"correct-horse-battery-staple", [public])
    assert by_hand.get("b", "user-password-carl/user-password") == b"correct-horse-battery-staple"
    assert "not for you, though your key is named" in by_hand.vars("check", status=1).stdout.decode()
    by_hand.vars("fix")
    assert by_hand.get("a", "user-password-carl/user-password") == b"correct-horse-battery-staple"
    assert by_hand.vars("check").stdout == b""


def test_files_without_armor_are_read(by_hand: Clan) -> None:
    path = by_hand.secret("per-machine/a/borgbackup/borgbackup.repokey")
    body = path.read_text().splitlines()[1:-1]
    path.write_bytes(base64.b64decode("".join(body)))
    assert by_hand.get("a", "borgbackup/borgbackup.repokey") == b"four-words-of-clan\n"
    assert by_hand.vars("check").stdout == b""


def test_a_list_that_does_not_tell_the_truth_is_noticed(by_hand: Clan, tmp_path: Path) -> None:
    """Somebody has encrypted a secret for one more than the list beside it says."""
    person = run("age-keygen", "-y", by_hand.identity).decode().strip()
    stranger = run("age-keygen", "-y", "-", stdin=run("age-keygen")).decode().strip()
    path = by_hand.machine_key("a")
    private = age_decrypt(path, by_hand.identity.read_bytes(), tmp_path)
    path.unlink()
    encrypt(path, private, [person, stranger])
    found = by_hand.vars("check", status=1).stdout.decode()
    assert "the key of machine a: encrypted for 2, not for 1" in found
    by_hand.vars("fix")
    assert by_hand.vars("check").stdout == b""


def test_what_goes_to_a_machine(by_hand: Clan) -> None:
    """All that has to lie there, with owner, mode and when it is needed; what is not deployed does not go."""
    found = {secret.path: secret for secret in open_store(by_hand).deployed("a")}
    assert set(found) == {
        "/run/secrets/vars/per-machine/a/borgbackup/borgbackup.repokey",
        "/run/secrets/vars/per-machine/a/borgbackup/borgbackup.ssh",
        "/run/secrets/vars/per-machine/a/openssh/ssh.id_ed25519",
        "/run/secrets-for-users/vars/shared/user-password-carl/user-password-hash",
    }
    repokey = found["/run/secrets/vars/per-machine/a/borgbackup/borgbackup.repokey"]
    assert (repokey.content, repokey.owner, repokey.group, repokey.mode) == (b"four-words-of-clan\n", "root", "root", 0o400)
    hashed = found["/run/secrets-for-users/vars/shared/user-password-carl/user-password-hash"]
    assert hashed.needed_for == "users"
    assert "four-words" not in repr(found)
    assert hashed.source == "secrets/clan-vars/shared/user-password-carl/user-password-hash/user-password-hash.age"

"""What is said when something is wrong: each diagnostic, with what to do (issue 3, item 5)."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.vars.programs import Clan, age_decrypt, need, run

pytestmark = need("age")

PASSPHRASE = ("a", "borgbackup/borgbackup.repokey")


@pytest.fixture
def made(two: Clan) -> Clan:
    two.vars("generate")
    return two


def other_person(clan: Clan) -> Clan:
    """Somebody else at the same clan, with an identity of their own."""
    home = clan.home.parent / "other"
    (home / ".config/age").mkdir(parents=True)
    run("age-keygen", "-o", home / ".config/age/identities")
    return Clan(clan.folder, home)


def public_key(clan: Clan) -> str:
    return run("age-keygen", "-y", clan.identity).decode().strip()


def test_no_identity(made: Clan) -> None:
    made.identity.unlink()
    done = made.vars("get", *PASSPHRASE, status=2)
    assert "error[CB512]: no age identity: secrets cannot be decrypted" in done.stderr
    assert "AGE_KEY, AGE_KEYFILE, ~/.config/age/identities" in done.stderr
    assert "`clanback vars keygen` makes one" in done.stderr
    assert made.vars("check").stdout == b""
    assert "was not checked" in made.vars("check", "-v").stdout.decode()


def test_the_wrong_identity(made: Clan) -> None:
    other = other_person(made)
    done = other.vars("get", *PASSPHRASE, status=2)
    assert "error[CB513]: your age identity cannot decrypt the key of machine a" in done.stderr
    assert f"your identity: {public_key(other)} (~/.config/age/identities)" in done.stderr
    assert f"it is for: {public_key(made)}" in done.stderr
    assert "`clanback vars fix`" in done.stderr
    assert "CB513" in other.vars("check", status=2).stdout.decode()


def test_a_file_named_by_age_keyfile_that_is_not_there(made: Clan) -> None:
    assert (
        "AGE_KEYFILE names /nowhere, which does not exist"
        in made.vars("get", *PASSPHRASE, status=2, AGE_KEYFILE="/nowhere").stderr
    )


def test_an_identity_that_is_none(made: Clan) -> None:
    made.identity.write_text("# a comment\nhunter2\n")
    done = made.vars("get", *PASSPHRASE, status=2)
    assert "error[CB526]: ~/.config/age/identities is not an age identity: line 2 is no age identity" in done.stderr
    assert "hunter2" not in done.stderr


def test_nobody_is_named_and_only_a_person_may_change_that(clan: Clan) -> None:
    (clan.folder / "clanback.toml").write_text("[vars]\nrecipients = []\n")
    done = clan.vars("generate", status=2)
    assert "error[CB511]" in done.stderr
    assert 'add `recipients = ["age1' in done.stderr
    assert "CB511" in clan.vars("check", status=2).stdout.decode()


def test_a_recipient_that_is_none(two: Clan) -> None:
    (two.folder / "clan.nix").write_text((two.folder / "clan.nix").read_text().replace('default = [ "age1', 'default = [ "age1x'))
    assert "is not a public key that age can encrypt to" in two.vars("generate", status=2).stderr
    (two.folder / "clan.nix").write_text((two.folder / "clan.nix").read_text().replace("age1x", "PASTE-"))
    assert "error[CB525]: `PASTE-" in two.vars("generate", status=2).stderr
    assert not (two.folder / "vars").exists()


def test_a_folder_where_a_file_should_be(made: Clan) -> None:
    path = made.secret("per-machine/a/borgbackup/borgbackup.repokey")
    path.unlink()
    path.mkdir()
    done = made.vars("get", *PASSPHRASE, status=2)
    assert "error[CB514]: cannot read secrets/clan-vars/per-machine/a/borgbackup/borgbackup.repokey/" in done.stderr


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"plain text\n", "another beginning"), (b"", "it is empty"), (b"age-encryption.org/v1\n-> ", "cut off or changed?")],
)
def test_a_file_that_age_has_not_encrypted(made: Clan, content: bytes, reason: str) -> None:
    made.secret("per-machine/a/borgbackup/borgbackup.repokey").write_bytes(content)
    done = made.vars("get", *PASSPHRASE, status=2)
    assert "error[CB515]" in done.stderr
    assert reason in done.stderr
    assert "plain text" not in done.stderr
    assert "CB515" in made.vars("check", status=2).stdout.decode()
    assert "CB515" in made.vars("fix", status=2).stderr


@pytest.mark.parametrize("name", ["per-machine/a/stray/s/s.age", "shared/old/x.age"])
def test_plain_text_among_the_secrets_whoever_made_it(made: Clan, name: str) -> None:
    path = made.folder / "secrets/clan-vars" / name
    path.parent.mkdir(parents=True)
    path.write_text("hunter2\n")
    said = f"error[CB515]: secrets/clan-vars/{name} is not a file that age has encrypted: it has another beginning"
    assert said in made.vars("check", status=2).stdout.decode()
    done = made.vars("fix", status=2)
    assert said in done.stderr
    assert "nothing to do" not in done.stderr
    assert "hunter2" not in done.stderr
    assert path.read_text() == "hunter2\n"
    assert made.vars("fix", "b", status=2).stderr.count("CB515") == 1


def test_fix_mends_the_others_where_one_file_is_plain_text(made: Clan) -> None:
    other = public_key(other_person(made))
    clan = made.folder / "clan.nix"
    clan.write_text(clan.read_text().replace("recipients.default = [", f'recipients.default = [ "{other}"'))
    made.machine_key("b").write_text("plain text\n")
    done = made.vars("fix", status=2)
    assert "encrypted anew: a: the machine's key" in done.stderr
    assert "error[CB515]: secrets/age-keys/machines/b/key.age is not a file that age has encrypted" in done.stderr
    assert made.machine_key("b").read_text() == "plain text\n"


def test_a_file_that_was_cut_off(made: Clan) -> None:
    path = made.secret("per-machine/a/borgbackup/borgbackup.repokey")
    whole = path.read_bytes()
    for length in range(0, len(whole) - 36, 7):  # the line that ends the armor is 35 characters
        path.write_bytes(whole[:length])
        done = made.vars("get", *PASSPHRASE, status=None) if length % 70 == 0 else None
        assert done is None or (done.status == 2 and done.stdout == b"" and "CB51" in done.stderr)


def test_half_a_machines_key(made: Clan) -> None:
    made.machine_key("a").unlink()
    assert "error[CB528]: machine a has no private key" in made.vars("get", *PASSPHRASE, status=2).stderr
    assert "CB528" in made.vars("check", status=2).stdout.decode()
    done = made.vars("set", "a", "borgbackup/borgbackup.repokey", stdin=b"words\n", status=2)
    assert "has a public key but no private one" in done.stderr


def test_a_public_key_that_is_lost_is_found_again(made: Clan) -> None:
    public = made.machine_key("a").with_name("pub")
    before, passphrase = public.read_bytes(), made.get(*PASSPHRASE)
    public.unlink()
    assert "CB528" in made.vars("check", status=2).stdout.decode()
    made.vars("set", "a", "openssh/ssh.id_ed25519", stdin=made.get("a", "openssh/ssh.id_ed25519"))
    assert public.read_bytes() == before
    assert made.get(*PASSPHRASE) == passphrase


def test_names_that_do_not_exist(made: Clan) -> None:
    assert "there is no machine `c`" in made.vars("get", "c", "x/y", status=2).stderr
    assert "did you mean `borgbackup`?" in made.vars("get", "a", "borgbackups/x", status=2).stderr
    assert "did you mean `borgbackup.ssh`?" in made.vars("get", "a", "borgbackup/borgbackup.shs", status=2).stderr
    assert "CB521" in made.vars("generate", "--generator", "opensh", status=2).stderr


def test_what_has_not_been_generated(two: Clan) -> None:
    assert (
        "error[CB510]: a: borgbackup/borgbackup.repokey has not been generated" in two.vars("get", *PASSPHRASE, status=1).stderr
    )
    found = two.vars("check", status=1).stdout.decode()
    assert "a: borgbackup, openssh, openssh-cert have not been generated" in found
    assert "shared: openssh-ca, user-password-carl have not been generated" in found


def test_what_cannot_be_a_key_or_follows_from_others(made: Clan) -> None:
    done = made.vars("set", "a", "openssh/ssh.id_ed25519", stdin=b"secret nonsense", status=2)
    assert "error[CB533]" in done.stderr
    assert "secret nonsense" not in done.stderr
    assert (
        "set openssh/ssh.id_ed25519 instead" in made.vars("set", "a", "openssh/ssh.id_ed25519.pub", stdin=b"x", status=2).stderr
    )
    assert "CB522" in made.vars("set", "a", "openssh-cert/ssh.id_ed25519-cert.pub", stdin=b"x", status=2).stderr
    for password in (b"", b"\n", b"two\nlines", b"\xff", b"a\0b"):
        assert "CB533" in made.vars("set", "a", "user-password-carl/user-password", stdin=password, status=2).stderr


def test_a_user_whose_name_leads_elsewhere(two: Clan) -> None:
    path = two.folder / "clan.nix"
    path.write_text(path.read_text().replace("carl = {", '"../../../x" = {'))
    done = two.vars("generate", status=None)
    assert done.status in (1, 2)
    assert not (two.folder.parent / "x").exists()
    assert not (two.folder / "secrets/clan-vars").exists()


def test_secrets_that_sops_keeps(two: Clan, tmp_path: Path) -> None:
    """They are there, are not made again, and without the program that is what is said."""
    folder = two.folder / "vars/per-machine/a/borgbackup"
    for name in ("borgbackup.ssh", "borgbackup.repokey"):
        (folder / name).mkdir(parents=True)
        (folder / name / "secret").write_text('{"data": "ENC[]", "sops": {}}')
    (folder / "borgbackup.ssh.pub").mkdir()
    (folder / "borgbackup.ssh.pub/value").write_text("ssh-ed25519 AAAA\n")
    done = two.vars("get", *PASSPHRASE, status=2, PATH=str(tmp_path))
    assert "borgbackup.repokey/secret is kept by sops, and the program `sops` is not installed" in done.stderr
    assert "CB523" in two.vars("set", *PASSPHRASE, stdin=b"words", status=2).stderr
    two.vars("generate")
    assert not two.secret("per-machine/a/borgbackup/borgbackup.repokey").exists()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("file systems cannot be mounted here (needs root)")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk(two: Clan, small_disk: Path) -> None:
    """Nothing changes, and with room the same command does it."""
    shutil.copy(two.folder / "clan.nix", small_disk)
    clan = Clan(small_disk, two.home)
    clan.vars("generate", "a")
    before = clan.snapshot()
    filling = small_disk / "filling"
    with pytest.raises(OSError, match="No space left"):
        filling.write_bytes(bytes(1 << 20))
    done = clan.vars("generate", "--regenerate", status=1)
    assert "error[CB519]: cannot write secrets/.clanback-change-new" in done.stderr
    assert "no space left on device" in done.stderr
    assert "make room on the disk" in done.stderr
    assert clan.snapshot() == before
    filling.unlink()
    clan.vars("generate", "--regenerate")
    assert clan.vars("check").stdout == b""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_files_of_somebody_else(made: Clan) -> None:
    """Somebody who may read what is public and change nothing."""
    path = made.folder.parent
    while path != Path("/tmp") and path != path.parent:
        path.chmod(path.stat().st_mode | 0o055)
        path = path.parent
    for path in made.folder.parent.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    made.secret("per-machine/a/borgbackup/borgbackup.repokey").chmod(0o600)

    def act(*arguments: str) -> int:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        done = made.vars(*arguments, stdin=b"words", status=None)
        expected = {"get": (2, "error[CB514]: cannot read secrets/clan-vars/per-machine/a/borgbackup/borgbackup.repokey/")}
        status, said = expected.get(arguments[0], (1, "error[CB519]: cannot write secrets/"))
        return 0 if done.status == status and said in done.stderr and "permission denied" in done.stderr else 1

    for arguments in (("get", *PASSPHRASE), ("generate", "--regenerate"), ("set", *PASSPHRASE)):
        child = os.fork()
        if child == 0:
            status = 9
            try:
                status = act(*arguments)
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, arguments


def test_a_sheet_with_a_slip(made: Clan) -> None:
    sheet = made.vars("export").stdout.decode()
    line = next(line for line in sheet.splitlines() if line.startswith("  ") and "-" in line)
    wrong = sheet.replace(line, line.replace("e", "a", 1))
    done = made.vars("import", stdin=wrong.encode(), status=2)
    assert f"error[CB531]: the sheet, line {sheet.splitlines().index(line) + 1}: the check digits do not fit" in done.stderr
    assert line.split()[0] not in done.stderr
    assert "CB531" in made.vars("import", stdin=b"", status=2).stderr
    assert "`end`, is missing" in made.vars("import", stdin=sheet.encode().partition(b"end")[0], status=2).stderr
    made.vars("set", *PASSPHRASE, stdin=b"another-passphrase")
    assert "error[CB532]: a: borgbackup/borgbackup.repokey differs" in made.vars("import", stdin=sheet.encode(), status=1).stderr


def test_what_age_itself_says_of_our_files(made: Clan, tmp_path: Path) -> None:
    """The other way round: the program `age` refuses with somebody else's identity."""
    other = other_person(made)
    with pytest.raises(AssertionError, match="no identity matched"):
        age_decrypt(made.machine_key("a"), other.identity.read_bytes(), tmp_path)

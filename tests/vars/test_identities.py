"""Where identities come from, and those that the program `age` has to use."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.vars import age_plugin
from tests.vars.programs import Clan, need, run

pytestmark = need("age", "ssh-keygen")

NAME = ("a", "borgbackup/borgbackup.repokey")


@pytest.fixture
def made(two: Clan) -> Clan:
    two.vars("generate")
    return two


@pytest.mark.parametrize("place", [".config/age/identities", ".config/sops/age/keys.txt", ".age/key.txt"])
def test_an_identity_is_found_in_each_of_three_files(made: Clan, place: str) -> None:
    passphrase = made.get(*NAME)
    to = made.home / place
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(made.identity, to)
    assert made.get(*NAME) == passphrase


def test_an_identity_is_found_in_two_variables(made: Clan, tmp_path: Path) -> None:
    passphrase = made.get(*NAME)
    elsewhere = tmp_path / "my key"
    shutil.move(made.identity, elsewhere)
    assert made.get(*NAME, AGE_KEYFILE=str(elsewhere)) == passphrase
    assert made.get(*NAME, AGE_KEY=elsewhere.read_text().splitlines()[-1]) == passphrase
    assert made.get(*NAME, AGE_KEY=elsewhere.read_text(), AGE_KEYFILE="/nowhere") == passphrase


@pytest.mark.parametrize("name", ["AGE_KEY", "AGE_KEYFILE"])
def test_a_variable_that_is_empty_is_an_error_though_a_file_has_an_identity(made: Clan, name: str) -> None:
    """In a pipeline whose secret is not there, or is withheld from a fork."""
    said = f"error[CB512]: {name} is set, but empty"
    for words in (("get", *NAME), ("check",), ("upload", "a", "--directory", str(made.folder / "x")), ("keygen",)):
        done = made.vars(*words, status=2, **{name: ""})
        assert said in done.stdout.decode() + done.stderr, words
        assert f"unset {name}" in done.stdout.decode() + done.stderr
    made.vars("check", "--no-decrypt", **{name: ""})
    made.identity.unlink()
    assert said in made.vars("check", status=2, **{name: ""}).stdout.decode()


def test_all_files_are_tried_before_giving_up(made: Clan) -> None:
    passphrase = made.get(*NAME)
    other = made.home / ".age/key.txt"
    other.parent.mkdir()
    shutil.move(made.identity, other)
    run("age-keygen", "-o", made.identity)
    assert made.get(*NAME) == passphrase


def test_an_ssh_key_is_an_identity(clan: Clan, two: Clan) -> None:
    shutil.rmtree(two.home / ".config")
    key = two.home / "id_ed25519"
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key)
    text = two.folder.joinpath("clan.nix").read_text()
    before = text.partition('default = [ "')[2].partition('"')[0]
    two.folder.joinpath("clan.nix").write_text(text.replace(before, key.with_suffix(".pub").read_text().strip()))
    two.vars("generate", AGE_KEYFILE=str(key))
    assert b"-" in two.get(*NAME, AGE_KEYFILE=str(key))
    assert run("age", "-d", "-i", key, two.machine_key("a")).startswith(b"# created")


@pytest.fixture
def with_plugin(clan: Clan, tmp_path: Path) -> dict[str, str]:
    """A person whose only identity is in a security key, and the environment in which `age` finds its plugin."""
    programs = tmp_path / "programs"
    programs.mkdir()
    age_plugin.install(programs)
    clan.identity.parent.mkdir(parents=True)
    clan.identity.write_text(f"# public key: {age_plugin.RECIPIENT}\n{age_plugin.IDENTITY}\n")
    return {"PATH": f"{programs}:{clan.environment()['PATH']}"}


def test_a_plugin_is_used_through_the_program_age(clan: Clan, with_plugin: dict[str, str]) -> None:
    clan.vars("generate", **with_plugin)
    assert age_plugin.RECIPIENT in (clan.folder / "clanback.toml").read_text()
    assert b"-> quince" in _header(clan.machine_key("alice-laptop"))
    done = clan.vars("get", "alice-laptop", "user-password-alice/user-password", **with_plugin)
    assert done.stdout.count(b"-") == 5
    assert "touch your quince" in done.stderr
    assert clan.vars("check", **with_plugin).stdout == b""


def test_a_plugins_identity_may_stand_in_a_variable(clan: Clan, with_plugin: dict[str, str]) -> None:
    clan.vars("generate", **with_plugin)
    clan.identity.unlink()
    assert clan.get("alice-laptop", "borgbackup/borgbackup.repokey", AGE_KEY=age_plugin.IDENTITY, **with_plugin).count(b"-") == 5


def test_a_plugin_that_is_missing_is_named(clan: Clan, with_plugin: dict[str, str]) -> None:
    clan.vars("generate", **with_plugin)
    done = clan.vars("get", "alice-laptop", "borgbackup/borgbackup.repokey", status=2)
    assert "CB518" in done.stderr
    assert "age-plugin-quince" in done.stderr
    done = clan.vars("set", "alice-laptop", "user-password-alice/user-password", stdin=b"new\n", status=2)
    assert "CB518" in done.stderr


def test_without_the_program_age_that_is_what_is_said(clan: Clan, with_plugin: dict[str, str], tmp_path: Path) -> None:
    clan.vars("generate", **with_plugin)
    done = clan.vars("get", "alice-laptop", "borgbackup/borgbackup.repokey", status=2, PATH=str(tmp_path))
    assert "the program `age` is not installed" in done.stderr


def _header(path: Path) -> bytes:
    """The header of an armored file."""
    import base64

    return base64.b64decode(b"".join(path.read_bytes().splitlines()[1:-1]))

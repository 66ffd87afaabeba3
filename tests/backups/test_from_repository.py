"""What is said on the bad day: the server is away, the secrets are lost, or the new machine is not in the clan."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CLAN = """{
  meta.name = "home";
  vars.settings.recipients.default = [ "RECIPIENT" ];
  inventory.machines = { alice-laptop = { }; vault.deploy.targetHost = "root@127.0.0.1:9"; shed = { }; };
  inventory.instances.borgbackup = {
    roles.client.machines.alice-laptop = { };
    roles.server.machines.vault = { };
  };
  inventory.instances.second = {
    module.name = "borgbackup";
    roles.client.machines.alice-laptop = { };
    roles.server.machines.shed = { };
  };
  machines.alice-laptop.clan.core.state.documents.folders = [ "/srv/documents" ];
}
"""
FROM = ("alice-laptop", "--from-repository")
AWAY = ("--through", "root@127.0.0.1:9")
with_borg = pytest.mark.skipif(shutil.which("borg") is None, reason="borg is not installed (Debian: borgbackup)")


class Home:
    """A clan whose servers do not answer; `secrets` are made where a test asks for them."""

    def __init__(self, folder: Path, *, secrets: bool = False, settings: str = "") -> None:
        import pyrage

        self.folder = folder / "clan"
        self.folder.mkdir()
        identity = pyrage.x25519.Identity.generate()
        self.environment = {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "none"), "AGE_KEY": str(identity)}
        (self.folder / "clan.nix").write_text(CLAN.replace("RECIPIENT", str(identity.to_public())))
        (self.folder / "clanback.toml").write_text(settings)
        if secrets:
            status, _, err = self.run("vars", "generate")
            assert status == 0, err

    def run(self, *words: str) -> tuple[int, str, str]:
        call = [sys.executable, "-m", "clanback", "--clan", str(self.folder), *words]
        done = subprocess.run(
            call, capture_output=True, text=True, env=self.environment, check=False, cwd=self.folder.parent, timeout=120
        )
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout, done.stderr

    def backups(self, *words: str) -> tuple[int, str, str]:
        return self.run("backups", *words)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.mark.parametrize(
    ("to", "said"),
    [
        (
            "new-laptop:/",
            "the clan has no machine 'new-laptop'; there are: alice-laptop, shed, vault; a folder of this computer is",
        ),
        ("alice-laptob:/", "did you mean 'alice-laptop'? a folder of this computer is --to ./alice-laptob:/"),
        ("new-laptop:", "--to ./new-laptop:"),
        ("shed:back", "from its root, --to shed:/back; a folder of this computer is --to ./shed:back"),
        ("a\x1b[1m:/", "no machine 'a␛[1m'"),
    ],
)
def test_a_machine_that_the_clan_does_not_have_is_no_folder(home: Home, to: str, said: str) -> None:
    status, out, err = home.backups("restore", *FROM, "--to", to)
    assert (status, out) == (2, "")
    assert said in err
    assert [path.name for path in home.folder.parent.iterdir()] == ["clan"]


@pytest.mark.parametrize("to", ["./new-laptop:", "/srv/new-laptop:/x", "back", ":/x"])
def test_a_folder_may_have_a_colon_in_its_name(home: Home, to: str) -> None:
    status, _, err = home.backups("restore", *FROM, "--to", to)
    assert (status, "no machine" in err) == (3, False)


@pytest.mark.parametrize("words", [("restore", *FROM), ("verify", *FROM), ("prune", "alice-laptop", "--job", "vault")])
def test_lost_secrets_are_told_once_and_nobody_is_sent_to_make_new_ones(home: Home, words: tuple[str, ...]) -> None:
    status, out, err = home.backups(*words)
    assert status == 3
    assert err.count("has not been generated") == 1
    assert "another way" not in err
    assert "get secrets/ and vars/ back from version control" in err
    assert "vars generate" not in err
    if words[0] == "verify":
        assert out.startswith("0 of 2 jobs good, 2 not checked\n")
        assert "not checked: its secrets cannot be read" in " ".join(out.split())


def test_a_lost_identity_is_told_once(tmp_path: Path) -> None:
    home = Home(tmp_path, secrets=True)
    del home.environment["AGE_KEY"]
    status, _, err = home.backups("restore", *FROM)
    assert (status, err.count("no age identity"), "another way" in err) == (3, 1, False)
    assert "a new one decrypts nothing" in err
    assert "keygen" not in err


@with_borg
def test_a_server_that_is_away_is_told_as_such(tmp_path: Path) -> None:
    home = Home(tmp_path, secrets=True, settings="[instances.borgbackup]\nappend_only = true\n")
    status, out, err = home.backups("restore", *FROM, *AWAY)
    assert (status, out, "error[CB462]" in err, "Connection refused" in err) == (4, "", True, True), err

    page = tmp_path / "drill.md"
    status, out, err = home.backups("verify", *FROM, "--job", "vault", *AWAY, "--report", str(page))
    assert (status, "error[CB462]" in err) == (4, True), err
    assert out.startswith("1 job: not checked\n")
    assert "not good" not in out + page.read_text()
    assert "**not checked: could not be reached**" in page.read_text()
    status, out, _ = home.backups("verify", *FROM, "--job", "vault", *AWAY, "--json")
    (job,) = json.loads(out)["machines"][0]["jobs"]
    assert (status, job["good"], job["result"]) == (4, False, "not checked: could not be reached")

    for words in (("--job", "vault"), ("--job", "shed", *AWAY)):  # on its server; from here
        status, _, err = home.backups("prune", "alice-laptop", *words)
        assert (status, "error[CB462]" in err, "--through" in err, "--target-host" in err) == (4, True, True, False), err

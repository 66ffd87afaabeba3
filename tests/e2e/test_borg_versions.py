"""Borg 1.2 and 1.4 side by side: every command of `backups`, whichever of them client, server and operator have."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from clanback.demo import witness
from tests.e2e.clans import LAPTOP_AND_VAULT, LivingClan, borg_1_4, needs_borg_1_4, needs_machines

pytestmark = [pytest.mark.slow, needs_machines, needs_borg_1_4]

OLD, NEW = "the system's", "1.4"


SETTINGS = "[roles.borgbackup.client]\nappend_only = true\n"


def living(folder: Path, *, client: str, server: str, operator: str, modules: dict[str, str] | None = None) -> LivingClan:
    """The clan above with these Borgs, and documents on the laptop."""
    borgs = {"laptop": borg_1_4() if client == NEW else None, "vault": borg_1_4() if server == NEW else None}
    clan = LivingClan(
        folder,
        LAPTOP_AND_VAULT,
        ["laptop", "vault"],
        modules,
        borg=borgs,
        settings="[roles.borgbackup.client]\nappend_only = true\n",
    )
    if operator == NEW:
        Path(clan.folder, "bin", "borg").symlink_to(str(borg_1_4()))
    documents = clan.path("laptop", "/srv/documents")
    (documents / "deep").mkdir(parents=True)
    (documents / "letter").write_text("Dear all\n")
    (documents / "deep" / os.fsdecode(b"bad\xff\nname")).write_bytes(os.urandom(200_000))
    (documents / "link").symlink_to("letter")
    clan.start()
    return clan


@pytest.fixture(
    scope="module",
    params=[
        pytest.param((NEW, OLD, OLD), id="client-1.4"),
        pytest.param((OLD, NEW, NEW), id="server-and-operator-1.4"),
    ],
)
def clan(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivingClan]:
    client, server, operator = request.param
    with living(tmp_path_factory.mktemp("clan"), client=client, server=server, operator=operator) as made:
        yield made


def good(clan: LivingClan, *words: str) -> str:
    done = clan.clanback("backups", *words)
    assert done.status == 0, done.text + done.stderr.decode()
    return done.text


def test_every_command_in_turn(clan: LivingClan, tmp_path: Path) -> None:
    documents = clan.path("laptop", "/srv/documents")
    before = witness.look(str(documents))
    good(clan, "create", "laptop", "--wait")
    (name,) = good(clan, "list", "laptop").splitlines()

    (documents / "letter").unlink()
    good(clan, "restore", "laptop", "borgbackup", name)
    assert witness.differences(before, witness.look(str(documents))) == []

    shown = json.loads(clan.clanback("backups", "status", "laptop", "vault", "--format", "json").text)
    (job,) = shown["machines"][0]["jobs"]
    assert (job["archives"], job["findings"]) == (1, ["CB483"])  # these machines have no clock that starts jobs
    versions = {one["machine"]: one["borg"] for one in shown["machines"]}
    assert {name: version.startswith("1.4.") for name, version in versions.items()} == {
        name: clan.path(name, "/run/current-system/sw/bin/borg").exists() for name in versions
    }
    assert "1 job: good" in good(clan, "verify", "laptop")

    clan.machines["laptop"].stop()
    to = ("restore", "laptop", "--from-repository", "--to", str(tmp_path / "back"))
    try:
        if unsigned(clan):
            refused(clan, "borg upgrade --archives-tam", "prune", "laptop")
            refused(clan, "BORG_WORKAROUNDS=ignore_invalid_archive_tam", *to)
            environment = {**os.environ, **clan.place.environment, "BORG_WORKAROUNDS": "ignore_invalid_archive_tam"}
            call = [sys.executable, "-m", "clanback", "--clan", clan.place.clan, "backups", *to]
            subprocess.run(call, env=environment, capture_output=True, check=True)
        else:
            assert good(clan, "prune", "laptop", "--dry-run") == f"keeps {name.rpartition('::')[2]}\n"
            assert good(clan, "prune", "laptop") == ""
            good(clan, *to)
    finally:
        clan.machines["laptop"].start()
    assert witness.differences(before, witness.look(str(tmp_path / "back/srv/documents"))) == []


def unsigned(clan: LivingClan) -> bool:
    """Whether the client's archives say nothing of who made them, as before Borg 1.2.5 (CVE-2023-36811); later ones mind."""
    if clan.path("laptop", "/run/current-system/sw/bin/borg").exists():
        return False
    said = subprocess.run(["borg", "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(int(part) for part in said.split()[-1].split(".")[:3]) < (1, 2, 5)


def refused(clan: LivingClan, help: str, *words: str) -> None:
    done = clan.clanback("backups", *words)
    assert (done.status, help in done.stderr.decode()) == (3, True), done.stderr.decode()


# ---- warnings and errors -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def telling(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivingClan]:
    """Machines whose Borg 1.4 says with its exit status what was wrong (`BORG_EXIT_CODES=modern`), not only 1 or 2."""
    module = """{
      services.borgbackup.jobs.vault.environment.BORG_EXIT_CODES = "modern";
      clan.core.state.documents.folders = [ "/srv/gone" ];
    }"""
    folder = tmp_path_factory.mktemp("clan")
    with living(folder, client=NEW, server=NEW, operator=NEW, modules={"laptop": module}) as made:
        started = made.ssh("laptop", "systemctl start --wait borgbackup-job-vault.service")
        assert started.returncode == 0, started.stderr
        yield made


def answers(clan: LivingClan, command: str, **request: object) -> dict[str, dict[str, object]]:
    """The last answer of each type."""
    done = clan.ssh("laptop", f"clanback-machine {command}", stdin=json.dumps(request).encode())
    found = {said["type"]: said for said in map(json.loads, done.stdout.splitlines())}
    assert found["end"]["exit"] == done.returncode
    return found


def restored(clan: LivingClan) -> dict[str, dict[str, object]]:
    archive = answers(clan, "list")["archive"]["name"]
    return answers(clan, "restore", archive=archive, paths=["/srv/documents"])


def test_a_warning_is_no_error(telling: LivingClan) -> None:
    run = answers(telling, "status")["job"]["run"]
    assert (run["result"], run["warned"]) == ("success", True)
    told = telling.ssh("laptop", "journalctl -u borgbackup-job-vault").stdout.decode()
    assert "ignoring warning return value 107" in told  # /srv/gone is not there

    documents = telling.path("laptop", "/srv/documents")
    (documents / "letter").unlink()
    (documents / "letter" / "inside").mkdir(parents=True)  # Borg cannot put the file there; the rest comes back
    (documents / "link").unlink()
    said = restored(telling)
    assert (said["restored"]["outcome"], said["end"]["exit"]) == ("warnings", 1)
    assert "letter" in said["restored"]["message"]
    assert (documents / "link").is_symlink()


def test_an_error_is_no_warning(telling: LivingClan) -> None:
    secret = telling.path("laptop", "/run/secrets/vars/per-machine/laptop/borgbackup/borgbackup.repokey")
    right = secret.read_bytes()
    secret.chmod(0o600)
    secret.write_bytes(b"another")
    try:
        assert answers(telling, "list")["error"]["code"] == "passphrase"
    finally:
        secret.write_bytes(right)


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("exec no-such-borg", "no-borg", "not found"),
        ('exec python3 -c "import no_such_module"', "borg", "ModuleNotFoundError: No module named 'no_such_module'"),
    ],
)
def test_a_borg_that_does_not_start_has_not_warned(telling: LivingClan, text: str, code: str, said: str) -> None:
    """A shell that finds no program ends with 127, a Python without its modules with 1: Borg's own warnings have such numbers."""
    archive = answers(telling, "list")["archive"]["name"]
    program = telling.path("laptop", "/run/current-system/sw/bin/borg")
    right = program.read_text()
    program.write_text(f'#!/bin/bash\n[ $1 = extract ] || exec {borg_1_4()} "$@"\n{text}\n')
    try:
        found = answers(telling, "restore", archive=archive, paths=["/srv/documents"])
    finally:
        program.write_text(right)
    assert "restored" not in found
    assert found["error"]["code"] == code
    assert said in found["error"]["message"]
    assert "\n" not in found["error"]["message"]

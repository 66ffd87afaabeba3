"""The ways of secrets to a machine, as real Nix evaluates them and as their scripts really run."""

from __future__ import annotations

import grp
import io
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

from clanback.render.secret_files import render_receive
from tests.nixos.evaluation import HERE, evaluate, rendered

CLAN = """{
  meta.name = "test";
  inventory.machines.a = { };
  inventory.machines.idle = { };
  inventory.instances.sshd.roles.server.machines.a = { };
  inventory.instances.alice = {
    module.name = "users";
    roles.default.machines.a.settings.user = "alice";
    roles.default.machines.a.settings.share = true;
  };
}
"""
HOST_KEY = "per-machine/a/openssh/ssh.id_ed25519"
PASSWORD = "shared/user-password-alice/user-password-hash"
PLACES = {HOST_KEY: f"/run/secrets/vars/{HOST_KEY}", PASSWORD: f"/run/secrets-for-users/vars/{PASSWORD}"}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "clan.nix").write_text(CLAN)
    return tmp_path


def look(repository: Path, secrets: str, expression: str, *, store: Path | None = None, module: str = "{ }") -> Any:
    """The value of an expression over the `config` of machine `a`, rendered with one way of secrets."""
    folder = rendered(repository / "clan.nix", secrets=secrets)
    modules = f"{folder}/a {'' if secrets == 'upload' else HERE / 'ways_of_secrets.nix'} ({module})"
    text = f"""
      let config = ((import {HERE}/facts.nix {{ clans = {{ }}; }}).system {{ imports = [ {modules} ]; }}).config;
      in {expression}
    """
    return evaluate(text, store=store)


def lay_down(repository: Path, name: str) -> None:
    for place in PLACES:
        file = repository / name.format(place=place, file=place.rpartition("/")[2])
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("encrypted")


@pytest.mark.nix
def test_agenix_gets_each_secret_with_its_file_and_place(repository: Path) -> None:
    lay_down(repository, "secrets/clan-vars/{place}/{file}.age")
    age = look(repository, "agenix", "{ inherit (config.age) identityPaths secrets; }")
    assert age["identityPaths"] == ["/var/lib/clanback/secrets/current/age-key.txt"]
    for place, path in PLACES.items():
        secret = age["secrets"][place.replace("/", "-")]
        assert secret["path"] == path
        assert (secret["owner"], secret["group"], secret["mode"]) == ("root", "root", "0400")
    files = look(repository, "agenix", "map (secret: toString secret.file) (builtins.attrValues config.age.secrets)")
    assert files == [f"{repository}/secrets/clan-vars/{place}/{place.rpartition('/')[2]}.age" for place in sorted(PLACES)]


@pytest.mark.nix
def test_sops_nix_gets_each_secret_with_its_file_and_place(repository: Path) -> None:
    lay_down(repository, "vars/{place}/secret")
    shown = (
        "builtins.mapAttrs (_: s: { inherit (s) format path neededForUsers; file = toString s.sopsFile; }) config.sops.secrets"
    )
    assert look(repository, "sops-nix", shown) == {
        f"vars/{place}": {
            "format": "binary",
            "path": path,
            "neededForUsers": place == PASSWORD,
            "file": f"{repository}/vars/{place}/secret",
        }
        for place, path in PLACES.items()
    }
    keys = look(repository, "sops-nix", "{ inherit (config.sops.age) keyFile sshKeyPaths; gpg = config.sops.gnupg.sshKeyPaths; }")
    assert keys == {"keyFile": "/var/lib/clanback/secrets/current/age-key.txt", "sshKeyPaths": [], "gpg": []}


@pytest.mark.nix
@pytest.mark.parametrize(("way", "option"), [("agenix", "age"), ("sops-nix", "sops")])
def test_a_secret_that_was_not_generated_stops_the_evaluation(repository: Path, way: str, option: str) -> None:
    with pytest.raises(AssertionError, match="run clanback vars generate a"):
        look(repository, way, f"config.{option}.secrets")


@pytest.mark.nix
@pytest.mark.parametrize("module", ["{ }", "{ systemd.sysusers.enable = true; }", "{ services.userborn.enable = true; }"])
def test_passwords_are_there_before_users_are_made(repository: Path, module: str) -> None:
    options = "options.systemd.sysusers = opaque; options.services.userborn = opaque;"
    module = f"{{ lib, ... }}: let opaque = lib.mkOption {{ default = {{ }}; }}; in {{ {options} config = {module}; }}"
    shown = """{
      scripts = builtins.mapAttrs (_: script: script.deps or [ ]) config.system.activationScripts;
      units = builtins.mapAttrs (_: unit: unit.before) config.systemd.services;
    }"""
    seen = look(repository, "upload", shown, module=module)
    assert seen["scripts"]["clanbackSecrets"] == ["groups", "users"]
    if "enable" in module:
        assert seen["units"] == {"clanback-secrets-for-users": ["systemd-sysusers.service", "userborn.service"]}
        assert "clanbackSecretsForUsers" not in seen["scripts"]
    else:
        assert seen["units"] == {}
        assert seen["scripts"]["users"] == ["clanbackSecretsForUsers"]
        assert seen["scripts"]["clanbackSecretsForUsers"] == ["specialfs"]


@pytest.mark.nix
def test_when_a_secret_is_there_is_what_the_how_to_says(repository: Path) -> None:
    """`activation` and `partitioning` are clan-core's words; ours come no earlier than the services' secrets."""
    files = " ".join(f'{name}.neededFor = "{name}";' for name in ("users", "services", "activation", "partitioning"))
    module = f"{{ clan.core.vars.generators.mine.files = {{ {files} }}; }}"
    store = repository / "store"
    shown = "with config.system.activationScripts; [ clanbackSecretsForUsers.text clanbackSecrets.text ]"
    early, late = (Path(script).read_text() for script in look(repository, "upload", shown, store=store, module=module))
    assert [name for name in ("users", "services", "activation", "partitioning") if f"mine/{name}" in early] == ["users"]
    assert [name for name in ("users", "services", "activation", "partitioning") if f"mine/{name}" in late] == [
        "services",
        "activation",
        "partitioning",
    ]


@pytest.mark.nix
def test_sops_nix_beside_uploads_is_refused(repository: Path) -> None:
    module = "{ lib, ... }: { options.sops.secrets = lib.mkOption { }; config.sops.secrets.mine = { }; }"
    shown = "builtins.filter (one: !one.assertion) config.assertions"
    assert "render with --secrets sops-nix" in look(repository, "upload", shown, module=module)[0]["message"]
    assert look(repository, "upload", shown) == []


def test_a_machine_without_secrets_imports_nothing_of_it(repository: Path) -> None:
    folder = rendered(repository / "clan.nix")
    assert "secret-files" in (folder / "a/default.nix").read_text()
    assert "secret-files" not in (folder / "idle/default.nix").read_text()
    assert not (rendered(repository / "clan.nix", secrets="clan") / "secret-files.nix").exists()


def receiver(base: Path) -> list[str]:
    return ["sh", "-c", render_receive(), "receive", str(base)]


class Machine:
    """What `vars upload` finds on a machine: the receiving program and the installing scripts, in a folder of the test's own."""

    def __init__(self, repository: Path, place: Path) -> None:
        self.place = place
        self.base = place / "store"
        store = place / "nix"
        shown = "with config.system.activationScripts; [ clanbackSecretsForUsers.text clanbackSecrets.text ]"
        module = '{ clan.core.vars.generators.mine.files.token = { owner = "daemon"; group = "games"; mode = "0440"; }; }'
        self.scripts = look(repository, "upload", shown, store=store, module=module)

    def receive(self, archive: bytes) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(receiver(self.base), input=archive, capture_output=True, check=False)

    def install(self) -> subprocess.CompletedProcess[str]:
        """Both activation scripts, with `/run` and the programs in other places, and without ramfs: no mounts are left behind."""
        status, errors = 0, ""
        for script in self.scripts:
            text = (
                Path(script)
                .read_text()
                .replace("/run/secrets", f"{self.place}/run/secrets")
                .replace("/var/lib/clanback/secrets", str(self.base))
            )
            text = "mount() { false; }\n" + text.replace("\nPATH=/nix", "\nNO_PATH=/nix")
            done = subprocess.run(["bash", "-c", text], capture_output=True, text=True, check=False)
            status, errors = max(status, done.returncode), errors + done.stderr
        return subprocess.CompletedProcess([], status, "", errors)

    def there(self) -> dict[str, str]:
        run = self.place / "run"
        return {f"/run/{path.relative_to(run)}": path.read_text() for path in run.rglob("*") if path.is_file()}


def archive(files: dict[str, str], *, complete: bool = True) -> bytes:
    """What `vars upload` sends."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, text in {**files, **({"COMPLETE": ""} if complete else {})}.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(text), 0o600
            tar.addfile(entry, io.BytesIO(text.encode()))
    return packed.getvalue()


@pytest.fixture
def machine(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return Machine(repository, tmp_path_factory.mktemp("machine"))


ALL = {HOST_KEY: "host key", PASSWORD: "hash", "per-machine/a/mine/token": "token"}
root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files to others")


@pytest.mark.nix
@root
def test_what_was_uploaded_is_laid_down_with_owner_group_and_mode(machine: Machine) -> None:
    assert machine.receive(archive(ALL)).returncode == 0
    assert machine.install().returncode == 0
    token = "/run/secrets/vars/per-machine/a/mine/token"
    assert machine.there() == {path: ALL[place] for place, path in PLACES.items()} | {token: "token"}
    status = (machine.place / token[1:]).stat()
    assert (pwd.getpwuid(status.st_uid).pw_name, grp.getgrgid(status.st_gid).gr_name) == ("daemon", "games")
    assert stat.S_IMODE(status.st_mode) == 0o440
    assert {stat.S_IMODE(path.stat().st_mode) for path in (machine.place / "run/secrets").rglob("*") if path.is_dir()} == {0o751}
    assert stat.S_IMODE(machine.base.stat().st_mode) == 0o700


@pytest.mark.nix
@root
def test_a_missing_secret_is_named_and_keeps_no_other_out(machine: Machine) -> None:
    machine.receive(archive({HOST_KEY: "host key"}))
    done = machine.install()
    assert done.returncode == 1
    assert f"{PASSWORD} is missing: run clanback vars upload a" in done.stderr
    assert list(machine.there().values()) == ["host key"]


@pytest.mark.nix
@root
def test_what_is_no_longer_declared_is_taken_away(machine: Machine) -> None:
    stray = machine.place / "run/secrets/vars/per-machine/a/old/key"
    stray.parent.mkdir(parents=True)
    stray.write_text("old")
    machine.receive(archive(ALL))
    assert machine.install().returncode == 0
    assert not stray.exists()


@pytest.mark.parametrize("broken", [b"", b"no archive", archive(ALL, complete=False), archive(ALL)[:700]])
def test_an_upload_that_breaks_off_leaves_the_secrets_before_it(broken: bytes, tmp_path: Path) -> None:
    machine = Machine.__new__(Machine)
    machine.base = tmp_path / "store"
    assert machine.receive(archive({"a": "before"})).returncode == 0
    assert machine.receive(broken).returncode != 0
    assert (machine.base / "current/a").read_text() == "before"
    assert sorted(path.name.split(".")[0] for path in machine.base.iterdir()) == ["current", "tree"]


def test_an_upload_killed_at_any_moment_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    machine = Machine.__new__(Machine)
    machine.base = tmp_path / "store"
    assert machine.receive(archive({"a": "0"})).returncode == 0
    seen = "0"
    for number in range(1, 41):
        process = subprocess.Popen(
            receiver(machine.base), stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
        )
        assert process.stdin is not None
        process.stdin.write(archive({"a": str(number)}))
        process.stdin.close()
        try:
            process.wait(number * 0.0008)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        now = (machine.base / "current/a").read_text()
        assert now in (seen, str(number))
        seen = now
    assert machine.receive(archive({"a": "last"})).returncode == 0
    assert {path.name.split(".")[0] for path in machine.base.iterdir()} <= {"current", "tree", "next"}
    assert len(list(machine.base.glob("tree.*"))) == 1


@pytest.mark.nix
@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_shellcheck_finds_nothing(machine: Machine) -> None:
    for script in machine.scripts:
        done = subprocess.run(["shellcheck", "--shell=bash", script], capture_output=True, text=True, check=False)
        assert done.stdout == ""
    done = subprocess.run(["shellcheck", "--shell=sh", "-"], input=render_receive(), capture_output=True, text=True, check=False)
    assert done.stdout == ""

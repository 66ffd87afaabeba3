"""The machines that other tests here, and the demo, run on: made of what was rendered, with real sshd and borg."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.clans import LivingClan, needs_machines

pytestmark = [pytest.mark.slow, needs_machines]

CLAN = """{
  meta.name = "home";
  inventory.machines.laptop.deploy.targetHost = "root@HOST(laptop)";
  inventory.machines.vault.deploy.targetHost = "root@HOST(vault)";
  inventory.instances.borgbackup = {
    roles.client.machines.laptop = { };
    roles.server.machines.vault.settings.address = "HOST(vault)";
  };
  inventory.instances.sshd = {
    roles.server.tags.all = { };
    roles.server.settings.authorizedKeys.admin = "KEY";
  };
  inventory.instances.alice = {
    module.name = "users";
    roles.default.machines.laptop = { };
    roles.default.settings.user = "alice";
    roles.default.settings.openssh.authorizedKeys.keys = [ "KEY" ];
  };
  machines.laptop = {
    systemd.tmpfiles.rules = [ "d /home/alice/documents 0750 alice users -" ];
    clan.core.state.documents = {
      folders = [ "/home/alice/documents" ];
      preBackupScript = "echo before >> /var/log/hooks";
      postBackupScript = "echo after >> /var/log/hooks";
    };
  };
}
"""


@pytest.fixture(scope="module")
def clan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivingClan]:
    with LivingClan(tmp_path_factory.mktemp("clan"), CLAN, ["laptop", "vault"]) as made:
        made.start()
        yield made


def test_know_their_names_users_and_programs(clan: LivingClan) -> None:
    said = clan.ssh("laptop", "hostname; whoami; command -v borgbackup-create").stdout.decode().split()
    assert said == ["laptop", "root", "/run/current-system/sw/bin/borgbackup-create"]
    assert clan.ssh("laptop", "pwd", user="alice").stdout == b"/home/alice\n"


def test_have_the_folders_that_tmpfiles_rules_name(clan: LivingClan) -> None:
    assert clan.ssh("laptop", "stat -c '%a %U %G' /home/alice/documents").stdout in (
        b"750 alice users\n",
        b"750 root root\n",  # an ordinary user's machines have one user by all names
    )


def test_let_only_borg_in_with_a_clients_key(clan: LivingClan) -> None:
    key = "/run/secrets/vars/per-machine/laptop/borgbackup/borgbackup.ssh"
    options = "-o StrictHostKeyChecking=no -o IdentitiesOnly=yes"
    done = clan.ssh("laptop", f"timeout 20 ssh -i {key} {options} borg@192.0.2.12 ls / </dev/null")
    assert b"usr" not in done.stdout
    assert b"Permission denied" not in done.stderr


def test_run_jobs_as_rendered(clan: LivingClan) -> None:
    clan.path("laptop", "/home/alice/documents/note").write_text("kept")
    assert clan.ssh("laptop", "borgbackup-create").returncode == 0
    done = clan.ssh("laptop", "systemctl start --wait borgbackup-job-vault.service; journalctl -u borgbackup-job-vault")
    assert done.returncode == 0, done.stdout + done.stderr
    names = [archive["name"] for archive in json.loads(clan.ssh("laptop", "borgbackup-list").stdout)]
    assert all(name.startswith("vault::borg@192.0.2.12:.::laptop-vault-") for name in names)
    assert names
    clan.path("laptop", "/home/alice/documents/note").unlink()
    restored = clan.ssh("laptop", f"NAME={names[0]} FOLDERS=/home/alice/documents borgbackup-restore")
    assert restored.returncode == 0, restored.stderr
    assert clan.path("laptop", "/home/alice/documents/note").read_text() == "kept"
    hooks = clan.path("laptop", "/var/log/hooks").read_text().split()
    assert hooks == ["before", "after"] * (len(hooks) // 2)


def test_leave_nothing_running(tmp_path: Path) -> None:
    with LivingClan(tmp_path, CLAN, ["laptop", "vault"]) as made:
        made.start()
        assert made.ssh("laptop", "true").returncode == 0
        made.machines["laptop"].stop()
        assert made.ssh("laptop", "true").returncode == 255
        made.start()
        assert made.ssh("laptop", "true").returncode == 0
    assert not running_below(str(tmp_path))


def test_end_with_whoever_started_them(tmp_path: Path) -> None:
    """Also when that is killed: sshd reads its configuration in the machine, so we look for the root folder in arguments."""
    program = """if True:
        import sys, time
        from pathlib import Path
        from tests.e2e.clans import LivingClan
        from tests.e2e.test_machines import CLAN
        LivingClan(Path(sys.argv[1]), CLAN, ["laptop", "vault"]).start()
        print("up", flush=True)
        time.sleep(60)"""
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"up\n"
    assert running_below(str(tmp_path))
    process.kill()
    process.wait()
    deadline = time.monotonic() + 10
    while running_below(str(tmp_path)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not running_below(str(tmp_path))


def running_below(folder: str) -> list[str]:
    """Processes whose root is below a folder, or which name it in their arguments."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().decode(errors="replace")
            root = str((process / "root").readlink())
        except OSError:
            continue
        if int(process.name) != os.getpid() and (folder in root or folder in words):
            found.append(words)
    return found

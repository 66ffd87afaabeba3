"""A clan for tests on living machines: client `a` saves to `one`, to `two` where it may only add, and to its own disk."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from typing import TYPE_CHECKING, Any

from tests.e2e.clans import LivingClan

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STATE = """
    clan.core.state.NAME = {
      folders = [ FOLDERS ];
      preBackupScript = "HOOK(pre-backup); while test -e /hold; do sleep 0.05; done";
      postBackupScript = "HOOK(post-backup)";
      preRestoreScript = "HOOK(pre-restore); test ! -e /lock || (mkdir /disk/lock.exclusive; touch /disk/lock.exclusive/HOLDER)";
      postRestoreScript = "HOOK(post-restore)";
    };""".replace("HOLDER", "elsewhere@1.1-0")
STATE = re.sub(r"HOOK\((.*?)\)", r"echo \1 NAME >> /log; test ! -e /fail/\1-NAME", STATE)

CLAN = """{
  meta.name = "home";
  inventory.machines = {
    a.deploy.targetHost = "root@HOST(a)";
    one.deploy.targetHost = "root@HOST(one)";
    two.deploy.targetHost = "root@HOST(two)";
    b = { };
  };
  inventory.instances.borgbackup = {
    roles.client.machines.a.settings.destinations.disk.repo = "/disk";
    roles.client.machines.a.settings.exclude = [ "*.cache" ];
    roles.server.machines.one.settings.address = "HOST(one)";
  };
  inventory.instances.vault = {
    module.name = "borgbackup";
    roles.client.machines = { a = { }; b = { }; };
    roles.server.machines.two.settings.address = "HOST(two)";
  };
  inventory.instances.sshd = {
    roles.server.tags.all = { };
    roles.server.settings.authorizedKeys.admin = "KEY";
  };
  machines.a = {
    networking.hostName = "a";STATES
  };
}
""".replace(
    "STATES",
    "".join(
        STATE.replace("NAME", name).replace("FOLDERS", folders)
        for name, folders in {
            "alpha": '"/srv/alpha"',
            "beta": '"/srv/with:colon" "/srv/alpha/inside" "/srv/gone"',
            "gamma": '"/srv/alpha/"',
        }.items()
    ),
)

SETTINGS = (
    '[instances.vault]\nappend_only = true\nquota = "1G"\n[instances.vault.retention]\nwithin = "1H"\ndaily = 1\nweekly = 0\n'
)


class Clan(LivingClan):
    """The clan above, and short ways to the client."""

    def __init__(self, folder: Path, borg: str | None = None) -> None:
        super().__init__(folder, CLAN, ["a", "one", "two"], borg=borg, settings=SETTINGS)
        self.watch_borg(borg or shutil.which("borg") or "borg")

    def watch_borg(self, real: str) -> None:
        """Have Borg on the client write to /log when it creates or extracts."""
        text = f'#!/bin/bash\ncase $1 in create|extract) echo "borg $1" >>/log ;; esac\nexec {real} "$@"\n'
        program = self.path("a", "/run/current-system/sw/bin/borg")
        program.unlink(missing_ok=True)
        program.write_text(text)
        program.chmod(0o755)

    def run(self, command: str, machine: str = "a") -> str:
        """Run a command that has to succeed; what it prints."""
        done = self.ssh(machine, command)
        assert done.returncode == 0, (done.stdout + done.stderr).decode(errors="replace")
        return done.stdout.decode()

    def ask(self, command: str, machine: str = "a", **request: Any) -> list[dict[str, Any]]:
        """What `clanback-machine` answers."""
        done = self.ssh(machine, f"clanback-machine {command}", stdin=json.dumps(request).encode())
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        assert answers, done.stderr.decode()
        assert answers[-1] == {"format_version": 1, "type": "end", "command": command, "exit": done.returncode}
        return answers

    def one(self, kind: str, command: str, machine: str = "a", **request: Any) -> dict[str, Any]:
        """The only answer of a type."""
        answers = self.ask(command, machine, **request)
        found = [answer for answer in answers if answer["type"] == kind]
        assert len(found) == 1, answers
        return found[0]

    def begin(self, command: str, machine: str = "a") -> subprocess.Popen[bytes]:
        """Start a command over a connection that a test may cut."""
        where = self.neighbourhood.addresses[machine].known_as
        words = [f"{self.place._programs}/ssh", "-o", "StrictHostKeyChecking=accept-new", "-l", "root", "--", where, command]
        environment = {**os.environ, **self.place.environment}
        pipe = subprocess.PIPE
        return subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environment)

    def backup(self, job: str = "disk") -> dict[str, Any]:
        """Run a job to its end."""
        return self.one("finished", "create", jobs=[job], wait=True)

    def newest(self, job: str = "disk") -> str:
        """The name of the newest archive."""
        (found,) = [answer for answer in self.ask("status", jobs=[job]) if answer["type"] == "job"]
        return str(found["newest"]["name"])

    def log(self) -> list[str]:
        """What hooks and borg wrote since the last time, once it stands still."""
        file = self.path("a", "/log")
        lines = file.read_text().splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return lines

    def fail(self, *hooks: str) -> None:
        """From now on exactly these hooks fail."""
        folder = self.path("a", "/fail")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for hook in hooks:
            (folder / hook).touch()


def until(true: Callable[[], object], seconds: float = 30) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)

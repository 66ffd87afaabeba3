"""A clan on which things go wrong: a client whose clock, patience and network tests decide on, and what is true in the end."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from clanback.demo.witness import Seen, differences, look
from clanback.system.processes import Finished
from tests.e2e.clans import LivingClan
from tests.e2e.test_machines import CLAN

IMPATIENT = """#!/bin/bash
# Borg waits for locks as long as a test wants, not for minutes; the clock is the test's.
words=(); last=""
for word; do [[ $last != --lock-wait ]] || word=$(cat /patience 2>/dev/null || echo 1); words+=("$word"); last=$word; done
[[ ! -s /clock ]] || exec /usr/bin/faketime -f "$(</clock)" /usr/bin/borg "${words[@]}"
exec /usr/bin/borg "${words[@]}"
"""
BY_THE_CLOCK = """#!/bin/bash
[[ ! -s /clock ]] || exec /usr/bin/faketime -f "$(</clock)" PROGRAM "$@"
exec PROGRAM "$@"
"""
SLOW = """#!/usr/bin/python3
import os, subprocess, sys, threading, time
if not os.path.exists("/slow"):
    os.execv("/usr/bin/ssh", ["ssh", *sys.argv[1:]])
ssh = subprocess.Popen(["/usr/bin/ssh", *sys.argv[1:]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
def pass_on(one, other):
    while piece := os.read(one, 1 << 15):
        while piece:
            piece = piece[os.write(other, piece):]
        time.sleep(0.02)
    os.close(other)
threading.Thread(target=pass_on, args=(0, ssh.stdin.fileno()), daemon=True).start()
pass_on(ssh.stdout.fileno(), 1)
os._exit(ssh.wait())
"""
PROGRAMS = "/run/current-system/sw/bin"
REPOSITORY = "/var/lib/borgbackup/laptop"
DOCUMENTS = "/home/alice/documents"
PASSPHRASE = "/run/secrets/vars/per-machine/laptop/borgbackup/borgbackup.repokey"


class Clan(LivingClan):
    """`laptop` saves to `vault`. `first` is an archive of `before`, made when all was well."""

    first: str
    before: dict[str, Seen]

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, CLAN, ["laptop", "vault"])
        self.program("borg", IMPATIENT)
        self.program("ssh", SLOW)
        self.program("date", BY_THE_CLOCK.replace("PROGRAM", "/usr/bin/date"))
        real = self.path("laptop", f"{PROGRAMS}/clanback-machine")
        real.rename(real.with_name("the-real-machine"))
        self.program("clanback-machine", BY_THE_CLOCK.replace("PROGRAM", f"{PROGRAMS}/the-real-machine"))
        units = self.path("laptop", "/etc/systemd/units.json")
        known = json.loads(units.read_text())
        known["timers"] = {name: {"LoadState": "loaded", "ActiveState": "active"} for name in known["timers"]}
        units.write_text(json.dumps(known))
        ours = folder / "bin/borg"
        ours.write_text(IMPATIENT)
        ours.chmod(0o755)
        self.start()
        self.documents = self.path("laptop", DOCUMENTS)
        for number in range(12):
            (self.documents / f"file {number}").write_bytes(os.urandom(100_000))
        assert self.backup().returncode == 0
        self.first = self.archives()[-1]
        self.before = look(str(self.documents))

    def program(self, name: str, text: str) -> None:
        file = self.path("laptop", f"{PROGRAMS}/{name}")
        file.unlink(missing_ok=True)
        file.write_text(text)
        file.chmod(0o755)

    @property
    def store(self) -> Path:
        return self.path("vault", REPOSITORY)

    def backups(self, *words: str) -> tuple[int, str, str]:
        """Run a command as the operator: its exit status, what it prints and what it says."""
        done = self.clanback("backups", *words)
        return done.status, done.text, done.stderr.decode()

    def backup(self) -> subprocess.CompletedProcess[bytes]:
        """Run the job to its end, on the machine."""
        return self.ssh(
            "laptop", "systemctl start --wait borgbackup-job-vault.service; r=$?; journalctl -u borgbackup-job-vault; exit $r"
        )

    def borg(self, *words: str, folder: Path | None = None) -> str:
        """Run Borg on the repository from outside of all machines."""
        variables = {"BORG_REPO": str(self.store), "BORG_BASE_DIR": str(self.folder / "outside")}
        variables["BORG_PASSCOMMAND"] = f"cat {self.path('laptop', PASSPHRASE)}"
        variables["BORG_RELOCATED_REPO_ACCESS_IS_OK"] = "yes"
        done = subprocess.run(
            ["/usr/bin/borg", *words], env={**os.environ, **variables}, cwd=folder, capture_output=True, text=True, check=False
        )
        owner = self.path("vault", "/var/lib/borgbackup/laptop").stat()
        for path in (self.store, *self.store.rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def archives(self) -> list[str]:
        """The archives there are, the oldest first."""
        return self.borg("list", "--short").splitlines()

    def name(self, archive: str) -> str:
        """An archive as `list` prints it."""
        return f"vault::borg@{self.neighbourhood.addresses['vault'].known_as}:.::{archive}"

    def goes_on(self, known: list[str]) -> None:
        """The next backup works, and what was there before can be read."""
        done = self.backup()
        assert done.returncode == 0, done.stdout.decode()
        self.nothing_is_lost(known)

    def nothing_is_lost(self, known: list[str]) -> None:
        """All archives are there, and the first holds what it held."""
        assert set(known) <= set(self.archives())
        back = self.folder / "back"
        back.mkdir()
        self.borg("extract", f"::{self.first}", folder=back)
        assert differences(self.before, look(f"{back}{DOCUMENTS}")) == []
        shutil.rmtree(back)

    def begin(self, *words: str) -> Callable[[], tuple[int, str, str]]:
        """Start a command of the operator's; the result waits for its end."""
        found: list[Finished] = []
        runner = threading.Thread(target=lambda: found.append(self.clanback("backups", *words)))
        runner.start()

        def end() -> tuple[int, str, str]:
            runner.join(90)
            return found[0].status, found[0].text, found[0].stderr.decode()

        return end

    def processes(self, machine: str, *words: bytes) -> list[int]:
        """Processes of a machine whose arguments hold one of some words."""
        root, found = str(self.path(machine, "")), []
        for place in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                arguments = (place / "cmdline").read_bytes()
                if str((place / "root").readlink()) == root and any(word in arguments for word in words):
                    found.append(int(place.name))
        return found

    @contextmanager
    def marked(self, name: str, text: str = "yes") -> Iterator[None]:
        """A file in the root of the laptop, for a while."""
        file = self.path("laptop", f"/{name}")
        file.write_text(text)
        try:
            yield
        finally:
            file.unlink()

    @contextmanager
    def locked(self, holder: str = "elsewhere@1.1-0") -> Iterator[Callable[[], None]]:
        """Somebody else holds the lock of the repository; what it yields frees it early."""
        lock = self.store / "lock.exclusive"
        lock.mkdir()
        (lock / holder).touch()
        try:
            yield lambda: shutil.rmtree(lock)
        finally:
            shutil.rmtree(lock, ignore_errors=True)

    @contextmanager
    def small(self, machine: str, folder: str, size: int) -> Iterator[Callable[[], None]]:
        """A folder whose disk has so many bytes left; what it yields makes room. Its content stays."""
        used = sum(file.stat().st_size for file in self.path(machine, folder).rglob("*"))
        self.run(machine, f"mkdir -p /mnt && mount -t tmpfs -o size={used + size} tmpfs /mnt && cp -a {folder}/. /mnt")
        self.run(machine, f"chown --reference {folder} /mnt && chmod --reference {folder} /mnt && mount --bind /mnt {folder}")
        try:
            yield lambda: self.run(machine, "mount -o remount,size=2g /mnt")
        finally:
            self.run(machine, f"umount {folder} && rm -rf {folder}/* && cp -a /mnt/. {folder} && umount /mnt")

    def run(self, machine: str, command: str) -> None:
        """Run a command on a machine that has to succeed."""
        done = self.ssh(machine, command)
        assert done.returncode == 0, done.stderr

    @contextmanager
    def replaced(self, file: Path, text: str) -> Iterator[None]:
        """A file that says something else for a while."""
        kept = file.read_bytes()
        file.write_text(text)
        try:
            yield
        finally:
            file.write_bytes(kept)


def until(true: Callable[[], object], seconds: float = 60) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)

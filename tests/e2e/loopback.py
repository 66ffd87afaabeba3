"""Machines out of processes: for each an sshd on loopback, a folder of its own, and commands on its path.

Everything is real but NixOS: OpenSSH on both sides, Borg, files. Needs root, because sshd lets other users in only then.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")

needed = [
    pytest.mark.slow,
    pytest.mark.skipif(
        None in (SSHD, *(shutil.which(name) for name in ("ssh", "ssh-keygen", "borg"))),
        reason="sshd, ssh-keygen and borg are not all installed (Debian: openssh-server, borgbackup)",
    ),
    pytest.mark.skipif(os.geteuid() != 0, reason="sshd accepts logins of other users only when root starts it"),
]
"""Marks for tests that use these machines."""


def run(*words: str | Path, check: bool = True, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program to its end."""
    done = subprocess.run(
        [str(word) for word in words],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=120,
        check=False,
        errors="surrogateescape",
    )
    assert not check or done.returncode == 0, done.stderr
    return done


def key_pair(path: Path) -> str:
    """Make a key pair, and return its public line."""
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", path.name, "-f", path)
    return path.with_name(f"{path.name}.pub").read_text().strip()


@attrs.define
class Machine:
    """One machine: `bin` comes first on its path, `authorized` are the lines of its authorized_keys."""

    name: str
    folder: Path
    operator: Path
    port: int = 0
    host_key: str = ""
    process: subprocess.Popen[bytes] | None = None
    environment: dict[str, str] = attrs.field(factory=dict)
    greeting: str = ""
    """What its login scripts print before each command."""
    before: str = ""
    """Shell text that runs before each command."""
    startups: str = "500"
    """How many may stand at the door: sshd's MaxStartups."""

    @property
    def bin(self) -> Path:
        """Where its own commands lie."""
        return self.folder / "bin"

    @property
    def target(self) -> str:
        """`deploy.targetHost`, with the operator's key and without trust in what was seen before."""
        trust = f"StrictHostKeyChecking=accept-new&UserKnownHostsFile={self.folder}/known_hosts"
        return f"root@127.0.0.1:{self.port}?IdentityFile={self.operator}&IdentitiesOnly=yes&{trust}"

    def command(self, name: str, text: str) -> None:
        """Give it a command."""
        file = self.bin / name
        file.write_text(text if text.startswith("#!") else f"#!/bin/bash\nset -eu\n{text}")
        file.chmod(0o755)

    def authorize(self, line: str) -> None:
        """Let a key in."""
        with (self.folder / "authorized_keys").open("a") as file:
            file.write(f"{line}\n")

    def start(self) -> None:
        """Start its sshd, as a process that knows a user `borg`, and wait until it listens."""
        (self.folder / "greet").write_text(
            f'#!/bin/bash\n{self.before}\n{self._greets()}\nexec bash -c "$SSH_ORIGINAL_COMMAND"\n'
        )
        (self.folder / "greet").chmod(0o755)
        variables = {"PATH": f"{self.bin}:{os.environ['PATH']}:/usr/sbin", "HOME": str(self.folder), **self.environment}
        settings = " ".join(f'{name}="{value}"' for name, value in variables.items())
        (self.folder / "sshd_config").write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {self.folder}/host\nStrictModes no\nUsePAM no\n"
            f"AuthorizedKeysFile {self.folder}/authorized_keys\nPidFile none\nMaxStartups {self.startups}\nLogLevel VERBOSE\n"
            f"SetEnv {settings}\n"
            + (f"Match User root\nForceCommand {self.folder}/greet\n" if self.greeting or self.before else "")
        )
        Path("/run/sshd").mkdir(exist_ok=True)
        sshd = f"{SSHD} -D -f {self.folder}/sshd_config -E {self.folder}/sshd.log"
        users = self.folder / "passwd"
        users.write_text(Path("/etc/passwd").read_text() + "borg:x:0:0::/root:/bin/bash\n")
        self.process = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", f"mount --bind {users} /etc/passwd && exec {sshd}"], start_new_session=True
        )
        for _ in range(200):
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise AssertionError((self.folder / "sshd.log").read_text())

    def _greets(self) -> str:
        return f"printf '%b' '{self.greeting}'" if self.greeting else ""

    def stop(self) -> None:
        """Switch it off: its sshd and every connection."""
        if self.process is not None:
            for child in descendants(self.process.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def restart(self) -> None:
        """Switch it off and on."""
        self.stop()
        self.start()

    def log(self) -> str:
        """What its sshd wrote down."""
        return (self.folder / "sshd.log").read_text()


def descendants(process: int) -> list[int]:
    """A process with all below it, those below first."""
    found = []
    for path in Path(f"/proc/{process}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in path.read_text().split():
                found += descendants(int(child))
    return [*found, process]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


class Network:
    """Machines, and the operator's computer: a clan, a key, a home of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "operator"
        self.home.mkdir()
        self.clan = folder / "clan"
        self.clan.mkdir()
        self.operator_key = key_pair(self.home / "key")
        self.machines: dict[str, Machine] = {}

    def machine(self, name: str, **more: object) -> Machine:
        """A new machine that runs, and lets the operator in."""
        place = self.folder / name
        (place / "bin").mkdir(parents=True)
        made = Machine(name, place, self.home / "key", free_port(), key_pair(place / "host"), **more)  # type: ignore[arg-type]
        made.authorize(self.operator_key)
        made.start()
        self.machines[name] = made
        return made

    def pin(self, machine: Machine, key: str | None = None) -> None:
        """Let `vars/` know the host key of a machine."""
        value = self.clan / f"vars/per-machine/{machine.name}/openssh/ssh.id_ed25519.pub/value"
        value.parent.mkdir(parents=True, exist_ok=True)
        value.write_text(key or machine.host_key)

    def write(self, text: str) -> None:
        """Write the clan."""
        (self.clan / "clan.nix").write_text(text)

    def clanback(self, *words: str, check: bool = False, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run clanback as the operator does."""
        import sys

        return run(
            sys.executable,
            "-m",
            "clanback",
            "--clan",
            str(self.clan),
            *words,
            check=check,
            **{"XDG_CACHE_HOME": str(self.home / "cache"), "XDG_RUNTIME_DIR": "", "HOME": str(self.home), **environment},
        )

    def stop(self) -> None:
        """Switch everything off."""
        for machine in self.machines.values():
            machine.stop()


@contextlib.contextmanager
def network(folder: Path) -> Iterator[Network]:
    """A network whose machines are switched off when the block is left."""
    made = Network(folder)
    try:
        yield made
    finally:
        made.stop()

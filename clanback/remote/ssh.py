"""Calling the system's `ssh`: argument lists, one connection shared by all calls to a machine, answers told from failures.

The user's ssh_config, agent and jump hosts work as they do by hand. What we add: the pinned host key where the clan knows it,
`BatchMode` unless somebody sits at the terminal, and a control socket in a private folder, gone with the session.
"""

from __future__ import annotations

import contextlib
import enum
import hashlib
import os
import random
import re
import secrets
import tempfile
import threading
import time
from typing import TYPE_CHECKING, Final

import attrs

from clanback.remote.shell import quoted
from clanback.system import processes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import IO

    from clanback.remote.targets import Target
    from clanback.system.processes import Finished

_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")

SSH_FAILED: Final = 255
"""What `ssh` exits with when it could not connect, or lost the connection."""


_PAUSES: Final = (1, 2, 4, 8)
"""Seconds, at most, between attempts to come in at a door where many stand."""


@attrs.frozen
class HostKeys:
    """The keys that a machine may show, as lines of known_hosts(5) under the name `alias`."""

    alias: str
    lines: tuple[str, ...]


class Trouble(enum.Enum):
    """Why there is no answer from a machine."""

    UNREACHABLE = "unreachable"
    HOST_KEY = "host key"
    """It showed a host key that is not the one we know, or none that we do."""
    DENIED = "denied"
    """It let nobody in."""
    LOST = "lost"
    """The connection ended while the command ran; the command may go on."""


class UnreachableError(Exception):
    """A machine could not be reached, or the connection was lost; `reason` is what ssh said, still to be escaped."""

    def __init__(self, target: Target, reason: str, trouble: Trouble = Trouble.UNREACHABLE) -> None:
        super().__init__(f"{target.machine}: {reason}")
        self.target = target
        self.reason = reason
        self.trouble = trouble


class Session:
    """Connections of one run of clanback. `interactive`: ssh may ask the person at the terminal; else it fails instead."""

    def __init__(self, folder: str, *, interactive: bool = False, connect_seconds: int = 20) -> None:
        self._folder = folder
        self._interactive = interactive
        self._connect_seconds = connect_seconds
        self._opened: dict[str, tuple[Target, HostKeys | None]] = {}
        self._mark = f"clanback-{secrets.token_hex(8)}"

    @property
    def folder(self) -> str:
        """A private folder that is gone with the session."""
        return self._folder

    def words(
        self, target: Target, host_keys: HostKeys | None = None, *, shared: bool = True, more: Sequence[tuple[str, str]] = ()
    ) -> list[str]:
        """`ssh` and its options up to the destination; the remote command is still to be added.

        Ours come first (`more` before all), because ssh takes the first value it meets of each option. Not `shared`: no control
        socket.
        """
        options = [word for name, value in more for word in ("-o", f"{name}={value}")]
        options += [] if self._interactive else ["-o", "BatchMode=yes"]
        options += ["-o", f"ConnectTimeout={self._connect_seconds}"]
        options += ["-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=4"]
        if host_keys is not None:
            options += ["-o", "StrictHostKeyChecking=yes", "-o", f"UserKnownHostsFile={self._known_hosts(host_keys)}"]
            options += ["-o", "GlobalKnownHostsFile=/dev/null", "-o", f"HostKeyAlias={host_keys.alias}"]
        if shared:
            options += ["-o", "ControlMaster=auto", "-o", f"ControlPath={self._socket(target)}", "-o", "ControlPersist=60"]
        else:
            options += ["-o", "ControlPath=none"]
        for name, value in target.options:
            options += ["-o", f"{name}={value}"]
        if target.port is not None:
            options += ["-p", str(target.port)]
        return ["ssh", *options, "-T", "-l", target.user, "--", target.host]

    def _socket(self, target: Target) -> str:
        """The control socket of a machine; short, and one for each way to it."""
        return os.path.join(self._folder, hashlib.sha256(repr(target).encode()).hexdigest()[:12])

    def _known_hosts(self, host_keys: HostKeys) -> str:
        path = os.path.join(self._folder, f"known-{hashlib.sha256(repr(host_keys).encode()).hexdigest()[:12]}")
        if not os.path.exists(path):
            fresh = f"{path}.{threading.get_ident()}"
            with open(fresh, "w", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in host_keys.lines)
            os.rename(fresh, path)  # another thread may be reading it
        return path

    def run(
        self,
        target: Target,
        command: Sequence[str],
        *,
        host_keys: HostKeys | None = None,
        stdin: bytes | Callable[[IO[bytes]], None] = b"",
        timeout: float | None = None,
        shared: bool = True,
        on_stdout: Callable[[str], None] | None = None,
        on_stderr: Callable[[str], None] | None = None,
    ) -> Finished:
        """Run a program on the machine; `command` are its words, quoted here for the shell there.

        What login scripts print before it is not part of its output. Raises UnreachableError where ssh fails or `timeout` seconds
        have passed, DiagnosticError CB910 where there is no ssh.
        """
        if shared:
            self._opened.setdefault(self._socket(target), (target, host_keys))
        script = f'printf "%s\\n" {self._mark}; exec "$@"'
        words = [*self.words(target, host_keys, shared=shared), quoted(["sh", "-c", script, "sh", *command])]
        began = threading.Event()

        def listen(line: str) -> None:
            if began.is_set():
                if on_stdout is not None:
                    on_stdout(line)
            elif line.endswith(self._mark):  # a banner may lack its line end
                began.set()

        for pause in (*_PAUSES, None):
            try:
                finished = processes.run(words, stdin=stdin, timeout=timeout, on_stdout=listen, on_stderr=on_stderr)
            except processes.TimedOutError as late:
                trouble = Trouble.LOST if began.is_set() else Trouble.UNREACHABLE
                raise UnreachableError(target, f"no answer within {late.seconds:g} s", trouble) from None
            if pause is None or began.is_set() or callable(stdin) or not _turned_away(finished):
                break
            time.sleep(random.uniform(pause / 2, pause))  # noqa: S311 (not all come back at the same moment)
        if finished.status == SSH_FAILED or finished.status < 0:
            raise UnreachableError(target, finished.complaint or "ssh could not connect", _trouble(finished, began.is_set()))
        _, mark, after = finished.stdout.partition(f"{self._mark}\n".encode())
        return attrs.evolve(finished, stdout=after if mark else finished.stdout)

    def close(self) -> None:
        """End the shared connections."""
        for socket, (target, host_keys) in self._opened.items():
            if os.path.exists(socket):
                words = self.words(target, host_keys)
                with contextlib.suppress(processes.TimedOutError):
                    processes.run([*words[:1], "-O", "exit", *words[1:]], timeout=5)


def _turned_away(finished: Finished) -> bool:
    """Whether an sshd, of the machine or of a jump host, had too many visitors at the door (MaxStartups) to let us in now."""
    said = finished.stderr.decode("utf-8", "replace")
    closed = "kex_exchange_identification: " in said and ("Connection closed by remote host" in said or "reset by peer" in said)
    at_the_door = closed or "Not allowed at this time" in said
    return finished.status == SSH_FAILED and at_the_door and "stdio forwarding failed" not in said


def _trouble(finished: Finished, began: bool) -> Trouble:
    if began:
        return Trouble.LOST
    said = finished.stderr.decode("utf-8", "replace")
    if "Host key verification failed" in said or "REMOTE HOST IDENTIFICATION HAS CHANGED" in said:
        return Trouble.HOST_KEY
    return Trouble.DENIED if "Permission denied" in said or "Too many authentication failures" in said else Trouble.UNREACHABLE


@contextlib.contextmanager
def session(*, interactive: bool = False, connect_seconds: int = 20) -> Iterator[Session]:
    """A session whose private folder and connections are gone when the block is left."""
    base = os.environ.get("XDG_RUNTIME_DIR")
    # A control socket's path may be 104 bytes long: no deep temporary folder.
    around = base if base and len(base) < 40 and os.access(base, os.W_OK) else "/tmp"  # noqa: S108
    with tempfile.TemporaryDirectory(prefix="clanback-", dir=around) as folder:
        opened = Session(folder, interactive=interactive, connect_seconds=connect_seconds)
        try:
            yield opened
        finally:
            opened.close()


def pinned(machine: str, domain: str, keys: Mapping[str, str | None], authority: str | None = None) -> HostKeys | None:
    """The host keys that `vars/` knows of a machine: `keys` are public keys by type (None: not made), `authority` the clan's
    certificate authority. None where nothing is known; then ssh decides as it does by hand."""
    alias = f"{machine}.{domain}"
    if _PLAIN_NAME.fullmatch(alias) is None:  # no name of a host, so no certificate can be for it
        alias = f"clanback-{hashlib.sha256(alias.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"
    lines = [f"{alias} {key.strip()}" for key in keys.values() if key]
    if authority:
        lines.append(f"@cert-authority {alias} {authority.strip()}")
    return HostKeys(alias, tuple(lines)) if lines else None

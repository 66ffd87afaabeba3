"""Calling the system's `ssh`: argument lists, one connection shared by all calls to a machine, answers told from failures.

The user's ssh_config, agent and jump hosts work as they do by hand. What we add: the pinned host key where the clan knows it,
`BatchMode` unless somebody sits at the terminal, and a control socket in a private folder, gone with the session.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from typing import TYPE_CHECKING, Final

import attrs

from clanback.remote.shell import quoted
from clanback.system import processes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from clanback.remote.targets import Target
    from clanback.system.processes import Finished

SSH_FAILED: Final = 255
"""What `ssh` exits with when it could not connect, or lost the connection."""


@attrs.frozen
class HostKeys:
    """The keys that a machine may show, as lines of known_hosts(5) under the name `alias`."""

    alias: str
    lines: tuple[str, ...]


class UnreachableError(Exception):
    """A machine could not be reached, or the connection was lost; `reason` is what ssh said, still to be escaped."""

    def __init__(self, target: Target, reason: str) -> None:
        super().__init__(f"{target.machine}: {reason}")
        self.target = target
        self.reason = reason


class Session:
    """Connections of one run of clanback. `interactive`: ssh may ask the person at the terminal; else it fails instead."""

    def __init__(self, folder: str, *, interactive: bool = False, connect_seconds: int = 20) -> None:
        self._folder = folder
        self._interactive = interactive
        self._connect_seconds = connect_seconds
        self._opened: dict[str, tuple[Target, HostKeys | None]] = {}

    def words(self, target: Target, host_keys: HostKeys | None = None, *, shared: bool = True) -> list[str]:
        """`ssh` and its options up to the destination; the remote command is still to be added.

        Ours come first, because ssh takes the first value it meets of each option. Not `shared`: no control socket.
        """
        options = [] if self._interactive else ["-o", "BatchMode=yes"]
        options += [
            "-o",
            f"ConnectTimeout={self._connect_seconds}",
            "-o",
            "ServerAliveInterval=15",
            "-o",
            "ServerAliveCountMax=4",
        ]
        if host_keys is not None:
            options += ["-o", "StrictHostKeyChecking=yes", "-o", f"UserKnownHostsFile={self._known_hosts(host_keys)}"]
            options += ["-o", "GlobalKnownHostsFile=/dev/null", "-o", f"HostKeyAlias={host_keys.alias}"]
        if shared:
            options += ["-o", "ControlMaster=auto", "-o", f"ControlPath={self._folder}/%C", "-o", "ControlPersist=60"]
        for name, value in target.options:
            options += ["-o", f"{name}={value}"]
        if target.port is not None:
            options += ["-p", str(target.port)]
        return ["ssh", *options, "-T", "-l", target.user, "--", target.host]

    def _known_hosts(self, host_keys: HostKeys) -> str:
        path = os.path.join(self._folder, f"known-{host_keys.alias}")
        if not os.path.exists(path):
            with open(path, "w", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in host_keys.lines)
        return path

    def run(
        self,
        target: Target,
        command: Sequence[str],
        *,
        host_keys: HostKeys | None = None,
        stdin: bytes = b"",
        timeout: float | None = None,
        on_stdout: Callable[[str], None] | None = None,
        on_stderr: Callable[[str], None] | None = None,
    ) -> Finished:
        """Run a program on the machine; `command` are its words, quoted here for the shell there.

        Raises UnreachableError where ssh fails or `timeout` seconds have passed, DiagnosticError CB910 where there is no ssh.
        """
        self._opened.setdefault(target.machine, (target, host_keys))
        words = [*self.words(target, host_keys), quoted(command)]
        try:
            finished = processes.run(words, stdin=stdin, timeout=timeout, on_stdout=on_stdout, on_stderr=on_stderr)
        except processes.TimedOutError as late:
            raise UnreachableError(target, f"no answer within {late.seconds:g} s") from None
        if finished.status == SSH_FAILED:
            raise UnreachableError(target, finished.complaint or "ssh could not connect")
        return finished

    def close(self) -> None:
        """End the shared connections."""
        for target, host_keys in self._opened.values():
            words = self.words(target, host_keys)
            with contextlib.suppress(processes.TimedOutError):
                processes.run([*words[:1], "-O", "exit", *words[1:]], timeout=5)


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
    lines = [f"{alias} {key.strip()}" for key in keys.values() if key]
    if authority:
        lines.append(f"@cert-authority {alias} {authority.strip()}")
    return HostKeys(alias, tuple(lines)) if lines else None

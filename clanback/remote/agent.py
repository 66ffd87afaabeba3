"""An ssh agent of our own for one private key: it comes in through a pipe, lies in no file, and is gone with us."""

from __future__ import annotations

import contextlib
import os
import time
from typing import TYPE_CHECKING, Final

from clanback.diagnostics import DiagnosticError, error
from clanback.system import processes
from clanback.system.background import Background

if TYPE_CHECKING:
    from collections.abc import Iterator

_START_SECONDS: Final = 10.0
_WITH_US: Final = 'ssh-agent -D -t 86400 -a "$1" & agent=$!; cat >/dev/null; kill "$agent"; wait "$agent"'
"""Runs an agent until the pipe from us is closed."""
_NOT_REACHED: Final = 2
"""What `ssh-add` ends with when the agent does not listen (yet)."""


@contextlib.contextmanager
def agent(folder: str, key: bytes, public_key: str) -> Iterator[tuple[tuple[str, str], ...]]:
    """Options of ssh that make it use this key and no other, while the block runs. `folder` is private and goes with the session.

    The agent ends when the pipe between us is closed: also when we are killed. Raises DiagnosticError CB477 for a key
    that is none.
    """
    socket = os.path.join(folder, "agent")
    background = Background(["sh", "-c", _WITH_US, "sh", socket], log=os.path.join(folder, "agent.log"))
    variables = {"SSH_AUTH_SOCK": socket}
    try:
        deadline = time.monotonic() + _START_SECONDS
        whole = key if key.endswith(b"\n") else key + b"\n"
        while True:
            added = processes.run(["ssh-add", "-q", "-"], stdin=whole, more_environment=variables)
            if added.status != _NOT_REACHED:
                break
            if not background.is_running or time.monotonic() > deadline:
                raise DiagnosticError(error("CB910", "ssh-agent does not start", help="see that OpenSSH is installed whole"))
            time.sleep(0.02)
        if added.status != 0:
            raise DiagnosticError(
                error("CB477", "the ssh key of the machine in vars/ is no key", help="restore it from version control")
            )
        path = os.path.join(folder, "client.pub")  # tells ssh which key of the agent to use
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"{public_key.strip()}\n")
        yield (("IdentityAgent", socket), ("IdentitiesOnly", "yes"), ("IdentityFile", path))
    finally:
        if background.is_running:
            with contextlib.suppress(DiagnosticError, processes.TimedOutError):
                processes.run(["ssh-add", "-q", "-D"], more_environment=variables, timeout=5)
        background.end()

"""Machines that run on this computer: a root folder, an sshd on the loopback interface, nothing that outlives us."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import time
from typing import TYPE_CHECKING, Final

from clanback.demo import roots, systems
from clanback.diagnostics import DiagnosticError, error
from clanback.system import files
from clanback.system.background import Background

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Self

    from clanback.demo.roots import Address
    from clanback.demo.systems import System

_START_SECONDS: Final = 20.0


class Machine:
    """One machine. `root` is its root folder as this computer sees it, `address` where its sshd listens."""

    def __init__(self, name: str, folder: str, address: Address, *, borg: str | None = None) -> None:
        self.name = name
        self.root = os.path.join(folder, name)
        self.log = os.path.join(folder, f"{name}.log")
        self.address = address
        self._borg = borg
        self._running: Background | None = None

    def path(self, inside: str) -> str:
        """The path on this computer of a path on the machine."""
        return self.root + inside

    def install(self, system: System, neighbours: Mapping[str, Address], secrets: Mapping[str, bytes]) -> None:
        """Put the system and its secrets (by path on the machine) in place. Data of users and services stay."""
        alone = None if os.geteuid() == 0 else os.geteuid()
        roots.lay_out(self.root, system, self.address, neighbours, alone=alone, borg=self._borg)
        users = roots.accounts(system, alone=alone)
        known = {secret.path: secret for secret in system.secrets}
        for path, content in secrets.items():
            secret = known.get(path)
            files.replace(self.path(path), content, mode=int(secret.mode, 8) if secret else 0o400)
            if secret is not None and secret.owner in users:
                roots.own(self.path(path), users[secret.owner])

    def start(self) -> None:
        """Start it, and wait until it answers. Raises DiagnosticError CB911 where it does not."""
        assert self._running is None
        for place in self._places():
            os.makedirs(self.root + place, exist_ok=True)
            if place.startswith("/root/"):
                os.chmod(f"{self.root}/root", 0o711)  # noqa: S103 (Borg's server, another user, has to get there)
        words = ["unshare", "--mount", "--uts", "--pid", "--fork", "--kill-child=KILL"]
        who = ""
        if os.geteuid() != 0:
            words += ["--user", "--map-root-user"]
            who = f"{os.geteuid()}:{os.getegid()}"
        enter = f"{roots.HERE}/programs/enter.sh"
        self._running = Background([*words, "--", "sh", enter, self.root, self.name, who, *self._places()], log=self.log)
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if not self._running.is_running or time.monotonic() > deadline:
                self.stop()
                raise DiagnosticError(error("CB911", f"the machine {self.name} does not start: {self._complaint()}", help=_HELP))
            time.sleep(0.02)

    def stop(self) -> None:
        """As if somebody pulled the plug."""
        if self._running is not None:
            self._running.end()
            self._running = None

    def destroy(self) -> None:
        """Stop it and remove all it had."""
        self.stop()
        remove(self.root)

    @property
    def is_running(self) -> bool:
        """Whether it has been started and not stopped."""
        return self._running is not None and self._running.is_running

    def _places(self) -> list[str]:
        """What of this computer the machine sees: programs and devices."""
        top = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"]
        folders = [path for path in top if os.path.isdir(path) and not os.path.islink(path)]
        return [
            "/usr",
            *folders,
            "/dev",
            *(path for path in ("/etc/alternatives",) if os.path.isdir(path)),
            *self._places_of_borg(),
        ]

    def _places_of_borg(self) -> list[str]:
        """The virtual environment of a Borg that is not the system's, and the Python it was made with."""
        if self._borg is None:
            return []
        environment = os.path.dirname(os.path.dirname(self._borg))
        python = os.path.realpath(os.path.join(environment, "bin", "python3"))
        return [path for path in (environment, os.path.dirname(os.path.dirname(python))) if not path.startswith("/usr")]

    def _answers(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex((self.address.host, self.address.port)) == 0

    def _complaint(self) -> str:
        with open(self.log, encoding="utf-8", errors="replace") as file:
            lines = [line.strip() for line in file if line.strip()]
        return lines[-1] if lines else "it said nothing"


_HELP: Final = (
    "the demo needs namespaces of mounts and processes (see unshare(1)): run it as root, or where ordinary users may have "
    "namespaces of users"
)


def free_address(number: int) -> Address:
    """An address of the loopback interface, always the same for the same number, with a port that nobody uses.

    A clan knows it by the same number in 192.0.2.0/24, which is kept for examples.
    """
    host = f"127.0.0.{number}"
    with socket.socket() as probe:
        probe.bind((host, 0))
        return roots.Address(f"192.0.2.{number}", host, probe.getsockname()[1])


def remove(folder: str) -> None:
    """Remove a folder and all in it, also where a restore has made folders that may not be written to."""
    for around, _, _ in os.walk(folder):
        with contextlib.suppress(OSError):
            os.chmod(around, 0o700)
    shutil.rmtree(folder, ignore_errors=True)


class Neighbourhood:
    """The machines of one clan, side by side in `folder`; `with` starts none and stops all.

    `borg`: a Borg in a virtual environment, to be used instead of this computer's, on all machines or by name.
    """

    def __init__(self, folder: str, names: Iterable[str], *, borg: str | Mapping[str, str | None] | None = None) -> None:
        self.addresses = {name: free_address(11 + number) for number, name in enumerate(names)}
        borgs = dict.fromkeys(self.addresses, borg) if borg is None or isinstance(borg, str) else borg
        self.machines = {name: Machine(name, folder, address, borg=borgs[name]) for name, address in self.addresses.items()}
        os.makedirs(folder, exist_ok=True)

    def install(
        self,
        rendered: str,
        secrets: Mapping[str, Mapping[str, bytes]],
        modules: Mapping[str, str] | None = None,
        *,
        only: Iterable[str] | None = None,
    ) -> None:
        """Put what was rendered for each machine in place; `secrets` by machine and path, `modules` what a test adds."""
        for name in self.machines if only is None else only:
            system = systems.system_of(os.path.join(rendered, name), (modules or {}).get(name, "{ }"))
            self.machines[name].install(system, self.addresses, secrets.get(name, {}))

    def start(self) -> None:
        """Start all that do not run yet."""
        for machine in self.machines.values():
            if not machine.is_running:
                machine.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for machine in self.machines.values():
            machine.stop()

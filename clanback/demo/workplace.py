"""Where the person sits who administers the clan of the demo: a home, a key, a clan, and how ssh finds the machines.

`ssh` is the system's own, called through a two-line program that gives it a configuration of the demo instead of the user's.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from typing import TYPE_CHECKING, Final

from clanback.diagnostics import DiagnosticError
from clanback.system import files, processes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clanback.demo.roots import Address
    from clanback.system.processes import Finished

OURS: Final = "import sys; sys.path.insert(0, sys.argv.pop(1)); from clanback.cli import main; sys.exit(main())"
"""A Python program that runs our command line from the folder that is its first argument, installed or not."""


class Workplace:
    """A folder with `clan/` (the repository), `home/` and `bin/`."""

    def __init__(self, folder: str, addresses: Mapping[str, Address]) -> None:
        self.home = os.path.join(folder, "home")
        self.clan = os.path.join(folder, "clan")
        self.key = os.path.join(self.home, ".ssh", "id_ed25519")
        self._programs = os.path.join(folder, "bin")
        os.makedirs(os.path.dirname(self.key), mode=0o700)
        os.makedirs(self.clan)
        processes.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "admin", "-f", self.key])
        hosts = [place.ssh_configuration for place in addresses.values()]
        common = f"Host *\n  IdentityFile {self.key}\n  IdentitiesOnly yes\n  UserKnownHostsFile {self.home}/.ssh/known_hosts\n"
        configuration = os.path.join(self.home, ".ssh", "config")
        files.replace(configuration, "".join([*hosts, common]).encode(), mode=0o600)
        ssh = shutil.which("ssh")
        text = f'#!/bin/sh\nexec {shlex.quote(ssh or "/usr/bin/ssh")} -F {shlex.quote(configuration)} "$@"\n'
        files.replace(os.path.join(self._programs, "ssh"), text.encode(), mode=0o755)

    @property
    def public_key(self) -> str:
        """The key that machines let in."""
        with open(f"{self.key}.pub", encoding="utf-8") as file:
            return file.read().strip()

    @property
    def environment(self) -> dict[str, str]:
        """What programs started here get besides the usual."""
        path = f"{self._programs}:{os.environ.get('PATH', os.defpath)}"
        return {"HOME": self.home, "PATH": path, "NO_COLOR": "1", "XDG_CACHE_HOME": f"{self.home}/.cache"}

    def secrets(self, machines: Iterable[str]) -> dict[str, dict[str, bytes]]:
        """Every secret of these machines, by machine and path there, as `vars upload` would bring them."""
        from clanback.stages import follow
        from clanback.vars.recipients import people_of
        from clanback.vars.store import Store

        outcome = follow(self.clan, compat=None, check=False)
        if outcome.inventory is None or outcome.plan is None:
            raise DiagnosticError(*outcome.diagnostics())
        people = people_of(outcome.inventory)
        store = Store(outcome.inventory.directory, outcome.plan, people, environment=self.environment)
        return {name: {one.path: one.content for one in store.deployed(name)} for name in machines}

    def clanback(self, *arguments: str) -> Finished:
        """Run a command of ours in the clan's folder, as a program of its own."""
        root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        return processes.run([sys.executable, "-c", OURS, root, *arguments], more_environment=self.environment, folder=self.clan)

    def ssh(self, user: str, machine: Address, command: str, stdin: bytes = b"") -> Finished:
        """Log in to a machine and run a command there."""
        ssh = os.path.join(self._programs, "ssh")
        options = ["-o", "StrictHostKeyChecking=accept-new", "-o", "LogLevel=ERROR"]
        words = [ssh, *options, "-l", user, "--", machine.known_as, command]
        return processes.run(words, stdin=stdin, more_environment=self.environment)

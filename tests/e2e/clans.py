"""Clans that run on this computer, for tests: keys made, modules rendered, machines started, all with our own commands.

    with LivingClan(tmp_path, TEXT, ["laptop", "vault"]) as clan:
        clan.start()
        clan.clanback("backups", "create", "laptop")
        clan.ssh("laptop", "borgbackup-list")

In the text, `HOST(laptop)` becomes the address by which the machines' ssh_config knows that machine, `ADDRESS(laptop)` and
`PORT(laptop)` where it really listens, and `"KEY"` the public key of who administers them all.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytest

from clanback.demo.machines import Neighbourhood, remove
from clanback.demo.workplace import Workplace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clanback.system.processes import Finished

PROGRAMS = ["ssh", "sshd", "ssh-keygen", "borg", "jq", "flock", "unshare", "age"]
_MISSING = [name for name in PROGRAMS if shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin") is None]
needs_machines = pytest.mark.skipif(
    bool(_MISSING), reason=f"not installed: {', '.join(_MISSING)} (scripts/system_packages.sh installs what tests need)"
)

LAPTOP_AND_VAULT = """{
  meta.name = "home";
  inventory.machines.laptop.deploy.targetHost = "root@HOST(laptop)";
  inventory.machines.vault.deploy.targetHost = "root@HOST(vault)";
  inventory.instances.borgbackup = {
    roles.client.machines.laptop = { };
    roles.server.machines.vault.settings.address = "HOST(vault)";
  };
  inventory.instances.sshd.roles.server.tags.all = { };
  inventory.instances.sshd.roles.server.settings.authorizedKeys.admin = "KEY";
  machines.laptop.clan.core.state.documents.folders = [ "/srv/documents" ];
}
"""
"""A client and its server, both reached by ssh."""


def borg_1_4() -> str | None:
    """Borg 1.4 as scripts/borg_1_4.sh installs it, or what `CLANBACK_BORG` names; None where it is not there."""
    place = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "clanback/borg-1.4/bin/borg"
    return os.environ.get("CLANBACK_BORG") or (str(place) if place.exists() else None)


needs_borg_1_4 = pytest.mark.skipif(borg_1_4() is None, reason="Borg 1.4 is not installed (scripts/borg_1_4.sh)")


def borgs() -> list[object]:
    """This computer's Borg, and 1.4."""
    return [pytest.param(None, id="borg"), pytest.param(borg_1_4(), id="borg-1.4", marks=needs_borg_1_4)]


class LivingClan:
    """A clan in `folder`: `clan/` is the repository, `machines/` holds the roots, `home/` is the administrator's."""

    def __init__(
        self,
        folder: Path,
        text: str,
        names: Iterable[str],
        modules: Mapping[str, str] | None = None,
        *,
        borg: str | Mapping[str, str | None] | None = None,
        settings: str = "",
    ) -> None:
        self.names = list(names)
        self.modules = dict(modules or {})
        folder.chmod(0o711)  # users of the machines reach their homes through it
        self.folder = folder
        self.neighbourhood = Neighbourhood(str(folder / "machines"), self.names, borg=borg)
        self.machines = self.neighbourhood.machines
        self.place = Workplace(str(folder), self.neighbourhood.addresses)
        self.repository = Path(self.place.clan)
        text = re.sub(r"\bHOST\(([a-z0-9-]+)\)", lambda found: self.neighbourhood.addresses[found[1]].known_as, text)
        text = re.sub(r"\bADDRESS\(([a-z0-9-]+)\)", lambda found: self.neighbourhood.addresses[found[1]].host, text)
        text = re.sub(r"\bPORT\(([a-z0-9-]+)\)", lambda found: str(self.neighbourhood.addresses[found[1]].port), text)
        (self.repository / "clan.nix").write_text(text.replace('"KEY"', f'"{self.place.public_key}"'))
        (self.repository / "clanback.toml").write_text(settings)
        self.deploy()

    def deploy(self) -> None:
        """Make keys that are missing, render, and put the modules' meaning on the machines: `nixos-rebuild switch`."""
        for command in (["vars", "generate"], ["render"]):
            done = self.clanback(*command)
            assert done.status == 0, done.stderr.decode()
        self.neighbourhood.install(str(self.repository / "generated"), self.place.secrets(self.names), self.modules)

    def start(self) -> None:
        self.neighbourhood.start()

    def clanback(self, *arguments: str) -> Finished:
        """Run a command of ours as the administrator does."""
        return self.place.clanback(*arguments)

    def ssh(self, machine: str, command: str, *, user: str = "root", stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run a command on a machine, over its sshd."""
        done = self.place.ssh(user, self.neighbourhood.addresses[machine], command, stdin)
        return subprocess.CompletedProcess(command, done.status, done.stdout, done.stderr)

    def path(self, machine: str, inside: str) -> Path:
        """The path on this computer of a path on a machine."""
        return Path(self.machines[machine].path(inside))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.neighbourhood.__exit__()
        remove(str(self.folder / "machines"))

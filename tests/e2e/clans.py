"""Clans that run on this computer, for tests: `clan.nix` with addresses filled in, keys made, modules rendered, machines started.

    with LivingClan(tmp_path, TEXT, ["laptop", "vault"]) as clan:
        clan.start()
        clan.ssh("laptop", "borgbackup-create")

In the text, `TARGET(laptop)` becomes `root@127.0.0.11:40123`, `HOST(laptop)` its address alone, `"KEY"` the public key of who
administers it. Keys of machines are made here with ssh-keygen, so that tests of backups need nothing of `vars`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytest

from clanback import inventory, render, services
from clanback.demo.machines import Neighbourhood, remove
from clanback.render import variable_inputs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PROGRAMS = ["ssh", "sshd", "ssh-keygen", "borg", "jq", "flock", "unshare"]
_MISSING = [name for name in PROGRAMS if shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin") is None]
needs_machines = pytest.mark.skipif(
    bool(_MISSING), reason=f"not installed: {', '.join(_MISSING)} (scripts/system_packages.sh installs what tests need)"
)


class LivingClan:
    """A clan in `folder`: `clan/` is the repository, `machines/` holds the roots, `keys/` the private keys."""

    def __init__(self, folder: Path, text: str, names: Iterable[str], modules: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.repository = folder / "clan"
        self.repository.mkdir(parents=True)
        self.names = list(names)
        self.neighbourhood = Neighbourhood(str(folder / "machines"), self.names)
        self.machines = self.neighbourhood.machines
        self.modules = dict(modules or {})
        self.secrets: dict[str, dict[str, bytes]] = {name: {} for name in self.names}
        self.admin_key = self._keygen("admin")
        (self.repository / "clan.nix").write_text(self._filled_in(text))
        self._make_keys()
        self.deploy()

    def _filled_in(self, text: str) -> str:
        def address(found: re.Match[str]) -> str:
            place = self.neighbourhood.addresses[found[2]]
            return f"root@{place.host}:{place.port}" if found[1] == "TARGET" else place.host

        text = re.sub(r"\b(TARGET|HOST)\(([a-z0-9-]+)\)", address, text)
        return text.replace('"KEY"', f'"{self.admin_key.with_suffix(".pub").read_text().strip()}"')

    def _keygen(self, name: str) -> Path:
        path = self.folder / "keys" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path], check=True)
        return path

    def _make_keys(self) -> None:
        """A host key with a certificate for each machine, a key and a passphrase for each client."""
        authority = self._keygen("openssh-ca")
        self._publish("shared/openssh-ca/id_ed25519.pub", Path(f"{authority}.pub"))
        for name in self.names:
            for generator, file in (("openssh", "ssh.id_ed25519"), ("borgbackup", "borgbackup.ssh")):
                private = self._keygen(f"{name}-{generator}")
                self._publish(f"per-machine/{name}/{generator}/{file}.pub", Path(f"{private}.pub"))
                self.secrets[name][f"/run/secrets/vars/per-machine/{name}/{generator}/{file}"] = private.read_bytes()
            host_key = f"{self.folder}/keys/{name}-openssh"
            sign = ["ssh-keygen", "-q", "-h", "-s", authority, "-I", name, "-n", f"{name},{name}.clan", f"{host_key}.pub"]
            subprocess.run(sign, check=True)
            self._publish(f"per-machine/{name}/openssh-cert/ssh.id_ed25519-cert.pub", Path(f"{host_key}-cert.pub"))
            passphrase = f"/run/secrets/vars/per-machine/{name}/borgbackup/borgbackup.repokey"
            self.secrets[name][passphrase] = os.urandom(24).hex().encode()

    def _publish(self, place: str, source: Path) -> None:
        """Put a public value into the repository."""
        value = self.repository / "vars" / place / "value"
        value.parent.mkdir(parents=True)
        shutil.copy(source, value)

    def deploy(self) -> None:
        """Render the clan and put the modules' meaning on the machines: `nixos-rebuild switch`."""
        config = inventory.load(str(self.repository))
        plan = services.plan(inventory.resolve(config, services.INTERFACES))
        out = str(self.repository / "generated")
        render.write(out, render.render(plan), variable_inputs(plan, config.root), root=config.root)
        self.neighbourhood.install(out, self.secrets, self.modules)

    def start(self) -> None:
        self.neighbourhood.start()

    def ssh(self, machine: str, command: str, *, user: str = "root", stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run a command on a machine, over its sshd."""
        place = self.neighbourhood.addresses[machine]
        options = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"]
        options += ["-o", "IdentitiesOnly=yes", "-i", str(self.admin_key), "-p", str(place.port)]
        words = ["ssh", *options, f"{user}@{place.host}", command]
        return subprocess.run(words, input=stdin, capture_output=True, check=False, timeout=120)

    def path(self, machine: str, inside: str) -> Path:
        """The path on this computer of a path on a machine."""
        return Path(self.machines[machine].path(inside))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.neighbourhood.__exit__()
        remove(str(self.folder / "machines"))

"""The root folder of a machine: everything in it that is the machine's own, laid down as NixOS would.

What comes from this computer (programs, devices) is mounted into it when the machine starts; see `programs/enter.sh`.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
from typing import TYPE_CHECKING, Final

import attrs

from clanback.system import files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clanback.demo.systems import System

HERE: Final = os.path.dirname(os.path.abspath(__file__))
PROGRAMS: Final = "/run/current-system/sw/bin"
LOGIN_PATH: Final = f"/run/wrappers/bin:{PROGRAMS}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
_FAKE_PACKAGE: Final = re.compile(r"/nix/store/0{32}-[A-Za-z0-9+._-]+")
_FOLDERS: Final = {
    **dict.fromkeys(["dev", "proc", "etc/demo", "home", "run/lock", "run/sshd", "run/wrappers/bin", "nix/store"], 0o755),
    **dict.fromkeys(["var/lib", "var/log", "var/empty", "usr", PROGRAMS[1:], "etc/ssh/authorized_keys.d"], 0o755),
    **dict.fromkeys(["tmp", "var/tmp"], 0o1777),
    "root": 0o700,
}


@attrs.frozen
class Account:
    """A user of a machine; where all its processes belong to one user of this computer, all users have that number."""

    name: str
    number: int
    group: int
    home: str


@attrs.frozen
class Address:
    """Where a machine's sshd listens, on the loopback interface of this computer, and the address that its clan knows it by."""

    known_as: str
    host: str
    port: int

    @property
    def ssh_configuration(self) -> str:
        """The lines of ssh_config(5) that lead there: a machine has an address of its own and the usual port elsewhere."""
        return f"Host {self.known_as}\n  HostName {self.host}\n  Port {self.port}\n"


def accounts(system: System, *, alone: int | None) -> dict[str, Account]:
    """The users of a machine. `alone`: the only user there can be, because an ordinary user has no others."""
    made = {"root": Account("root", 0, 0, "/root"), "sshd": Account("sshd", 74, 74, "/var/empty")}
    made["nobody"] = Account("nobody", 65534, 65534, "/var/empty")
    for number, (name, user) in enumerate(sorted(system.users.items())):
        if name not in made:
            home = f"/home/{name}" if user["normal"] else f"/var/lib/{name}"
            made[name] = Account(name, 1000 + number, 100 if user["normal"] else 1000 + number, home)
    if alone is not None:
        made = {name: attrs.evolve(account, number=alone, group=alone) for name, account in made.items()}
    return made


def own(folder: str, account: Account) -> None:
    """Give a path to a user of the machine, where we may."""
    if os.geteuid() == 0:
        os.chown(folder, account.number, account.group, follow_symlinks=False)


def lay_out(
    root: str,
    system: System,
    address: Address,
    neighbours: Mapping[str, Address],
    *,
    alone: int | None,
    borg: str | None = None,
) -> None:
    """Make or renew what NixOS makes of a machine; the data of users and services are left as they are.

    `borg`: the program to use instead of this computer's.
    """
    for folder, mode in _FOLDERS.items():
        os.makedirs(f"{root}/{folder}", exist_ok=True)
        os.chmod(f"{root}/{folder}", mode)
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        if os.path.islink(f"/{name}") and not os.path.lexists(f"{root}/{name}"):
            os.symlink(os.readlink(f"/{name}"), f"{root}/{name}")
    users = accounts(system, alone=alone)
    _write_etc(root, system, users)
    _write_ssh(root, system, address, neighbours)
    _write_programs(root, system, borg)
    for account in users.values():
        if account.home not in ("/var/empty", "/root"):
            os.makedirs(root + account.home, exist_ok=True)
            own(root + account.home, account)


def _write(root: str, path: str, text: str, mode: int = 0o644) -> None:
    files.replace(f"{root}/{path}", text.encode("utf-8", "surrogateescape"), mode=mode)


def _write_etc(root: str, system: System, users: Mapping[str, Account]) -> None:
    alone = len({account.number for account in users.values()}) == 1
    group = users["root"].group
    groups = {"root": group, "users": group if alone else 100, "nogroup": group if alone else 65534}
    groups |= {account.name: account.group for account in users.values() if account.name not in groups}
    people = [f"{one.name}:*:{one.number}:{one.group}::{one.home}:/bin/bash" for one in users.values()]
    _write(root, "etc/passwd", "".join(f"{line}\n" for line in people))
    _write(root, "etc/group", "".join(f"{name}:x:{number}:\n" for name, number in groups.items()))
    _write(root, "etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n")
    _write(root, "etc/hosts", f"127.0.0.1 localhost\n127.0.0.1 {system.name}\n")
    _write(root, "etc/demo/tmpfiles", "".join(f"{rule}\n" for rule in system.tmpfiles))
    made = [["install", "-d", "-m", "0700", "-o", one["user"], "-g", one["group"], one["path"]] for one in system.repositories]
    _write(root, "etc/demo/repositories", "".join(f"{shlex.join(words)}\n" for words in made))
    for path, text in system.etc.items():
        _write(root, f"etc/{path}", text)
    for path in ("/etc/ld.so.cache", "/etc/localtime"):
        if os.path.exists(path):
            shutil.copyfile(path, root + path)


def _write_ssh(root: str, system: System, address: Address, neighbours: Mapping[str, Address]) -> None:
    keys = {name: user["keys"] for name, user in system.users.items() if user["keys"]}
    shutil.rmtree(f"{root}/etc/ssh/authorized_keys.d")
    os.mkdir(f"{root}/etc/ssh/authorized_keys.d", 0o755)
    for name, lines in keys.items():
        _write(root, f"etc/ssh/authorized_keys.d/{name}", "".join(f"{line.rstrip()}\n" for line in lines))
    ports = [other.ssh_configuration for other in neighbours.values()]
    _write(root, "etc/ssh/ssh_config", "".join([*ports, "Host *\n  GlobalKnownHostsFile /etc/ssh/ssh_known_hosts\n"]))
    marked = [
        f"{'@cert-authority ' if host['certAuthority'] else ''}{','.join(host['hostNames'])} {host['publicKey'].strip()}\n"
        for host in system.known_hosts
    ]
    _write(root, "etc/ssh/ssh_known_hosts", "".join(marked))
    settings = {
        **{name: _sshd_word(value) for name, value in system.sshd["settings"].items() if value is not None},
        "Port": str(address.port),
        "ListenAddress": address.host,
        "AuthorizedKeysFile": "/etc/ssh/authorized_keys.d/%u",
        "StrictModes": "no",
        "UsePAM": "no",
        "PidFile": "none",
        "SetEnv": f'"PATH={LOGIN_PATH}"',
    }
    lines = [f"{name} {value}\n" for name, value in settings.items()]
    lines += [f"HostKey {path}\n" for path in system.sshd["hostKeys"]]
    if system.sshd["enable"]:
        _write(root, "etc/ssh/sshd_config", "".join(lines))


def _sshd_word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _write_programs(root: str, system: System, borg: str | None) -> None:
    shutil.rmtree(f"{root}/nix/store")
    os.makedirs(f"{root}/nix/store")
    shutil.rmtree(root + PROGRAMS)
    os.makedirs(root + PROGRAMS)
    for name, text in system.commands.items():
        _write(root, f"{PROGRAMS}/{name}", _with_bash(text), 0o755)
    for path, text in system.store.items():
        _write(root, path, text, 0o555)
    if borg is not None:
        _write(root, f"{PROGRAMS}/borg", f'#!/bin/bash\nexec {shlex.quote(borg)} "$@"\n', 0o755)
    stand_in = _text("systemctl.py")
    for name in ("systemctl", "journalctl"):
        _write(root, f"{PROGRAMS}/{name}", stand_in, 0o755)
    _write(root, "etc/systemd/units.json", json.dumps({"services": system.units, "timers": system.timers}))
    _write(root, "etc/demo/boot", _text("boot.sh"))
    texts = [*system.commands.values(), *system.store.values(), json.dumps(system.units)]
    for package in {found for text in texts for found in _FAKE_PACKAGE.findall(text)}:
        os.makedirs(root + package)
        os.symlink(PROGRAMS if borg is not None and package.endswith("-borgbackup") else "/usr/bin", f"{root}{package}/bin")


def _with_bash(text: str) -> str:
    """A program of the stand-in's packages, whose first line names any shell."""
    return re.sub(r"\A#!/bin/sh\n", "#!/bin/bash\n", text)


def _text(name: str) -> str:
    with open(f"{HERE}/programs/{name}", encoding="utf-8") as file:
        return file.read()

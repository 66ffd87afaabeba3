"""Who can log in: public keys that are none, machines that nobody reaches, services on machines they are not made for."""

from __future__ import annotations

import binascii
import os
from typing import TYPE_CHECKING

from clanback.checks.addresses import host_problem
from clanback.checks.findings import Findings, listed, members
from clanback.checks.placeholders import is_placeholder
from clanback.diagnostics import Severity, Source, Span, warning
from clanback.inventory.model import RepositoryPath
from clanback.services import sshd, users

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clanback.checks.places import Places
    from clanback.diagnostics import Diagnostic
    from clanback.inventory.model import Inventory
    from clanback.plan.model import MachinePlan, Plan

_TYPES = (
    *("ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-dss"),
    *("sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"),
)
KEY_TYPES = frozenset((*_TYPES, *(f"{name.removesuffix('@openssh.com')}-cert-v01@openssh.com" for name in _TYPES)))
"""The kinds of keys that OpenSSH knows; the name is repeated inside the key."""
_PARTS_OF_KEYS = {
    "ssh-ed25519": 1,
    "ssh-rsa": 2,
    "ssh-dss": 4,
    "sk-ssh-ed25519": 2,
    "sk-ecdsa-sha2-nistp256": 3,
    **dict.fromkeys(("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"), 2),
}
"""How many fields a key has after its type."""


def check(inventory: Inventory, plan: Plan, places: Places) -> Iterator[Diagnostic]:
    """All findings of this family."""
    found = Findings()
    for instance, machine, settings in members(inventory, users.INTERFACE.name, "default"):
        for key in ((settings.get("openssh") or {}).get("authorizedKeys") or {}).get("keys") or ():
            span = places.of_setting(instance.name, "default", machine.name, "openssh.authorizedKeys.keys")
            _judge(key, span, machine.name, f"a key of instance {instance.name} for ", found)
        for file in ((settings.get("openssh") or {}).get("authorizedKeys") or {}).get("keyFiles") or ():
            if isinstance(file, RepositoryPath):
                span = places.of_setting(instance.name, "default", machine.name, "openssh.authorizedKeys.keyFiles")
                _judge_file(inventory.root, file.path, span, machine.name, found)
    for instance, machine, settings in members(inventory, sshd.INTERFACE.name, "server"):
        for name, key in sorted((settings.get("authorizedKeys") or {}).items()):
            span = places.of_setting(instance.name, "server", machine.name, f"authorizedKeys.{name}")
            _judge(key, span, machine.name, f"key {name} of instance {instance.name} for ", found)
    _search_domains(inventory, places, found)
    _not_nixos(inventory, places, found)
    yield from found
    for planned in plan.machines.values():
        if _locked_out(planned, inventory.machines[planned.name].root_keys):
            yield warning(
                "CB304",
                f"nobody can log in to {planned.name}: neither root nor a user in the group wheel has a password or a key",
                places.span(planned.place),
                help='add a user of the users service with `groups = [ "wheel" ]`, or keys for root with the sshd service',
            )


def _judge_file(root: str, name: str, span: Span | None, machine: str, found: Findings) -> None:
    """A file with keys, one a line."""
    path = os.path.realpath(f"{root}/{name}")
    try:
        if not (path + "/").startswith(os.path.realpath(root) + "/"):
            return  # a link that leads out of the repository: nothing outside is read
        if os.path.lexists(path) and not os.path.isfile(path):
            raise IsADirectoryError(0, "it is no file")
        with open(path, encoding="utf-8", errors="replace", newline="") as file:
            source = Source(name, file.read(1 << 20), f"{root}/{name}")
    except OSError as problem:
        found.add(
            "CB458",
            Severity.ERROR,
            span,
            machine,
            ("the file with keys for ", f" cannot be read, {name}: {(problem.strerror or 'it is unreadable').lower()}"),
            help="put the public key there, the file whose name ends in `.pub`",
        )
        return
    at = 0
    for line in source.text.split("\n"):
        if line.strip() and not line.lstrip().startswith("#"):
            _judge(line, Span(source, at, at + len(line)), machine, f"a line of {name} for ", found)
        at += len(line) + 1


def _judge(key: object, span: Span | None, machine: str, subject: str, found: Findings) -> None:
    if isinstance(key, str) and not is_placeholder(key) and (why := key_problem(key)) is not None:
        found.add(
            "CB302",
            Severity.ERROR,
            span,
            machine,
            (subject, f" is not a public key: {why}"),
            help="paste the one line of the file whose name ends in `.pub`, whole: `ssh-ed25519 AAAA… comment`",
        )


def key_problem(key: str) -> str | None:
    """What keeps a text from being a line of `authorized_keys` (options, type, key, comment); None if nothing does."""
    line = key.strip()
    if not line:
        return "it is empty"
    if "\n" in line:
        return "it has more than one line"
    if "PRIVATE KEY" in line:
        return "it is a private key"
    words = line.split()
    at = next((n for n, word in enumerate(words) if word in KEY_TYPES), None)
    if at is None:
        return f"it names no type of key, such as {_TYPES[0]}"
    if at + 1 == len(words):
        return "the key itself is missing"
    try:
        blob = binascii.a2b_base64(words[at + 1], strict_mode=True)
    except (binascii.Error, ValueError):
        return "its key is not base64, or cut off"
    length = int.from_bytes(blob[:4], "big")
    if len(blob) < 4 or blob[4 : 4 + length] != words[at].encode():
        return f"its key is not one of type {words[at]}, or cut off"
    return None if _is_whole(blob, words[at]) else "its key is cut off"


def _is_whole(blob: bytes, kind: str) -> bool:
    """Whether the fields of a key or a certificate, each but numbers with its length before it, end where the text ends."""
    plain, certificate, _ = kind.removesuffix("@openssh.com").partition("-cert-v01")
    parts = _PARTS_OF_KEYS[plain]
    # A certificate (PROTOCOL.certkeys): type, nonce and the key; serial and kind; name and hosts; two times; five more.
    numbers = {parts + 2: 12, parts + 4: 16} if certificate else {}
    whole = parts + (9 if certificate else 1)
    at = fields = 0
    while at < len(blob):
        at += numbers.pop(fields, 0)
        if at + 4 > len(blob):
            return False
        at += 4 + int.from_bytes(blob[at : at + 4], "big")
        fields += 1
    return at == len(blob) and fields == whole


def _search_domains(inventory: Inventory, places: Places, found: Findings) -> None:
    for role in ("server", "client"):
        for instance, machine, settings in members(inventory, sshd.INTERFACE.name, role):
            for domain in (settings.get("certificate") or {}).get("searchDomains") or ():
                why = host_problem(domain) if isinstance(domain, str) and not is_placeholder(domain) else None
                if why is not None:
                    found.add(
                        "CB459",
                        Severity.WARNING,
                        places.of_setting(instance.name, role, machine.name, "certificate.searchDomains"),
                        machine.name,
                        (f"“{domain}” is no domain that the certificate of ", f" could be about: {why}"),
                        help="write the part of host names behind the first dot, `home.example`",
                    )


def _not_nixos(inventory: Inventory, places: Places, found: Findings) -> None:
    for instance in inventory.instances.values():
        for role in () if instance.opaque else instance.roles.values():
            for name in role.members:
                machine = inventory.machines.get(name)
                if machine is not None and machine.machine_class != "nixos":
                    found.add(
                        "CB305",
                        Severity.WARNING,
                        places.of_setting(instance.name, role.name, name),
                        name,
                        (f"service {instance.service} is made for NixOS; nothing of it is rendered for ", ""),
                        help=f"leave {listed([name])} out of role {role.name}, or list the tag `nixos` instead of `all`",
                    )


def _locked_out(machine: MachinePlan, root_keys: tuple[str, ...]) -> bool:
    """Whether NixOS would refuse the machine for that; only said where no module of the machine's own may let someone in."""
    if machine.mutable_users is not False or root_keys or machine.modules.rest or machine.extra_modules:
        return False
    if machine.sshd is not None and machine.sshd.root_keys:
        return False
    return not any(user.name == "root" or "wheel" in user.groups for user in machine.users.values())

"""Small inventories, made by hand."""

from __future__ import annotations

from typing import Any

from clanback.inventory.model import Instance, Inventory, Machine, Meta, Role, StateEntry, UnknownText
from clanback.services import INTERFACES

CLIENT = {"startAt": "*-*-* 01:00:00", "exclude": [], "destinations": {}}
SERVER = {"address": None, "directory": "/var/lib/borgbackup"}
USER = {
    "user": None,
    "systemUser": True,
    "prompt": True,
    "groups": [],
    "share": False,
    "identity": {},
    "openssh": {"authorizedKeys": {"keys": [], "keyFiles": []}},
}
SSHD_SERVER = {
    "authorizedKeys": {},
    "generateRootKey": False,
    "hostKeys": {"rsa": {"enable": False}},
    "certificate": {"enable": True, "searchDomains": []},
}
SSHD_CLIENT = {"certificate": {"searchDomains": []}}
DEFAULTS = {
    ("borgbackup", "client"): CLIENT,
    ("borgbackup", "server"): SERVER,
    ("users", "default"): USER,
    ("sshd", "server"): SSHD_SERVER,
    ("sshd", "client"): SSHD_CLIENT,
}


def state(name: str = "data", *folders: str, unknown: tuple[str, ...] = (), **hooks: str) -> StateEntry:
    return StateEntry(name, folders, tuple(UnknownText(text, "NixOS knows") for text in unknown), hooks)


def machine(name: str, *entries: StateEntry, **more: Any) -> Machine:
    return Machine(name, ("all", "nixos"), state={entry.name: entry for entry in entries}, **more)


def instance(service: str, name: str | None = None, /, **roles: dict[str, dict[str, Any]]) -> Instance:
    """`instance("borgbackup", client={"a": {"startAt": "02:00"}}, server={"srv": {}})`, defaults filled in."""
    known = service in INTERFACES
    made = {
        role: Role(role, {m: {**DEFAULTS[service, role], **settings} if known else None for m, settings in members.items()})
        for role, members in roles.items()
    }
    return Instance(name or service, service, None, not known, made)


def clan(machines: list[Machine], *instances: Instance, **more: Any) -> Inventory:
    names = tuple(m.name for m in machines)
    return Inventory(
        "/repository",
        Meta("test", "test.lol"),
        {"all": names},
        {m.name: m for m in machines},
        {i.name: i for i in instances},
        **more,
    )

"""What may stand at a place of the clan: the options of its schema, of the services, and of a machine's state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from clanback.inventory.machine_modules.facts import HOOKS
from clanback.inventory.schema import clan_options
from clanback.modules import types
from clanback.modules.interface import Option, OptionSet
from clanback.modules.walking import Declared, at
from clanback.nix.values import Attrs
from clanback.services import INTERFACES

if TYPE_CHECKING:
    from clanback.editor.outline import Path
    from clanback.inventory.model import Inventory

_STATE = OptionSet(
    {
        "folders": Option(types.list_of(types.string), default=[], description="Folders that are backed up."),
        **{
            hook: Option(types.lines, default=None, description=_said)
            for hook, _said in zip(
                HOOKS,
                (
                    "Shell commands that run as root before each backup: stop a service, dump a database.",
                    "Shell commands that run as root after each backup, whether it succeeded or not.",
                    "Shell commands that run as root before something is restored.",
                    "Shell commands that run as root after something was restored.",
                ),
                strict=True,
            )
        },
    }
)
_STATES = Option(types.attrs_of(types.submodule(_STATE)), default={}, description="Data that matters, by name: it is backed up.")
MACHINE_MODULE = OptionSet(
    {
        "clan": OptionSet({"core": OptionSet({"state": _STATES})}),
        "systemd": OptionSet(
            {
                "tmpfiles": OptionSet(
                    {"rules": Option(types.list_of(types.string), default=[], description="Folders and files to make at boot.")}
                )
            }
        ),
        "networking": OptionSet({"hostName": Option(types.string, description="What the machine calls itself.")}),
    }
)
"""What clanback knows of a machine's NixOS module."""

_TOP = clan_options(Attrs, lambda _: [None, None])

DESCRIPTIONS = {
    "meta": "Name and domain of the clan.",
    "inventory": "Machines, their tags, and the instances of services.",
    "machines": "What NixOS is to do on each machine.",
    "instances": "Instances of services: which machines have which roles, with which settings.",
    "tags": "Groups of machines.",
    "roles": "The roles of the service, and who has them.",
    "settings": "Settings of the service, for this role, tag or machine.",
    "module": "Which service this is an instance of; without it the one named as the instance.",
    "deploy": "How the machine is reached.",
    "targetHost": "Where the machine is reached over SSH: `root@host`.",
    "buildHost": "The machine that builds its system.",
    "machineClass": '"nixos" or "darwin".',
    "extraModules": "NixOS modules that all members of the role import.",
    "input": "The flake input that the service comes from; null is clan-core.",
    "domain": "The domain below which machines have their names.",
}


@attrs.frozen(eq=False)
class Place:
    """A place in the clan: `kind` says what its names are: `machine`, `tag`, `instance`, `role`, `setting`, `option`, `state`."""

    kind: str
    declared: Declared | None = None
    instance: str | None = None
    role: str | None = None
    level: tuple[str, str] | None = None
    """For settings: ("machine", M), ("tag", T) or ("role", R)."""
    setting: Path = ()
    machine: str | None = None


def service_of(inventory: Inventory | None, instance: str) -> str:
    """The service of an instance: as it was last known, else the instance's name, which is the default."""
    known = None if inventory is None else inventory.instances.get(instance)
    return known.service if known is not None else instance


def names_at(inventory: Inventory | None, path: Path) -> Place | None:
    """What stands *below* `path`: of which kind its names are, and what is declared there."""
    if path[:2] == ("inventory", "instances"):
        return _in_instance(inventory, path[2:])
    if path == ("inventory", "machines") or path == ("machines",):
        return Place("machine")
    if path[:1] == ("machines",):
        module = path[2:]
        module = module[1:] if module[:1] == ("config",) else module
        declared = at(MACHINE_MODULE, module)
        return Place("state" if module == ("clan", "core", "state") else "option", declared, machine=path[1])
    if path == ("inventory", "tags"):
        return Place("tag")
    declared = at(_TOP, path)
    machine = path[2] if path[:2] == ("inventory", "machines") and len(path) > 2 else None
    return None if declared is None else Place("option", declared, machine=machine)


def _in_instance(inventory: Inventory | None, path: Path) -> Place | None:
    if not path:
        return Place("instance")
    instance = path[0]
    if len(path) < 2 or path[1] != "roles":
        return Place("option", at(_TOP, ("inventory", "instances", *path)), instance)
    interface = INTERFACES.get(service_of(inventory, instance))
    if len(path) == 2:
        return Place("role", None if interface is None else OptionSet(dict(interface.roles)), instance)
    role, inside = path[2], path[3:]
    settings = None if interface is None else interface.roles.get(role)
    if inside[:1] == ("settings",):
        return Place(
            "setting", None if settings is None else at(settings, inside[1:]), instance, role, ("role", role), inside[1:]
        )
    if inside in (("machines",), ("tags",)):
        return Place(inside[0][:-1], None, instance, role)
    if inside[:1] in (("machines",), ("tags",)) and inside[2:3] == ("settings",):
        level = (inside[0][:-1], inside[1])
        return Place("setting", None if settings is None else at(settings, inside[3:]), instance, role, level, inside[3:])
    return Place("option", at(_TOP, ("inventory", "instances", *path)), instance, role)

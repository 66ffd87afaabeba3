"""What a clan may say: the options of the top level, the inventory, machines, instances and roles.

The declarations follow clan-core's (`modules/clan/top-level-interface.nix`, `modules/inventoryClass/*.nix`). What clanback never
looks at is `raw`: it is never forced, so that nothing but the backups needs to be evaluable without Nix.
"""

# ruff: noqa: ARG001, ARG005 -- what adds definitions or arguments to a submodule is asked with the merger and the path
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.inventory.schema_types import InventoryMeta, MetaElsewhere, RoleTags, Settings
from clanback.modules import types
from clanback.modules.definition import Definition
from clanback.modules.interface import ATTRIBUTE_NAME, DECIDED_LATER, Option, OptionSet
from clanback.nix.runtime import force
from clanback.nix.values import Attrs

if TYPE_CHECKING:
    from collections.abc import Callable

    from clanback.modules.merge import Merger

BUILT_IN_TAGS = ("all", "darwin", "nixos")

_text_or_null = types.null_or(types.string)


_SETTING = "a setting of the service is written `settings.{name}`; anything else cannot stand here"
_member = types.submodule(OptionSet({"settings": Option(Settings(), default=DECIDED_LATER)}, otherwise=_SETTING))

ROLE = OptionSet(
    {
        "machines": Option(types.attrs_of(_member), default={}),
        "tags": Option(RoleTags(types.attrs_of(_member)), default={}),
        "settings": Option(Settings(), default=DECIDED_LATER),
        "extraModules": Option(types.deferred_module, default=DECIDED_LATER),
    },
    otherwise=_SETTING,
)

INSTANCE = OptionSet(
    {
        "module": Option(
            types.submodule(
                OptionSet({"name": Option(types.string, default=DECIDED_LATER), "input": Option(_text_or_null, default=None)})
            ),
            default={"name": None, "input": None},
        ),
        "roles": Option(types.attrs_of(types.submodule(ROLE)), default={}),
    },
    elsewhere={
        "settings": "settings belong to a role: `roles.ROLE.settings`",
        "machines": "machines belong to a role: `roles.ROLE.machines`",
        "tags": "tags belong to a role: `roles.ROLE.tags`",
        "extraModules": "modules belong to a role: `roles.ROLE.extraModules`",
        "name": "the service is named in `module.name`",
        "service": "the service is named in `module.name`",
        "input": "the service's input is named in `module.input`",
    },
    removed={"config": "settings of an instance belong to its roles: `roles.ROLE.settings`"},
)

_NIXOS = ("imports", "clan", "services", "networking", "systemd", "users", "environment", "boot", "nixpkgs", "config")

MACHINE = OptionSet(
    {
        "name": Option(types.string, default=ATTRIBUTE_NAME),
        "description": Option(_text_or_null, default=None),
        "icon": Option(_text_or_null, default=None),
        "tags": Option(types.list_of(types.string), default=[]),
        "machineClass": Option(types.enum("nixos", "darwin"), default="nixos"),
        "installedAt": Option(types.null_or(types.integer), default=None),
        "deploy": OptionSet(
            {
                "targetHost": Option(_text_or_null, default=None),
                "buildHost": Option(_text_or_null, default=None),
                "forwardAgent": Option(types.null_or(types.boolean), default=None),
            }
        ),
    },
    elsewhere={
        **{name: f"write `deploy.{name}`" for name in ("targetHost", "buildHost", "forwardAgent")},
        "system": "a machine's platform stands in its NixOS configuration: `nixpkgs.hostPlatform`",
        **dict.fromkeys(_NIXOS, "what NixOS is to do on a machine stands in `machines.NAME`, outside of `inventory`"),
    },
)

META = OptionSet(
    {
        "name": Option(types.string, default=DECIDED_LATER),
        "description": Option(_text_or_null, default=None),
        "icon": Option(_text_or_null, default=None),
        "domain": Option(types.string, default=DECIDED_LATER),
        "tld": Option(_text_or_null, default=None),
    }
)


_RAW = (
    *(
        "_prefix",
        "_dependencies",
        "self",
        "directory",
        "templates",
        "pkgsForSystem",
        "nixpkgs",
        "outputs",
        "secrets",
    ),
    *("exports", "exportsModule", "exportInterfaces", "checks", "clanInternals"),
    *("nixosConfigurations", "darwinConfigurations", "nixosModules", "darwinModules"),
)
_INVENTORY_RAW = ("_inventoryFile", "noInstanceOptions", "options", "assertions", "localModules")
_SERVICES_REMOVED = (
    "use `inventory.instances` instead: https://docs.clan.lol/latest/guides/migrations/migrate-inventory-services/"
)


def computed_tags(machines: Callable[[], Attrs], later: Callable[[Callable[[], Any]], Any]) -> Attrs:
    """The three built-in tags, as defaults that `inventory.tags` may replace (clan-core's `computed-tags.nix`)."""

    def of_class(wanted: str) -> tuple[str, ...]:
        return tuple(name for name, machine in sorted(machines().items()) if force(force(machine)["machineClass"]) == wanted)

    values = {
        "all": later(lambda: tuple(sorted(machines()))),
        "nixos": later(lambda: of_class("nixos")),
        "darwin": later(lambda: of_class("darwin")),
    }
    return Attrs({name: Attrs({"_type": "override", "priority": 1000, "content": value}) for name, value in values.items()})


def clan_options(clan: Callable[[], Attrs], later: Callable[[Callable[[], Any]], Any]) -> OptionSet:
    """The options of the top level.

    `clan` gives their merged values (some definitions refer back to them); `later` makes a thunk (`Evaluator.thunk`).
    """

    def machines() -> Attrs:
        found: Attrs = force(force(clan()["inventory"])["machines"])
        return found

    def carried(merger: Merger, path: tuple[str, ...]) -> list[Definition]:
        """The tags of `inventory.tags` that name this machine: a definition of its `tags` like any other."""

        def names() -> tuple[str, ...]:
            tags = force(force(clan()["inventory"])["tags"])
            return tuple(tag for tag in sorted(tags) if path[-1] in (force(tags[tag]) or ()))

        return [Definition(Attrs({"tags": later(names)}), file="clan-core")]

    def meta_of_inventory(merger: Merger, path: tuple[str, ...]) -> list[Definition]:
        """What `inventory.meta` says: it means the same as `meta`."""
        meta = force(force(clan()["inventory"]).get("meta"))
        return list(meta.definitions) if isinstance(meta, InventoryMeta) else []

    tags = types.submodule(
        OptionSet({name: Option(types.list_of(types.string)) for name in BUILT_IN_TAGS}, freeform=types.list_of(types.string)),
        arguments=lambda merger, path: {"machines": later(machines)},
    )
    inventory_options = OptionSet(
        {
            "meta": Option(MetaElsewhere(META.options, lambda name: later(lambda: force(clan()["meta"])[name])), default={}),
            "machines": Option(types.lazy_attrs_of(types.submodule(MACHINE, also=carried)), default={}),
            "tags": Option(tags, default={}),
            "instances": Option(types.attrs_of(types.submodule(INSTANCE)), default={}),
            "modules": Option(types.lazy_attrs_of(types.raw), default={}),
            **{name: Option(types.raw, default=None) for name in _INVENTORY_RAW},
        },
        removed={"services": _SERVICES_REMOVED},
    )
    return OptionSet(
        {
            "meta": Option(types.submodule(META, also=meta_of_inventory), default={}),
            "inventory": Option(types.submodule(inventory_options), default={}),
            "machines": Option(types.lazy_attrs_of(types.deferred_module), default={}),
            "modules": Option(types.lazy_attrs_of(types.raw), default={}),
            "vars": Option(types.anything, default={}),
            "specialArgs": Option(types.lazy_attrs_of(types.raw), default={}),
            **{name: Option(types.raw, default=None) for name in _RAW},
        },
        elsewhere={
            "instances": "write `inventory.instances`",
            "tags": "write `inventory.tags`, or `inventory.machines.NAME.tags`",
            "roles": "roles belong to an instance: `inventory.instances.NAME.roles`",
            "name": "write `meta.name`",
        },
    )

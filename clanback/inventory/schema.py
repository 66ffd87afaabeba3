"""What a clan may say: the options of the top level, the inventory, machines, instances and roles.

The declarations follow clan-core's (`modules/clan/top-level-interface.nix`, `modules/inventoryClass/*.nix`). What clanback never
looks at is `raw`: it is never forced, so that nothing but the backups needs to be evaluable without Nix.
"""

# ruff: noqa: ARG001, ARG005 -- what adds definitions or arguments to a submodule is asked with the merger and the path
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.diagnostics import error
from clanback.modules import types
from clanback.modules.definition import Definition
from clanback.modules.interface import ATTRIBUTE_NAME, DECIDED_LATER, Option, OptionSet
from clanback.modules.types import Deferred, Type
from clanback.nix import ast
from clanback.nix.runtime import force
from clanback.nix.values import Attrs

if TYPE_CHECKING:
    from collections.abc import Callable

    from clanback.modules.merge import Merger

DOMAIN_PATTERN = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*"
META_NAME_PATTERN = r"[a-zA-Z0-9_-]*"
BUILT_IN_TAGS = ("all", "darwin", "nixos")

_text_or_null = types.null_or(types.string)


class Kept(Type):
    """A value that is checked to be there in the right form but merged only later: the merged value is a `Deferred`."""

    def __init__(self, description: str, accepts: Callable[[Any], bool], *, once: bool = False) -> None:
        self.description = description
        self.plural = "values"
        self._accepts = accepts
        self.once = once

    def accepts(self, value: Any) -> bool:
        """As the predicate says."""
        return self._accepts(value)

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> Deferred:
        """The definitions; only the first, with an error, if there may be but one."""
        if self.once and len(definitions) > 1:
            merger.twice(path, definitions[0], definitions[1])
            definitions = definitions[:1]
        return Deferred(tuple(definitions))


class Settings(Kept):
    """The `settings` of a role, tag or machine: an attribute set, defined once over all modules."""

    def __init__(self) -> None:
        super().__init__("an attribute set", lambda value: isinstance(value, Attrs), once=True)

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> Deferred:
        """The one definition; `imports` and the rest of the module syntax is not for settings."""
        kept = super().merge(merger, path, definitions)
        for definition in kept.definitions:
            for name in ("imports", "_file", "key", "disabledModules"):
                if name in definition.value and "_type" not in definition.value:
                    merger.report(
                        error(
                            "CB219",
                            f"settings are plain values: `{name}` cannot be used in them",
                            definition.child(definition.value, name).name_span,
                        )
                    )
        return kept


def _tags_from_list(definition: Definition) -> Any:
    """`[ "a" "b" ]` as `{ a = { }; b = { }; }`, each name at its place in the list."""
    positions: dict[str, Any] = {}
    names: list[str] = []
    for element in definition.elements(definition.value):
        span = element.value_span
        name = force(element.value)
        if isinstance(name, str):
            names.append(str(name))
            if span is not None:
                expr = element.value_expr or ast.Var(span.start, span.end, "")
                positions.setdefault(str(name), (span.source, ast.Attribute(str(name), span.start, span.end, expr)))
    return Attrs({name: Attrs() for name in names}, positions=positions)


class RoleTags(Type):
    """The `tags` of a role: a list of tags, or a set from tags to `{ settings = …; }`."""

    description = "a list of tags or an attribute set"
    plural = "tags"

    def __init__(self, inner: Type) -> None:
        self.inner = inner

    def accepts(self, value: Any) -> bool:
        """A list or a set."""
        return isinstance(value, (tuple, Attrs))

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> Any:
        """The union of all tags."""
        for definition in definitions:
            if isinstance(definition.value, tuple):
                definition.value = tuple(
                    value
                    for element in definition.elements(definition.value)
                    if (value := merger.merge(path, types.string, [element], part="an element", whole=self)) is not merger.nothing
                )
                definition.value = _tags_from_list(definition)
        return self.inner.merge(merger, path, definitions)


_member = types.submodule(OptionSet({"settings": Option(Settings(), default=DECIDED_LATER)}))

ROLE = OptionSet(
    {
        "machines": Option(types.attrs_of(_member), default={}),
        "tags": Option(RoleTags(types.attrs_of(_member)), default={}),
        "settings": Option(Settings(), default=DECIDED_LATER),
        "extraModules": Option(types.deferred_module, default=DECIDED_LATER),
    }
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
    removed={"config": "settings of an instance belong to its roles: `roles.ROLE.settings`"},
)

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
    }
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
        "specialArgs",
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


def clan_options(clan: Callable[[], Attrs], later: Callable[[Callable[[], Any]], Any]) -> OptionSet:
    """The options of the top level.

    `clan` gives their merged values (some definitions refer back to them); `later` makes a thunk (`Evaluator.thunk`).
    """

    def machines() -> Attrs:
        found: Attrs = force(force(clan()["inventory"])["machines"])
        return found

    def computed_tags(merger: Merger, path: tuple[str, ...]) -> list[Definition]:
        """The three built-in tags, as defaults that `inventory.tags` may replace (clan-core's `computed-tags.nix`)."""

        def of_class(wanted: str) -> tuple[str, ...]:
            return tuple(name for name, machine in sorted(machines().items()) if force(force(machine)["machineClass"]) == wanted)

        values = {
            "all": later(lambda: tuple(sorted(machines()))),
            "nixos": later(lambda: of_class("nixos")),
            "darwin": later(lambda: of_class("darwin")),
        }
        return [Definition(Attrs(values), priority=1000)]

    def clan_meta(merger: Merger, path: tuple[str, ...]) -> list[Definition]:
        """What the top level's `meta` says, for the inventory's."""
        meta = force(clan()["meta"])
        positions = meta.positions or {}
        return [Definition(Attrs({n: v for n, v in meta.items() if n in positions}, positions=positions))]

    tags = types.submodule(
        OptionSet({}, freeform=types.list_of(types.string)),
        arguments=lambda merger, path: {"machines": later(machines)},
        also=computed_tags,
    )
    inventory_options = OptionSet(
        {
            "meta": Option(types.submodule(META, also=clan_meta), default={}),
            "machines": Option(types.lazy_attrs_of(types.submodule(MACHINE)), default={}),
            "tags": Option(tags, default={}),
            "instances": Option(types.attrs_of(types.submodule(INSTANCE)), default={}),
            "modules": Option(types.lazy_attrs_of(types.raw), default={}),
            **{name: Option(types.raw, default=None) for name in _INVENTORY_RAW},
        },
        removed={"services": _SERVICES_REMOVED},
    )
    return OptionSet(
        {
            "meta": Option(types.submodule(META), default={}),
            "inventory": Option(types.submodule(inventory_options), default={}),
            "machines": Option(types.lazy_attrs_of(types.deferred_module), default={}),
            "modules": Option(types.lazy_attrs_of(types.raw), default={}),
            "vars": Option(types.anything, default={}),
            **{name: Option(types.raw, default=None) for name in _RAW},
        }
    )

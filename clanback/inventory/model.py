"""The resolved inventory: plain, frozen, serialisable facts. No Nix values, no syntax trees.

Mappings keep a deterministic order: machines, instances and roles sorted by name. JSON-like settings are `dict`, `list`,
`str`, `int`, `float`, `bool`, `None`; a path literal of the repository is a `RepositoryPath`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clanback.diagnostics import Diagnostic, Source
    from clanback.inventory.origins import Origin
    from clanback.inventory.own_settings import OwnSettings


class Fact:
    """Base of the frozen classes of inventory and plan: equal when class and fields are, shown by their fields.

    The same that attrs would write for each class, written once: making these methods for two dozen classes takes longer than
    rendering a small clan.
    """

    __slots__ = ()
    __attrs_attrs__: ClassVar[Any]

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, field.name) == getattr(other, field.name) for field in self.__attrs_attrs__ if field.eq)

    def __hash__(self) -> int:
        return hash(tuple(getattr(self, field.name) for field in self.__attrs_attrs__ if field.eq))

    def __repr__(self) -> str:
        shown = (f"{field.name}={getattr(self, field.name)!r}" for field in self.__attrs_attrs__ if field.repr)
        return f"{type(self).__name__}({', '.join(shown)})"


@attrs.frozen(eq=False, repr=False)
class Place(Fact):
    """Where something is written: file as shown to people, lines and columns from 1 (end exclusive)."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


@attrs.frozen(eq=False, repr=False)
class UnknownText(Fact):
    """Something only Nix can know: its source text and why it is not known."""

    text: str
    reason: str
    place: Place | None = None


@attrs.frozen(eq=False, repr=False)
class RepositoryPath(Fact):
    """A path inside the repository, relative to its root, `/` separated, no `..`; rendered relative to the rendered file."""

    path: str


@attrs.frozen(eq=False, repr=False)
class ModulePart(Fact):
    """A NixOS module to be written out: an expression in pieces, text or paths of the repository.

    The pieces joined (each path rendered as a Nix path expression relative to the file that is written) are one complete
    expression that can stand in an `imports` list in parentheses. `arguments` are the names that the user must pass in
    `specialArgs` (`inputs`, `self`, …) for it to evaluate.
    """

    pieces: tuple[str | RepositoryPath, ...]
    origin: Place | None
    arguments: tuple[str, ...] = ()


@attrs.frozen(eq=False, repr=False)
class StateEntry(Fact):
    """One `clan.core.state.<name>` of a machine, merged over its modules as far as it is known without NixOS."""

    name: str
    folders: tuple[str, ...]
    unknown_folders: tuple[UnknownText, ...]
    hooks: Mapping[str, str | UnknownText]  # preBackupScript, postBackupScript, preRestoreScript, postRestoreScript
    places: tuple[Place, ...] = ()
    folder_places: Mapping[str, Place] = attrs.field(factory=dict)


@attrs.frozen(eq=False, repr=False)
class MachineModules(Fact):
    """A machine's own NixOS configuration, split: together the parts mean what the originals mean, nothing twice."""

    state: tuple[ModulePart, ...] = ()
    tmpfiles: tuple[ModulePart, ...] = ()
    rest: tuple[ModulePart, ...] = ()


@attrs.frozen(eq=False, repr=False)
class Combined(Fact):
    """What a machine's own modules and the `extraModules` of its roles say together."""

    state: Mapping[str, StateEntry]
    state_complete: bool
    tmpfiles: tuple[str, ...]


@attrs.frozen(eq=False, repr=False)
class Machine(Fact):
    """One machine. `tags` are its own in order, without repeats, then the computed ones, sorted."""

    name: str
    tags: tuple[str, ...]
    machine_class: str = "nixos"
    target_host: str | None = None
    build_host: str | None = None
    description: str | None = None
    state: Mapping[str, StateEntry] = attrs.field(factory=dict)
    state_complete: bool = True
    """False when modules that are not understood statically may declare more state."""
    tmpfiles: tuple[str, ...] = ()
    unknown_tmpfiles: tuple[UnknownText, ...] = ()
    root_keys: tuple[str, ...] = ()
    modules: MachineModules = attrs.field(factory=MachineModules)
    place: Place | None = None
    host_name: str | None = None
    """`networking.hostName` where the machine's modules set it to something known; else it is the machine's name."""
    combined: Combined | None = None
    """With what its roles add, where that is not just one after the other: priorities, or a module that several import."""


@attrs.frozen(eq=False, repr=False)
class Role(Fact):
    """A role of an instance: each member with its merged settings, None where the service is opaque.

    `extra_modules` are imported by every member; they are carried as text and never forced.
    """

    name: str
    members: Mapping[str, Mapping[str, Any] | None]
    extra_modules: tuple[ModulePart, ...] = ()
    extra_tmpfiles: tuple[str, ...] = ()
    """`systemd.tmpfiles.rules` that the extra modules are statically known to add on each member."""
    extra_state: Mapping[str, StateEntry] = attrs.field(factory=dict)
    place: Place | None = None
    extra_state_complete: bool = True
    """False when extra modules that are not understood statically may declare more state on each member."""
    undecided: tuple[str, ...] = ()
    """Members of which some settings are known to Nix only."""


@attrs.frozen(eq=False, repr=False)
class Instance(Fact):
    """An instance of a service. `service` is the module's name, `input` null for clan-core; `opaque` if not one of ours."""

    name: str
    service: str
    input: str | None
    opaque: bool
    roles: Mapping[str, Role]
    place: Place | None = None


@attrs.frozen(eq=False, repr=False)
class Meta(Fact):
    """The clan's `meta`."""

    name: str
    domain: str = "clan"
    description: str | None = None
    icon: str | None = None
    tld: str | None = None


@attrs.frozen(eq=False, repr=False)
class Inventory(Fact):
    """Everything that is resolved: what `services.plan` works on.

    `places` maps dotted paths of settings (`instances.borgbackup.roles.client.a.startAt`, `machines.a.state.docs.folders`,
    `meta.name`) to where they are defined, the winning definition first.
    `public_values` maps `per-machine/<machine>/<generator>/<file>` and `shared/<generator>/<file>` to the text of `vars/…/value`.
    """

    root: str
    meta: Meta
    tags: Mapping[str, tuple[str, ...]]
    machines: Mapping[str, Machine]
    instances: Mapping[str, Instance]
    diagnostics: tuple[Diagnostic, ...] = ()
    places: Mapping[str, tuple[Place, ...]] = attrs.field(factory=dict)
    public_values: Mapping[str, str] = attrs.field(factory=dict)
    recipients: tuple[str, ...] = ()
    """`vars.settings.recipients.default` of the clan, where given and known."""
    host_recipients: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    """`vars.settings.recipients.hosts`, by machine, where given and known."""
    secret_store: str | None = None
    """`vars.settings.secretStore`, where given and known."""
    directory: str = ""
    """The folder that `vars/` and `secrets/` lie in, absolute: `root` unless the clan sets `directory`."""
    own: OwnSettings | None = None
    """What `clanback.toml` says; None if there is none."""
    sources: Mapping[str, Source] = attrs.field(factory=dict, eq=False, repr=False)
    """The texts that places lie in, by `Place.file`."""
    origins: Mapping[tuple[str, ...], tuple[Origin, ...]] = attrs.field(factory=dict, eq=False, repr=False)
    """What made each value, where that was asked for: see `inventory.origins`."""

    @property
    def own_settings(self) -> Mapping[str, Mapping[str, Mapping[str, Mapping[str, Any]]]]:
        """Settings of `clanback.toml` by instance, role and member, merged; only what is set."""
        return self.own.members if self.own is not None else {}

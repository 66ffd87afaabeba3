"""What services add to machines while a plan is being made, and what they may ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from clanback.diagnostics import Label, Span
from clanback.plan.model import Generator, GeneratorFile, PublicValue, SecretRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clanback.diagnostics import Diagnostic
    from clanback.inventory.model import Instance, Inventory, Machine, Place, StateEntry
    from clanback.plan.model import Job, KnownHost, Repository, Sshd, User

SECRETS = "/run/secrets"
"""Where secrets for services lie on a machine."""
SECRETS_FOR_USERS = "/run/secrets-for-users"
"""Where secrets lie that are needed before users are created (passwords)."""


@attrs.define(eq=False, repr=False)
class Draft:
    """A machine's plan in the making. `state` (its own and its roles') is there before services plan."""

    machine: Machine
    state: Mapping[str, StateEntry]
    state_complete: bool = True
    jobs: dict[str, Job] = attrs.field(factory=dict)
    dormant_jobs: dict[str, Job] = attrs.field(factory=dict)
    repos: dict[str, Repository] = attrs.field(factory=dict)
    users: dict[str, User] = attrs.field(factory=dict)
    known_hosts: dict[str, KnownHost] = attrs.field(factory=dict)
    generators: dict[str, Generator] = attrs.field(factory=dict)
    sshd: Sshd | None = None
    ssh_server: bool = False
    mutable_users: bool | None = None
    backup_provider: bool = False

    @property
    def host_name(self) -> str:
        """What the machine calls itself, `networking.hostName`."""
        return self.machine.host_name or self.machine.name

    @property
    def runs_nixos(self) -> bool:
        """The services of clan-core are made of NixOS modules: a darwin machine may be listed, but gets nothing."""
        return self.machine.machine_class == "nixos"


@attrs.define(eq=False, repr=False)
class Planning:
    """One run of `plan`: the inventory, what is wanted, the drafts, and the diagnostics found on the way."""

    inventory: Inventory
    compat: bool
    drafts: Mapping[str, Draft]
    own_settings: Mapping[str, Any] = attrs.field(factory=dict)
    diagnostics: list[Diagnostic] = attrs.field(factory=list)

    def members(self, instance: Instance, role: str) -> dict[str, Mapping[str, Any]]:
        """The members of a role with their settings; also those that are not machines of the clan."""
        found = instance.roles.get(role)
        return {} if found is None else {name: settings or {} for name, settings in found.members.items()}

    def draft(self, machine: str) -> Draft | None:
        """The draft of a machine that services can be rendered for, else None."""
        draft = self.drafts.get(machine)
        return draft if draft is not None and draft.runs_nixos else None

    def own(self, instance: str, role: str, machine: str) -> Mapping[str, Any]:
        """What `clanback.toml` says for a member of a role; empty with `--compat clan-core`, which knows no such file."""
        if self.compat:
            return {}
        found: Mapping[str, Any] = self.own_settings.get(instance, {}).get(role, {}).get(machine, {})
        return found

    def secret(self, machine: str, generator: str, file: str, *, share: bool = False, for_users: bool = False) -> SecretRef:
        """A secret as it lies on `machine`."""
        base = SECRETS_FOR_USERS if for_users else SECRETS
        return SecretRef(generator, file, f"{base}/vars/{_where(machine, share)}/{generator}/{file}")

    def public(self, machine: str, generator: str, file: str, *, share: bool = False) -> PublicValue:
        """A public value, its text if it lies in the repository."""
        key = f"{_where(machine, share)}/{generator}/{file}"
        return PublicValue(key, self.inventory.public_values.get(key))

    def span(self, place: Place | None) -> Span | None:
        """The span of a place, for a diagnostic."""
        source = None if place is None else getattr(self.inventory, "sources", {}).get(place.file)
        if place is None or source is None:
            return None
        starts = source.line_starts()
        return Span(source, starts[place.line - 1] + place.column - 1, starts[place.end_line - 1] + place.end_column - 1)

    def label(self, place: Place | None, message: str) -> tuple[Label, ...]:
        """A second place of a diagnostic; nothing where it is not known."""
        span = self.span(place)
        return () if span is None else (Label(span, message),)

    def place(self, instance: Instance, role: str, machine: str, setting: str = "") -> Place | None:
        """Where a setting of a member is written; else where the member, the role or the instance is."""
        path = f"instances.{instance.name}.roles.{role}.{machine}"
        known = self.inventory.places
        for name in (f"{path}.{setting}", path) if setting else (path,):
            if found := known.get(name):
                return found[0]
        found_role = instance.roles.get(role)
        return (found_role.place if found_role is not None else None) or instance.place


def _where(machine: str, share: bool) -> str:
    return "shared" if share else f"per-machine/{machine}"


def secret_file(name: str, *, deploy: bool = True, needed_for: str = "services") -> GeneratorFile:
    """A file that only root of the machine may read."""
    return GeneratorFile(name, secret=True, deploy=deploy, needed_for=needed_for)


def public_file(name: str, *, deploy: bool = True) -> GeneratorFile:
    """A file whose content is in the repository for all to read."""
    return GeneratorFile(name, secret=False, deploy=deploy)


def generator(
    name: str,
    files: Iterable[GeneratorFile],
    *,
    share: bool = False,
    dependencies: tuple[str, ...] = (),
    prompts: tuple[str, ...] = (),
    settings: Mapping[str, Any] | None = None,
) -> Generator:
    """A generator, its files sorted by name."""
    ordered = tuple(sorted(files, key=lambda file: file.name))
    return Generator(name, share, ordered, dependencies, prompts, settings or {})

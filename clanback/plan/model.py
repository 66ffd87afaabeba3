"""The plan: what every machine will do, in the words of NixOS and Borg. Plain, frozen, serialisable.

It is what `render` writes, `show` shows and checks judge; nothing in it is a secret, only paths of secrets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from clanback.inventory.model import Fact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clanback.diagnostics import Diagnostic
    from clanback.inventory.model import MachineModules, Meta, ModulePart, Place, RepositoryPath, StateEntry, UnknownText


@attrs.frozen(eq=False, repr=False)
class SecretRef(Fact):
    """A secret on the machine, by generator and file; `path` is where it lies there at run time."""

    generator: str
    file: str
    path: str


@attrs.frozen(eq=False, repr=False)
class PublicValue(Fact):
    """A public value: its `text` when `vars/…/value` is there, else None. `key` is its place below `vars/` without `/value`."""

    key: str
    text: str | None


@attrs.frozen(eq=False, repr=False)
class Retention(Fact):
    """What prune keeps."""

    within: str = "1d"
    daily: int = 7
    weekly: int = 4
    monthly: int = 0
    yearly: int = 0

    @property
    def keep(self) -> dict[str, int | str]:
        """As NixOS and Borg say it."""
        keep: dict[str, int | str] = {
            "within": self.within,
            "daily": self.daily,
            "weekly": self.weekly,
            "monthly": self.monthly,
        }
        return {**keep, "yearly": self.yearly} if self.yearly else keep


@attrs.frozen(eq=False, repr=False)
class Job(Fact):
    """One Borg job of one machine.

    `server` names the clan machine that holds the repository, None for an external destination. `host_key` pins it, when known:
    the line's key text, under the names `host_names` (`host_key_is_authority`: as a certificate authority). Then `rsh` reads
    `KNOWN_HOSTS_FILE`, which the rendered modules have to provide. `start_delay_seconds` is the `RandomizedDelaySec` of the job's
    timer, with `FixedRandomDelay` (0: none). `prune_prefix` is what `services.borgbackup.jobs.<n>.prune.prefix` is set to: NixOS
    appends `*`. `prune_here` is False when the repository is append-only, so that only the server may prune.
    """

    name: str
    instance: str
    machine: str
    server: str | None
    repo: str
    rsh: str
    paths: tuple[str, ...]
    unknown_paths: tuple[UnknownText, ...]
    exclude: tuple[str, ...]
    start_at: str
    compression: str
    prune: Retention
    archive_base_name: str
    key: SecretRef
    passphrase: SecretRef
    host_names: tuple[str, ...] = ()
    host_key: PublicValue | None = None
    rsh_is_default: bool = True
    start_delay_seconds: int = 0
    place: Place | None = None
    host_key_is_authority: bool = False
    prune_prefix: str = ""
    prune_here: bool = True
    paths_complete: bool = True
    """False when modules that are not understood statically may add folders."""
    destination: str | None = None
    """Name (`name`) of the external destination, None for a server of the clan."""


KNOWN_HOSTS_FILE = "/etc/clanback/known_hosts"
"""Where a client finds the pinned host keys of its servers (`environment.etc."clanback/known_hosts"`)."""


@attrs.frozen(eq=False, repr=False)
class Repository(Fact):
    """A repository that a server keeps for a client.

    `prune` is set when its client may not prune it (append-only); `prune_archives` is what the names of archives that may be
    pruned then look like.
    """

    client: str
    instance: str
    path: str
    authorized_keys: tuple[PublicValue, ...]
    append_only: bool = False
    quota: str | None = None
    place: Place | None = None
    prune: Retention | None = None
    prune_archives: str = ""


@attrs.frozen(eq=False, repr=False)
class User(Fact):
    """A user account, as the users service and the sshd service together define it on a machine."""

    name: str
    instance: str | None
    is_normal_user: bool
    groups: tuple[str, ...] = ()
    keys: tuple[str | PublicValue, ...] = ()
    key_files: tuple[str | RepositoryPath, ...] = ()
    hashed_password_file: SecretRef | None = None
    identity: Mapping[str, Any] = attrs.field(factory=dict)
    place: Place | None = None


@attrs.frozen(eq=False, repr=False)
class HostKey(Fact):
    """A host key of sshd."""

    type: str
    secret: SecretRef


@attrs.frozen(eq=False, repr=False)
class KnownHost(Fact):
    """`programs.ssh.knownHosts.<name>`."""

    name: str
    host_names: tuple[str, ...]
    extra_host_names: tuple[str, ...]
    cert_authority: bool
    public_key: PublicValue


@attrs.frozen(eq=False, repr=False)
class Sshd(Fact):
    """The SSH server of a machine. `root_keys` are added to root's authorized keys, after those of the users service."""

    host_keys: tuple[HostKey, ...]
    certificate: PublicValue | None
    password_authentication: bool = False
    root_keys: tuple[str | PublicValue, ...] = ()
    instance: str = ""
    place: Place | None = None


@attrs.frozen(eq=False, repr=False)
class GeneratorFile(Fact):
    """A file that a generator makes."""

    name: str
    secret: bool
    deploy: bool = True
    owner: str = "root"
    group: str = "root"
    mode: str = "0400"
    needed_for: str = "services"


@attrs.frozen(eq=False, repr=False)
class Generator(Fact):
    """A generator of variables, as clan-core has them. `settings` is what its result depends on (search domains)."""

    name: str
    share: bool
    files: tuple[GeneratorFile, ...]
    dependencies: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()
    settings: Mapping[str, Any] = attrs.field(factory=dict)


@attrs.frozen(eq=False, repr=False)
class MachinePlan(Fact):
    """All that is planned for one machine. `jobs`, `repos`, `state` sorted by name."""

    name: str
    machine_class: str
    tags: tuple[str, ...]
    target_host: str | None
    jobs: Mapping[str, Job]
    repos: Mapping[str, Repository]
    state: Mapping[str, StateEntry]
    state_complete: bool
    tmpfiles: tuple[str, ...]
    users: Mapping[str, User]
    mutable_users: bool | None
    sshd: Sshd | None
    known_hosts: tuple[KnownHost, ...]
    generators: Mapping[str, Generator]
    modules: MachineModules
    extra_modules: tuple[ModulePart, ...] = ()
    place: Place | None = None
    dormant_jobs: Mapping[str, Job] = attrs.field(factory=dict)
    """Jobs that a client would have if it had state: rendered with `mkIf`, for state that only NixOS knows of."""
    ssh_server: bool = False
    """`services.openssh.enable`: the sshd service and both roles of borgbackup turn it on."""
    backup_provider: bool = False
    """Whether `clan.core.backups.providers.borgbackup` is declared."""
    pre_backup: tuple[str, ...] = ()
    """State whose `preBackupScript` runs before each job, in this order."""
    post_backup: tuple[str, ...] = ()
    """State whose `postBackupScript` runs after each job, in this order: ours the reverse, clan-core's that of the names."""
    unknown_tmpfiles: tuple[UnknownText, ...] = ()


@attrs.frozen(eq=False, repr=False)
class Plan(Fact):
    """The plan of the whole clan. `diagnostics` are those found while planning (the inventory's not repeated).

    `settings` are the inventory's, by instance, role and machine, with the defaults filled in that only a service knows (the user
    named after the instance, the `rsh` of a destination); None where the service is opaque.
    """

    meta: Meta
    machines: Mapping[str, MachinePlan]
    compat: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    settings: Mapping[str, Mapping[str, Mapping[str, Mapping[str, Any] | None]]] = attrs.field(factory=dict)

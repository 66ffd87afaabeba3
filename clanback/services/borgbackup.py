"""clan-core's `borgbackup` service: clients save their state to the servers of the instance and to external destinations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from clanback.diagnostics import error
from clanback.inventory.time_spans import seconds
from clanback.modules import types
from clanback.modules.interface import ATTRIBUTE_NAME, DECIDED_LATER, Option, OptionSet, ServiceInterface
from clanback.plan.folders import distinct, without_nested
from clanback.plan.model import KNOWN_HOSTS_FILE, Job, PublicValue, Repository, Retention
from clanback.services.draft import generator, public_file, secret_file
from clanback.services.sshd import AUTHORITY_KEY, HOST_KEY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from clanback.inventory.model import Instance, UnknownText
    from clanback.services.draft import Draft, Planning

_DESTINATION = OptionSet(
    {
        "name": Option(
            types.string_matching(r"[a-zA-Z0-9._-]+", "a string of letters, digits, `.`, `_` and `-`"),
            default=ATTRIBUTE_NAME,
            description="Name of the backup job.",
        ),
        "repo": Option(types.string, description="The Borg repository to save to."),
        "rsh": Option(
            types.string, default=DECIDED_LATER, description="Command that connects; by default ssh with the client's key."
        ),
    }
)

_CLIENT = OptionSet(
    {
        "startAt": Option(types.string, default="*-*-* 01:00:00", description="When to run, as in systemd.time(7)."),
        "exclude": Option(
            types.list_of(types.string), default=[], description="Files and folders to leave out; * is a wildcard."
        ),
        "destinations": Option(
            types.attrs_of(types.submodule(_DESTINATION, plain=True)), default={}, description="Repositories outside the clan."
        ),
    }
)

_SERVER = OptionSet(
    {
        "address": Option(
            types.null_or(types.string), default=None, description="Where clients reach the server; null: the machine's name."
        ),
        "directory": Option(types.string, default="/var/lib/borgbackup", description="Folder that holds the repositories."),
    }
)

INTERFACE = ServiceInterface("borgbackup", {"client": _CLIENT, "server": _SERVER}, description="Deduplicated, encrypted backups.")

COMPRESSION = "auto,zstd"
START_DELAY = 1800
"""Seconds over which the clients of a server are spread, unless `clanback.toml` says otherwise."""
TIMESTAMP_PATTERN = "-[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]"
"""What follows the base name in an archive's name (NixOS' `dateFormat`), as a Borg pattern."""


def complete(instance: Instance, role: str, machine: str, settings: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG001
    """The settings with the `rsh` of destinations that have none."""
    destinations = settings.get("destinations")
    if role != "client" or not destinations:
        return settings
    rsh = _destination_rsh(f"/run/secrets/vars/per-machine/{machine}/borgbackup/borgbackup.ssh")
    return {**settings, "destinations": {n: {**d, "rsh": d.get("rsh") or rsh} for n, d in destinations.items()}}


def plan(instance: Instance, planning: Planning) -> None:
    """Add the jobs of the instance's clients and the repositories of its servers."""
    clients, servers = planning.members(instance, "client"), planning.members(instance, "server")
    for machine, settings in servers.items():
        draft = planning.draft(machine)
        if draft is not None:
            draft.ssh_server = True
            _add_repositories(draft, instance, planning, settings, clients)
    for machine, settings in clients.items():
        draft = planning.draft(machine)
        if draft is not None:
            _add_client(draft, instance, planning, settings, servers)


def _add_repositories(
    draft: Draft, instance: Instance, planning: Planning, settings: Mapping[str, Any], clients: Mapping[str, Mapping[str, Any]]
) -> None:
    server, directory = draft.machine.name, settings.get("directory") or ""
    of_server = planning.own(instance.name, "server", server)
    for client in clients:
        if not planning.compat and client in planning.drafts and planning.draft(client) is None:
            continue  # a darwin machine: nothing there makes the key that the repository would ask for
        own = {**of_server, **planning.own(instance.name, "client", client)}
        append_only = bool(own.get("append_only", False))
        repository = Repository(
            client=client,
            instance=instance.name,
            path=f"{directory}/{client}" if planning.compat else f"{directory.rstrip('/')}/{client}",
            authorized_keys=(planning.public(client, "borgbackup", "borgbackup.ssh.pub"),),
            append_only=append_only,
            quota=own.get("quota"),
            place=planning.place(instance, "server", server, "directory"),
            prune=_retention(own) if append_only else None,
            prune_archives=_base(planning.drafts.get(client), client, server) + TIMESTAMP_PATTERN if append_only else "",
        )
        other = draft.repos.get(client)
        if other is not None and other.path != repository.path:
            planning.diagnostics.append(
                error(
                    "CB407",
                    f"server {server} would keep the backups of {client} at {other.path} (instance {other.instance}) "
                    f"and at {repository.path} (instance {instance.name})",
                    planning.span(repository.place),
                    labels=planning.label(other.place, f"instance {other.instance} is here"),
                    help="a server keeps one repository for each client: take the server or the client out of one instance",
                )
            )
            continue
        if other is not None and planning.compat:  # NixOS joins the lists of both instances
            repository = attrs.evolve(other, authorized_keys=other.authorized_keys + repository.authorized_keys)
        draft.repos[client] = repository


def _add_client(
    draft: Draft, instance: Instance, planning: Planning, settings: Mapping[str, Any], servers: Mapping[str, Mapping[str, Any]]
) -> None:
    draft.ssh_server = True  # as clan-core: restoring and listing are driven over SSH
    draft.generators["borgbackup"] = generator(
        "borgbackup", [public_file("borgbackup.ssh.pub"), secret_file("borgbackup.ssh"), secret_file("borgbackup.repokey")]
    )
    paths, unknown = _folders(draft, planning)
    if planning.compat:
        planned = bool(draft.state) or not draft.state_complete
        draft.backup_provider = draft.backup_provider or planned
    else:
        planned = bool(paths or unknown) or not draft.state_complete
    for job in _jobs(draft, instance, planning, settings, servers, paths, unknown):
        other = draft.jobs.get(job.name) or draft.dormant_jobs.get(job.name)
        if other is not None:
            planning.diagnostics.append(
                error(
                    "CB406",
                    f"instances {other.instance} and {instance.name} both give {draft.machine.name} a backup job {job.name}",
                    planning.span(job.place),
                    labels=planning.label(other.place, f"instance {other.instance} is here"),
                    notes=(f"they would save to {other.repo} and to {job.repo}",),
                    help="rename the destination, or take the machine out of one of the instances",
                )
            )
            if not planning.compat:
                continue
            # What clan-core does: NixOS joins lists, and refuses texts that differ.
            job = attrs.evolve(other, paths=other.paths + job.paths, exclude=other.exclude + job.exclude)
        (draft.jobs if planned else draft.dormant_jobs)[job.name] = job
    if not planning.compat:
        draft.backup_provider = bool(draft.jobs)


def _folders(draft: Draft, planning: Planning) -> tuple[tuple[str, ...], tuple[UnknownText, ...]]:
    """What the jobs save: known folders in order of the state's name, and those that only Nix knows."""
    entries = [draft.state[name] for name in sorted(draft.state)]
    known = distinct(folder for entry in entries for folder in entry.folders)
    return (known if planning.compat else without_nested(known)), tuple(u for e in entries for u in e.unknown_folders)


def _jobs(
    draft: Draft,
    instance: Instance,
    planning: Planning,
    settings: Mapping[str, Any],
    servers: Mapping[str, Mapping[str, Any]],
    paths: tuple[str, ...],
    unknown: tuple[UnknownText, ...],
) -> Iterator[Job]:
    """The jobs of a client, by name: one a server, one a destination, which replaces a server of the same name."""
    machine = draft.machine.name
    own = planning.own(instance.name, "client", machine)
    key = planning.secret(machine, "borgbackup", "borgbackup.ssh")
    passphrase = planning.secret(machine, "borgbackup", "borgbackup.repokey")
    destinations = settings.get("destinations") or {}
    append_only = bool(own.get("append_only", False))
    delay = 0 if planning.compat else seconds(own.get("random_delay", START_DELAY))

    for name in sorted({*servers, *destinations}):
        base = _base(draft, machine, name)
        destination = destinations.get(name)
        pinned: tuple[str, PublicValue | None, bool] = ("", None, False)
        if destination is not None:
            repo, rsh = destination.get("repo") or "", destination.get("rsh")
            own_rsh = rsh is not None
            rsh = rsh if own_rsh else _destination_rsh(key.path)
            place = planning.place(instance, "client", machine, f"destinations.{name}")
        else:
            repo, own_rsh = _repository_of(name, servers[name], compat=planning.compat), False
            pinned = ("", None, False) if planning.compat else _pinned_key(name, planning)
            rsh = _server_rsh(key.path, pinned[0] if pinned[1] is not None else "")
            place = planning.place(instance, "client", machine)
        yield Job(
            name=name,
            instance=instance.name,
            machine=machine,
            server=name if destination is None else None,
            repo=repo,
            rsh=rsh,
            paths=paths,
            unknown_paths=unknown,
            exclude=tuple(settings.get("exclude") or ()),
            start_at=settings.get("startAt") or "",
            compression=COMPRESSION,
            prune=_retention(own),
            archive_base_name=base,
            key=key,
            passphrase=passphrase,
            host_names=(pinned[0],) if pinned[1] is not None else (),
            host_key=pinned[1],
            host_key_is_authority=pinned[2],
            rsh_is_default=not own_rsh,
            start_delay_seconds=delay,
            place=place,
            prune_prefix=base if planning.compat else base + TIMESTAMP_PATTERN,
            prune_here=not append_only or destination is not None,
            paths_complete=draft.state_complete,
            destination=None if destination is None else destination.get("name") or name,
        )


def _base(draft: Draft | None, machine: str, job: str) -> str:
    """What the names of a job's archives begin with: as NixOS names them."""
    return f"{machine if draft is None else draft.host_name}-{job}"


def _repository_of(server: str, settings: Mapping[str, Any], *, compat: bool) -> str:
    """The repository URL of a server: what a client's key is restricted to there, hence `.`."""
    address = settings.get("address")
    if address is None:
        address = server
    return f"borg@{address if compat else bracketed(address)}:."


def bracketed(address: str) -> str:
    """An IPv6 address in brackets, so that its colons do not end the host in a repository URL; anything else unchanged."""
    is_ipv6 = address.count(":") >= 2 and not set(address) - set("0123456789abcdefABCDEF:.")
    return f"[{address}]" if is_ipv6 else address


def _pinned_key(server: str, planning: Planning) -> tuple[str, PublicValue | None, bool]:
    """The name under which a server's key is looked up, the key, and whether it is that of the clan's authority.

    The name is an alias (`HostKeyAlias`), as in the machine's certificate, so that changing the address changes no trust.
    A key counts as known when its value is there or when the sshd service makes it on that machine.
    """
    alias = f"{server}.{planning.inventory.meta.domain}"
    key = planning.public(server, *HOST_KEY)
    draft = planning.draft(server)
    made = draft.generators if draft is not None else {}
    if key.text is None and "openssh-cert" in made:
        authority = planning.public(server, *AUTHORITY_KEY, share=True)
        if authority.text is not None:
            return alias, authority, True
    if key.text is not None or "openssh" in made:
        return alias, key, False
    return alias, None, False


def _server_rsh(key: str, alias: str) -> str:
    if not alias:
        return f"ssh -i {key} -o StrictHostKeyChecking=accept-new -o IdentitiesOnly=Yes"
    pinned = f"-o StrictHostKeyChecking=yes -o UserKnownHostsFile={KNOWN_HOSTS_FILE} -o HostKeyAlias={alias}"
    return f"ssh -i {key} {pinned} -o IdentitiesOnly=Yes"


def _destination_rsh(key: str) -> str:
    return f"ssh -i {key} -o StrictHostKeyChecking=accept-new -o IdentitiesOnly=Yes -o PasswordAuthentication=no"


def _retention(own: Mapping[str, Any]) -> Retention:
    said = own.get("retention") or {}
    return Retention(**{name: said[name] for name in ("within", "daily", "weekly", "monthly", "yearly") if name in said})

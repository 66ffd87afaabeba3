"""The settings of a machine's roles, and the lines they become."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.explaining.model import Subject
from clanback.explaining.reasons import plain, text_of
from clanback.modules.walking import at
from clanback.services import INTERFACES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clanback.explaining.context import Context
    from clanback.explaining.model import Target
    from clanback.inventory.model import Instance

_OWN = (
    ("random_delay",),
    ("append_only",),
    ("quota",),
    *(("retention", k) for k in ("within", "daily", "weekly", "monthly", "yearly")),
)
_OWN_OF_SERVER = (("append_only",), ("quota",))


def subjects(context: Context, machine: str) -> Iterator[Subject]:
    """Every setting of every role the machine has; then what `clanback.toml` says for borgbackup."""
    for instance in context.inventory.instances.values():
        interface = INTERFACES.get(instance.service)
        if instance.opaque or interface is None:
            continue
        for role in instance.roles.values():
            if machine not in role.members:
                continue
            for path, value in _leaves(context.settings(instance.name, role.name, machine)):
                declared = at(interface.roles[role.name], path)
                yield Subject(
                    (machine, instance.name, role.name, *path),
                    text_of(value),
                    plain(value),
                    getattr(declared, "description", "") or "a setting of the service",
                    (context.cause_of_setting(instance.name, role.name, machine, path),),
                    _becomes(context, instance, role.name, machine, path),
                )
            if instance.service == "borgbackup":
                for path in _OWN if role.name == "client" else _OWN_OF_SERVER:
                    cause = context.cause_in_toml(instance.name, role.name, machine, path)
                    where = tuple(_own_becomes(context, instance, role.name, machine, path))
                    full = (machine, "toml", instance.name, role.name, *path)
                    yield Subject(full, cause.text, cause.text, "a setting of clanback's own, in clanback.toml", (cause,), where)


def _leaves(settings: Any, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """All settings by path: sets that hold something are gone into, and can be asked for themselves."""
    for name, value in sorted(settings.items()):
        yield (*above, name), value
        if isinstance(value, dict):
            yield from _leaves(value, (*above, name))


def _jobs(context: Context, instance: str, machine: str) -> list[str]:
    planned = context.plan.machines.get(machine)
    jobs = {} if planned is None else {**planned.dormant_jobs, **planned.jobs}
    return [name for name, job in sorted(jobs.items()) if job.instance == instance]


def _becomes(context: Context, instance: Instance, role: str, machine: str, path: Sequence[str]) -> tuple[Target, ...]:
    return tuple(_BECOMES[instance.service](context, instance, role, machine, tuple(path)))


def _borgbackup(context: Context, instance: Instance, role: str, machine: str, path: tuple[str, ...]) -> Iterator[Target]:
    if role == "client":
        file = f"{machine}/borgbackup.nix"
        option = {"startAt": "startAt", "exclude": "exclude"}.get(path[0])
        for job in _jobs(context, instance.name, machine) if option else ():
            yield file, ("clanback", "jobs", job, option or "")
        if path[0] == "destinations" and len(path) > 1:
            option = path[2] if len(path) > 2 and path[2] in ("repo", "rsh") else None
            yield file, ("clanback", "jobs", path[1], *([option] if option else []))
    elif path == ("address",):
        for client, plan in sorted(context.plan.machines.items()):
            if any(job.server == machine and job.instance == instance.name for job in plan.jobs.values()):
                yield f"{client}/borgbackup.nix", ("clanback", "jobs", machine, "repo")
    elif path == ("directory",):
        for client, repo in sorted(context.plan.machines[machine].repos.items()) if machine in context.plan.machines else ():
            if repo.instance == instance.name:
                yield f"{machine}/borgbackup.nix", ("services", "borgbackup", "repos", client, "path")


def _users(context: Context, instance: Instance, role: str, machine: str, path: tuple[str, ...]) -> Iterator[Target]:
    user = str(context.setting(instance.name, role, machine, ("user",)) or instance.name)
    account = ("users", "users", user)
    if path in (("user",), ("systemUser",)):
        yield f"{machine}/users.nix", account
    elif path == ("groups",):
        yield f"{machine}/users.nix", (*account, "extraGroups")
    elif path in (("prompt",), ("share",)):
        generator = ("clan", "core", "vars", "generators", f"user-password-{user}")
        yield f"{machine}/secrets.nix", (*generator, "prompts" if path == ("prompt",) else "share")
    elif path[:1] == ("openssh",):
        last = path[-1] if path[-1] in ("keys", "keyFiles") else "keys"
        yield f"{machine}/users.nix", (*account, "openssh", "authorizedKeys", last)


def _sshd(context: Context, instance: Instance, role: str, machine: str, path: tuple[str, ...]) -> Iterator[Target]:  # noqa: ARG001
    file = f"{machine}/sshd.nix"
    if role == "client" or path == ("certificate", "searchDomains"):
        yield file, ("programs", "ssh", "knownHosts", "ssh-ca", "extraHostNames")
    elif path[0] in ("authorizedKeys", "generateRootKey"):
        yield file, ("users", "users", "root", "openssh", "authorizedKeys", "keys")
        yield f"{machine}/users.nix", ("users", "users", "root", "openssh", "authorizedKeys", "keys")
    elif path[0] == "hostKeys":
        yield file, ("services", "openssh", "hostKeys")
    elif path[0] == "certificate":
        yield file, ("services", "openssh", "settings", "HostCertificate")


_BECOMES = {"borgbackup": _borgbackup, "users": _users, "sshd": _sshd}


def _own_becomes(context: Context, instance: Instance, role: str, machine: str, path: tuple[str, ...]) -> Iterator[Target]:
    """Where a setting of `clanback.toml` stands in the rendered files."""
    if path[0] in ("append_only", "quota"):
        option = "authorizedKeysAppendOnly" if path[0] == "append_only" else "quota"
        for server, plan in sorted(context.plan.machines.items()):
            for client, repo in plan.repos.items():
                if repo.instance == instance.name and machine == (client if role == "client" else server):
                    yield f"{server}/borgbackup.nix", ("services", "borgbackup", "repos", client, option)
        return
    for job in _jobs(context, instance.name, machine):
        option_path = ("prune", "keep", path[1]) if path[0] == "retention" else ("startDelay",)
        yield f"{machine}/borgbackup.nix", ("clanback", "jobs", job, *option_path)

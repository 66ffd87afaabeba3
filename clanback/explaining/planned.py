"""What is planned for a machine: jobs, repositories, state, tmpfiles, users, sshd; each with what it was made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.explaining.model import Cause, Subject, text_of_list
from clanback.explaining.reasons import text_of, why
from clanback.services.borgbackup import COMPRESSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clanback.explaining.context import Context
    from clanback.plan.model import Job, MachinePlan, Repository, SecretRef, User

_RETENTION = ("within", "daily", "weekly", "monthly", "yearly")


def subjects(context: Context, machine: str) -> Iterator[Subject]:
    """Everything in the plan of a machine."""
    planned = context.plan.machines[machine]
    for name, job in {**planned.dormant_jobs, **planned.jobs}.items():
        yield from _job(context, planned, job, dormant=name not in planned.jobs)
    for repository in planned.repos.values():
        yield from _repository(context, planned, repository)
    yield from _state(context, planned)
    rules = context.origins("machines", machine, "tmpfiles")
    known_rules = text_of_list(text_of(planned.tmpfiles), planned.tmpfiles, unknown=bool(planned.unknown_tmpfiles))
    yield Subject(
        (machine, "tmpfiles"),
        text_of(planned.tmpfiles),
        list(planned.tmpfiles),
        "`systemd.tmpfiles.rules` that clan.nix gives the machine",
        (Cause("`systemd.tmpfiles.rules` in its modules", known_rules, why(rules, "[ ]"), rules, "[ ]"),),
        ((f"{machine}/tmpfiles.nix", ("systemd", "tmpfiles", "rules")),),  # noqa: S108 - a rendered file
        tuple(rule.text for rule in planned.unknown_tmpfiles),
        (("systemd", "tmpfiles", "rules"),),
    )
    for user in planned.users.values():
        yield from _user(context, planned, user)
    yield from _sshd(context, planned)


def _job(context: Context, planned: MachinePlan, job: Job, *, dormant: bool) -> Iterator[Subject]:
    machine, instance = planned.name, job.instance
    at = (machine, "jobs", job.name)
    file = f"{machine}/borgbackup.nix"
    ours, nixos = ("clanback", "jobs", job.name), ("services", "borgbackup", "jobs", job.name)
    unit = f"borgbackup-job-{job.name}"

    def client(*path: str) -> Cause:
        return context.cause_of_setting(instance, "client", machine, path)

    def own(*path: str) -> Cause:
        return context.cause_in_toml(instance, "client", machine, path)

    def subject(field: str, value: Any, summary: str, causes: tuple[Cause, ...], option: str, *also: tuple[str, ...]) -> Subject:
        names = ((*ours, *option.split(".")), *also)
        where = ((file, (*ours, *option.split("."))),)
        return Subject((*at, *field.split(".")), text_of(value), value, summary, causes, where, also=names)

    waiting = "; it waits for state that only NixOS knows of" if dormant else ""
    to = f"server {job.server}" if job.server is not None else f"destination {job.destination}"
    yield Subject(
        at,
        "job",
        "job",
        f"saves {machine} to {to} of instance {instance}{waiting}",
        (),
        ((file, ours),),
        also=(nixos, ours),
    )
    if job.server is not None:
        address = context.cause_of_setting(instance, "server", job.server, ("address",))
        said = f"the address at which {job.server} is reached; the server shows its key one repository, `.`"
        causes: tuple[Cause, ...] = (address,)
    else:
        said, causes = "the repository of the destination", (client("destinations", job.name, "repo"),)
    yield subject("repo", job.repo, said, causes, "repo", (*nixos, "repo"))
    yield subject("rsh", job.rsh, *_connection(context, job), "rsh", (*nixos, "environment", "BORG_RSH"))
    yield subject(
        "start_at",
        job.start_at,
        "when the timer elapses, as in systemd.time(7)",
        (client("startAt"),),
        "startAt",
        (*nixos, "startAt"),
        ("systemd", "services", unit, "startAt"),
    )
    yield subject(
        "start_delay_seconds",
        job.start_delay_seconds,
        "`RandomizedDelaySec`: the job starts up to so much later, by an amount fixed for the machine",
        (own("random_delay"),),
        "startDelay",
        ("systemd", "timers", unit, "timerConfig", "RandomizedDelaySec"),
    )
    yield subject("exclude", list(job.exclude), "what is left out", (client("exclude"),), "exclude", (*nixos, "exclude"))
    yield _paths(context, planned, job, nixos)
    yield subject(
        "compression",
        job.compression,
        f"always {COMPRESSION}, as in clan-core: there is no setting for it",
        (),
        "compression",
        (*nixos, "compression"),
    )
    for key in _RETENTION:
        kept = "how long every archive is kept" if key == "within" else f"how many {key} archives are kept"
        yield subject(
            f"prune.{key}",
            getattr(job.prune, key),
            kept,
            (own("retention", key),),
            f"prune.keep.{key}",
            (*nixos, "prune", "keep", key),
        )
    yield subject(
        "archive_base_name",
        job.archive_base_name,
        "how archives are named: the machine's host name and the job's name; the time follows",
        (),
        "archiveBaseName",
        (*nixos, "archiveBaseName"),
    )


def _connection(context: Context, job: Job) -> tuple[str, tuple[Cause, ...]]:
    """How the command that connects came about."""
    if not job.rsh_is_default:
        rsh = context.cause_of_setting(job.instance, "client", job.machine, ("destinations", job.name, "rsh"))
        return "the command that the destination asks for", (rsh,)
    if job.host_key is None:
        return (
            "ssh with the key that the generator `borgbackup` makes; no host key is known, so it is trusted on first use",
            (),
        )
    whose = "the clan's authority" if job.host_key_is_authority else f"{job.server}"
    known = "as it lies in `vars/`" if job.host_key.text is not None else "yet to be made"
    return (
        (
            f"ssh with the key that the generator `borgbackup` makes, and with the host key of {whose} pinned ({known}), "
            f"under the name {' '.join(job.host_names)}"
        ),
        (),
    )


def _paths(context: Context, planned: MachinePlan, job: Job, nixos: tuple[str, ...]) -> Subject:
    causes = [cause for name in sorted(planned.state) for cause in context.causes_of_state(planned.name, name, "folders")]
    more = "" if job.paths_complete else "; modules that only Nix can read may add more"
    return Subject(
        (planned.name, "jobs", job.name, "paths"),
        text_of(job.paths),
        list(job.paths),
        f"the folders of all state of the machine, in order of the state's name, one within another stored once{more}",
        tuple(causes),
        tuple((f"{planned.name}/state.nix", ("clan", "core", "state", name, "folders")) for name in sorted(planned.state)),
        tuple(unknown.text for unknown in job.unknown_paths),
        ((*nixos, "paths"), ("clanback", "jobs", job.name, "paths")),
    )


def _repository(context: Context, planned: MachinePlan, repository: Repository) -> Iterator[Subject]:
    server, client = planned.name, repository.client
    at, file = (server, "repos", client), f"{server}/borgbackup.nix"
    nixos = ("services", "borgbackup", "repos", client)
    directory = context.cause_of_setting(repository.instance, "server", server, ("directory",))
    said = f"keeps the backups of {client}, instance {repository.instance}"
    yield Subject(at, "repository", "repository", said, (), ((file, nixos),), also=(nixos,))
    path = Subject(
        (*at, "path"),
        text_of(repository.path),
        repository.path,
        "the server's folder, and in it one for each client",
        (directory,),
        ((file, (*nixos, "path")),),
        also=((*nixos, "path"),),
    )
    yield path
    keys = [value.text if value.text is not None else f"vars/{value.key}" for value in repository.authorized_keys]
    option = "authorizedKeysAppendOnly" if repository.append_only else "authorizedKeys"
    yield Subject(
        (*at, "authorized_keys"),
        text_of(keys),
        keys,
        f"the public key that the generator `borgbackup` makes for {client}: it may use this repository and nothing else",
        (),
        ((file, (*nixos, option)),),
        also=((*nixos, option),),
    )
    for field, value in (("append_only", repository.append_only), ("quota", repository.quota)):
        option = "authorizedKeysAppendOnly" if field == "append_only" else field
        whose = (("client", client), ("server", server))
        causes = tuple(context.cause_in_toml(repository.instance, role, name, (field,)) for role, name in whose)
        said = "the client may add and not delete" if field == "append_only" else "how much it may hold"
        where = ((file, (*nixos, option)),)
        yield Subject(
            (*at, field), text_of(value), value, said, causes, where, also=((*nixos, option),) if field == "quota" else ()
        )


def _state(context: Context, planned: MachinePlan) -> Iterator[Subject]:
    for name, entry in planned.state.items():
        at, nixos = (planned.name, "state", name), ("clan", "core", "state", name)
        file = f"{planned.name}/state.nix"
        found = context.origins("machines", planned.name, "state", name)
        causes = (Cause(f"`clan.core.state.{name}`", "", why(found, None), found),) if found else ()
        yield Subject(at, "state", "state", "data that matters: it is backed up", causes, ((file, nixos),), also=(nixos,))
        yield Subject(
            (*at, "folders"),
            text_of(entry.folders),
            list(entry.folders),
            "folders that are backed up",
            context.causes_of_state(planned.name, name, "folders"),
            ((file, (*nixos, "folders")),),
            tuple(unknown.text for unknown in entry.unknown_folders),
            ((*nixos, "folders"),),
        )
        for hook, script in entry.hooks.items():
            text = script if isinstance(script, str) else script.text
            yield Subject(
                (*at, hook),
                text_of(text),
                text,
                "a script that runs as root around a backup or restore",
                context.causes_of_state(planned.name, name, hook),
                ((file, (*nixos, hook)),),
                () if isinstance(script, str) else (script.text,),
                ((*nixos, hook),),
            )


def _user(context: Context, planned: MachinePlan, user: User) -> Iterator[Subject]:
    machine, at, file = planned.name, (planned.name, "users", user.name), f"{planned.name}/users.nix"
    nixos = ("users", "users", user.name)
    instances = [
        instance.name
        for instance in context.instances_of("users", "default", machine)
        if (context.setting(instance.name, "default", machine, ("user",)) or instance.name) == user.name
    ]

    def causes(*path: str) -> tuple[Cause, ...]:
        return tuple(context.cause_of_setting(instance, "default", machine, path) for instance in instances)

    said = f"an account that instance {' and '.join(instances)} makes"
    yield Subject(at, "user", "user", said, causes("user"), ((file, nixos),), also=(nixos,))
    keys = [key if isinstance(key, str) else key.text or f"vars/{key.key}" for key in user.keys]
    where = ("openssh", "authorizedKeys", "keys")
    yield Subject(
        (*at, "keys"),
        text_of(keys),
        keys,
        "public keys that may log in",
        causes(*where),
        ((file, (*nixos, *where)),),
        also=((*nixos, *where),),
    )
    groups = list(user.groups)
    yield Subject(
        (*at, "groups"),
        text_of(groups),
        groups,
        "further groups of the user",
        causes("groups"),
        ((file, (*nixos, "extraGroups")),),
        also=((*nixos, "extraGroups"),),
    )
    path = user.hashed_password_file.path if user.hashed_password_file is not None else None
    yield Subject(
        (*at, "hashed_password_file"),
        text_of(path),
        path,
        "where the hash of the password lies on the machine; `prompt` says whether it is asked for, `share` whose it is",
        (*causes("prompt"), *causes("share")),
        ((file, (*nixos, "hashedPasswordFile")),),
        also=((*nixos, "hashedPasswordFile"),),
    )


def _sshd(context: Context, planned: MachinePlan) -> Iterator[Subject]:
    if planned.sshd is None:
        return
    machine, file = planned.name, f"{planned.name}/sshd.nix"
    instances = context.instances_of("sshd", "server", machine)

    def causes(*path: str) -> tuple[Cause, ...]:
        return tuple(context.cause_of_setting(instance.name, "server", machine, path) for instance in instances)

    root = ("users", "users", "root", "openssh", "authorizedKeys", "keys")
    keys = [key if isinstance(key, str) else key.text or f"vars/{key.key}" for key in planned.sshd.root_keys]
    yield Subject(
        (machine, "sshd", "root_keys"),
        text_of(keys),
        keys,
        "public keys that may log in as root, besides those of the users service",
        (*causes("authorizedKeys"), *causes("generateRootKey")),
        ((file, root),),
    )
    secrets: list[SecretRef] = [key.secret for key in planned.sshd.host_keys]
    yield Subject(
        (machine, "sshd", "host_keys"),
        text_of([secret.path for secret in secrets]),
        [secret.path for secret in secrets],
        "private host keys, as they lie on the machine",
        causes("hostKeys", "rsa", "enable"),
        ((file, ("services", "openssh", "hostKeys")),),
        also=(("services", "openssh", "hostKeys"),),
    )
    certificate = None if planned.sshd.certificate is None else f"vars/{planned.sshd.certificate.key}"
    yield Subject(
        (machine, "sshd", "certificate"),
        text_of(certificate),
        certificate,
        "the certificate that the clan's authority gives the host key",
        causes("certificate", "enable"),
        ((file, ("services", "openssh", "settings", "HostCertificate")),),
        also=(("services", "openssh", "settings", "HostCertificate"),),
    )

"""`borgbackup.nix`: a machine's jobs, the repositories it keeps for others, and the commands that work on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback import __version__
from clanback.render.literals import NixExpression, string
from clanback.render.runtime import render_template, template_names
from clanback.render.values import PublicValues, origin
from clanback.services.borgbackup import TIMESTAMP_PATTERN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clanback.plan.model import Job, MachinePlan, Repository
    from clanback.render.values import Location

SHARED_FILE = "borgbackup.nix"
PROGRAM_FILE = "clanback-machine.nix"
PROGRAM_FOLDER = "clanback-machine.d"
_SCRIPTS = ("hooks.compat", "lock", "pre", "post", "folders", "create", "list", "restore")


def render_shared(*, compat: bool) -> str:
    """The text of the module that all clients import: how jobs run. The same bytes for every machine."""
    scripts = {f"{name.replace('.', '_')}_script": render_template(f"borgbackup-{name}.sh") for name in _SCRIPTS}
    return render_template("borgbackup.nix", compat=compat, **scripts)


def render_program() -> dict[str, str]:
    """The files of `clanback-machine`, which answers the operator's questions on a machine, and the module that installs it."""
    module = render_template(PROGRAM_FILE, program=f"./{PROGRAM_FOLDER}", version=__version__, timestamp=TIMESTAMP_PATTERN)
    parts = {name.removeprefix("machine/"): name for name in template_names() if name.startswith("machine/")}
    return {PROGRAM_FILE: module, **{f"{PROGRAM_FOLDER}/{part}": render_template(name) for part, name in parts.items()}}


def is_client(machine: MachinePlan) -> bool:
    """Whether the machine has jobs, or would have if NixOS knew of state."""
    return bool(machine.jobs or machine.dormant_jobs or machine.backup_provider)


def render_borgbackup(machine: MachinePlan, location: Location, *, compat: bool) -> str | None:
    """The text of a machine's own `borgbackup.nix`, or None where it has no part in backups."""
    ssh_server = machine.ssh_server and machine.sshd is None
    if not is_client(machine) and not machine.repos and not ssh_server:
        return None
    jobs = {**machine.jobs, **machine.dormant_jobs}
    values = PublicValues(location)
    repos = [_repository(repository, values) for repository in machine.repos.values()]
    return render_template(
        "machine_borgbackup.nix",
        machine=machine.name,
        client=is_client(machine),
        shared=f"../{SHARED_FILE if is_client(machine) else PROGRAM_FILE}" if is_client(machine) or machine.repos else None,
        compat=compat,
        jobs=[_job(jobs[name], machine) for name in sorted(jobs)],
        repos=repos,
        known_hosts=_known_hosts(jobs.values(), values),
        ssh_server=ssh_server,
        values=values,
    )


def _job(job: Job, machine: MachinePlan) -> dict[str, Any]:
    return {
        "name": job.name,
        "origin": origin(job.place, f"instances.{job.instance}.roles.client of {machine.name}"),
        "repo": job.repo,
        "rsh": job.rsh,
        "exclude": job.exclude,
        "passphrase_file": job.passphrase.path,
        "compression": job.compression,
        "archive_base_name": job.archive_base_name,
        "start_at": job.start_at,
        "keep": job.prune.keep if job.prune_here else {},
        "prune_prefix": job.prune_prefix,
        "start_delay_seconds": job.start_delay_seconds,
    }


def _known_hosts(jobs: Iterable[Job], values: PublicValues) -> NixExpression | None:
    """The text of known hosts: a line for each server whose host key is pinned, as an expression; None where none is."""
    lines: dict[str, None] = {}
    for job in jobs:
        if job.host_key is None:
            continue
        names = ",".join(job.host_names)
        prefix = f"@cert-authority {names} " if job.host_key_is_authority else f"{names} "
        if job.host_key.text is not None:
            lines[string(prefix + job.host_key.text.replace("\n", "") + "\n")] = None
        else:
            lines[f"{string(prefix)} + {values.line(job.host_key)} + {string(chr(10))}"] = None
    return NixExpression("\n    + ".join(lines)) if lines else None


def _repository(repository: Repository, values: PublicValues) -> dict[str, Any]:
    return {
        "client": repository.client,
        "origin": origin(repository.place, f"instances.{repository.instance}.roles.server, client {repository.client}"),
        "path": repository.path,
        "authorized_keys": [values.text(key) for key in repository.authorized_keys],
        "append_only": repository.append_only,
        "keep": repository.prune.keep if repository.prune is not None else None,
        "archives": repository.prune_archives,
        "quota": repository.quota,
    }

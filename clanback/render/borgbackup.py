"""`borgbackup.nix`: a machine's jobs, the repositories it keeps for others, and the commands that work on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.render.literals import NixExpression, string
from clanback.render.runtime import render_template
from clanback.render.values import PublicValues, origin

if TYPE_CHECKING:
    from clanback.plan.model import Job, MachinePlan, Repository, Retention
    from clanback.render.values import Location

_SCRIPTS = ("hooks.compat", "lock", "pre", "post", "folders", "create", "list", "restore")


def render_borgbackup(machine: MachinePlan, location: Location, *, compat: bool) -> str | None:
    """The text of `borgbackup.nix`, or None where the machine has no part in backups."""
    jobs = [_job(job, machine) for job in (*machine.jobs.values(), *machine.dormant_jobs.values())]
    jobs.sort(key=lambda job: str(job["name"]))
    values = PublicValues(location)
    repos = [_repository(repository, values) for repository in machine.repos.values()]
    is_client = bool(jobs) or machine.backup_provider
    ssh_server = machine.ssh_server and machine.sshd is None
    if not is_client and not repos and not ssh_server:
        return None
    scripts = {f"{name.replace('.', '_')}_script": render_template(f"borgbackup-{name}.sh") for name in _SCRIPTS}
    return render_template(
        "borgbackup.nix",
        machine=machine.name,
        client=is_client,
        compat=compat,
        jobs=jobs,
        repos=repos,
        provider=machine.backup_provider,
        known_hosts=_known_hosts(machine, values),
        ssh_server=ssh_server,
        nothing_saved=string(f"nothing is backed up on {machine.name}: clan.core.state names no folder"),
        values=values,
        **scripts,
    )


def _job(job: Job, machine: MachinePlan) -> dict[str, Any]:
    return {
        "name": job.name,
        "origin": origin(job.place, f"instances.{job.instance}.roles.client of {machine.name}"),
        "repo": job.repo,
        "rsh": job.rsh,
        "exclude": job.exclude,
        "pass_command": f"cat {job.passphrase.path}",
        "compression": job.compression,
        "archive_base_name": job.archive_base_name,
        "start_at": job.start_at,
        "keep": _keep(job.prune) if job.prune_here else {},
        "prune_prefix": job.prune_prefix,
        "timer": f"borgbackup-job-{job.name}",
        "start_delay_seconds": job.start_delay_seconds,
    }


def _keep(retention: Retention) -> dict[str, Any]:
    keep: dict[str, Any] = {
        "within": retention.within,
        "daily": retention.daily,
        "weekly": retention.weekly,
        "monthly": retention.monthly,
    }
    if retention.yearly:
        keep["yearly"] = retention.yearly
    return keep


def _known_hosts(machine: MachinePlan, values: PublicValues) -> list[NixExpression]:
    """One line of known hosts per server whose host key is pinned, each an expression that gives a string."""
    lines: dict[str, NixExpression] = {}
    for job in (*machine.jobs.values(), *machine.dormant_jobs.values()):
        if job.host_key is None:
            continue
        names = ",".join(job.host_names)
        prefix = f"@cert-authority {names} " if job.host_key_is_authority else f"{names} "
        if job.host_key.text is not None:
            line = string(prefix + job.host_key.text.removesuffix("\n") + "\n")
        else:
            line = NixExpression(f"({string(prefix)} + {values.line(job.host_key)} + {string(chr(10))})")
        lines.setdefault(line, line)
    return list(lines.values())


def _repository(repository: Repository, values: PublicValues) -> dict[str, Any]:
    return {
        "client": repository.client,
        "origin": origin(repository.place, f"instances.{repository.instance}.roles.server, client {repository.client}"),
        "path": repository.path,
        "authorized_keys": [values.text(key) for key in repository.authorized_keys],
        "append_only": repository.append_only,
        "quota": repository.quota,
    }

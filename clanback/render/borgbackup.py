"""`borgbackup.nix`: a machine's jobs, the repositories it keeps for others, and the commands that work on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.render.literals import NixExpression, string
from clanback.render.runtime import render_template
from clanback.render.values import origin

if TYPE_CHECKING:
    from clanback.plan.model import Job, MachinePlan, Repository, Retention
    from clanback.render.values import Location

_SCRIPTS = ("hooks.compat", "lock", "pre", "post", "folders", "create", "list", "restore")


def render_borgbackup(machine: MachinePlan, location: Location, *, compat: bool) -> str | None:
    """The text of `borgbackup.nix`, or None where the machine has no part in backups."""
    jobs = [_job(job, machine) for job in (*machine.jobs.values(), *machine.dormant_jobs.values())]
    jobs.sort(key=lambda job: str(job["name"]))
    repos = [_repository(repository, location) for repository in machine.repos.values()]
    is_client = bool(jobs) or machine.backup_provider
    if not is_client and not repos:
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
        known_hosts=_known_hosts(machine, location),
        ssh_server=machine.ssh_server and machine.sshd is None,
        nothing_saved=string(f"nothing is backed up on {machine.name}: clan.core.state names no folder"),
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


def _known_hosts(machine: MachinePlan, location: Location) -> list[NixExpression]:
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
            line = NixExpression(f"({string(prefix)} + {location.public_value(job.host_key, strip=True)} + {string(chr(10))})")
        lines.setdefault(line, line)
    return list(lines.values())


def _repository(repository: Repository, location: Location) -> dict[str, Any]:
    return {
        "client": repository.client,
        "origin": origin(repository.place, f"instances.{repository.instance}.roles.server, client {repository.client}"),
        "path": repository.path,
        "keys": [location.public_value(key) for key in repository.authorized_keys],
        "append_only": repository.append_only,
        "quota": repository.quota,
    }

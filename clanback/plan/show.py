"""The inventory and the plan as `show --json` prints them: format 1, which tests and other tools rely on (DESIGN section 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clanback.diagnostics import Diagnostic
    from clanback.inventory.model import Instance, Inventory, Machine, UnknownText
    from clanback.plan.model import Job, MachinePlan, Plan, PublicValue, Repository

FORMAT_VERSION = 1


def to_json(inventory: Inventory, plan: Plan, diagnostics: Iterable[Diagnostic] | None = None) -> dict[str, Any]:
    """Plain JSON values. `diagnostics` are those to show; by default what resolving and planning found.

    Under `plan`, what only Nix can know stands as its source text in `unknown_paths` and `unknown_folders`; `state_complete` is
    false when modules that are not understood without Nix may declare more.
    """
    if diagnostics is None:
        diagnostics = (*inventory.diagnostics, *plan.diagnostics)
    return {
        "format_version": FORMAT_VERSION,
        "meta": {"name": inventory.meta.name, "domain": inventory.meta.domain},
        "tags": {tag: list(members) for tag, members in sorted(inventory.tags.items())},
        "machines": {name: _machine(machine) for name, machine in sorted(inventory.machines.items())},
        "instances": {name: _instance(instance, plan) for name, instance in sorted(inventory.instances.items())},
        "plan": {name: _machine_plan(machine) for name, machine in sorted(plan.machines.items())},
        "diagnostics": [diagnostic.as_json() for diagnostic in diagnostics],
    }


def _machine(machine: Machine) -> dict[str, Any]:
    return {"tags": list(machine.tags), "machineClass": machine.machine_class, "targetHost": machine.target_host}


def _instance(instance: Instance, plan: Plan) -> dict[str, Any]:
    completed: Mapping[str, Any] = plan.settings.get(instance.name, {})
    return {
        "service": instance.service,
        "input": instance.input,
        "roles": {
            role: {machine: _plain(completed.get(role, members.members).get(machine)) for machine in sorted(members.members)}
            for role, members in sorted(instance.roles.items())
        },
    }


def _plain(settings: Any) -> Any:
    """Settings with paths of the repository as texts, relative to its root."""
    if settings is None or isinstance(settings, (str, int, float)):
        return settings
    if isinstance(settings, dict):
        return {name: _plain(value) for name, value in settings.items()}
    return [_plain(value) for value in settings] if isinstance(settings, (list, tuple)) else f"./{settings.path}"


def _machine_plan(machine: MachinePlan) -> dict[str, Any]:
    return {
        "jobs": {name: _job(job) for name, job in machine.jobs.items()},
        "repos": {client: _repository(repository) for client, repository in machine.repos.items()},
        "state": {
            name: {
                "folders": list(entry.folders),
                "unknown_folders": _texts(entry.unknown_folders),
                "hooks": sorted(entry.hooks),
            }
            for name, entry in machine.state.items()
        },
        "state_complete": machine.state_complete,
        "tmpfiles": list(machine.tmpfiles),
    }


def _job(job: Job) -> dict[str, Any]:
    kept = {"within": job.prune.within, "daily": job.prune.daily, "weekly": job.prune.weekly, "monthly": job.prune.monthly}
    if job.prune.yearly:
        kept["yearly"] = job.prune.yearly
    return {
        "repo": job.repo,
        "rsh": job.rsh,
        "paths": list(job.paths),
        "unknown_paths": _texts(job.unknown_paths),
        "exclude": list(job.exclude),
        "start_at": job.start_at,
        "compression": job.compression,
        "prune": kept,
    }


def _repository(repository: Repository) -> dict[str, Any]:
    return {"path": repository.path, "authorized_keys": [_key(key) for key in repository.authorized_keys]}


def _key(key: PublicValue) -> str | None:
    """The key as it lies under `vars/`, None while it is not there."""
    return key.text


def _texts(unknown: Iterable[UnknownText]) -> list[str]:
    return [entry.text for entry in unknown]

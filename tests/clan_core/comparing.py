"""What differs between `show --json --compat clan-core` and the facts that clan-core evaluates, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.cases.compare import JOB_OPTIONS
from tests.clan_core.clans import TAGS

if TYPE_CHECKING:
    from collections.abc import Iterator

STRICTER = {
    "CB213": "names of machines that no host can have",
    "CB214": "machines in roles and tags that do not exist",
    "CB228": "properties the wrong way round, which clan-core takes for tags",
    "CB406": "two jobs of one name, which NixOS merges if they are equal",
    "CB407": "two repositories of one name, which NixOS merges if they are equal",
}
"""Errors that clan-core does not make, or not always (docs/differences.md)."""

ONLY_NIXOS = (".rsh", ".user")
"""Settings whose defaults only NixOS knows: how a destination is reached, and the user named after the instance."""

UNUSED = ("CB204", "CB219")
"""Errors in settings; those of a role or tag that no machine has are errors of ours only, as clan-core never looks at them."""


def refusal(shown: dict[str, Any]) -> list[str]:
    """The errors because of which clan-core has to refuse the clan as well."""
    return [
        f"{found['code']} {found['message']}"
        for found in shown["diagnostics"]
        if found["severity"] == "error" and found["code"] not in STRICTER and found["code"] < "CB300"
    ]


def is_stricter(shown: dict[str, Any], facts: dict[str, Any] | str) -> bool:
    """Whether there is an error that clan-core does not make."""
    errors = [found["code"] for found in shown["diagnostics"] if found["severity"] == "error" and found["code"] < "CB300"]
    if errors and set(errors) <= set(UNUSED) and not isinstance(facts, str) and _leaves_something_unused(facts):
        return True
    return any(found["severity"] == "error" and found["code"] in STRICTER for found in shown["diagnostics"])


def _leaves_something_unused(facts: dict[str, Any]) -> bool:
    roles = [members for instance in facts["instances"].values() for members in instance["roles"].values()]
    carried = {tag for machine in facts["machines"].values() for tag in machine["tags"]}
    return not all(roles) or not set(TAGS) <= carried


def theirs_refused(facts: dict[str, Any] | str) -> str | None:
    """Why clan-core cannot evaluate the clan, or some part of it; None where it can."""
    if isinstance(facts, str):
        return facts
    return next(_errors({name: facts[name] for name in ("meta", "tags", "machines", "instances", "nixos")}, ""), None)


def _errors(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        if "__error__" in value:
            if not path.endswith(ONLY_NIXOS):
                yield path
            return
        for name, inner in value.items():
            yield from _errors(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _errors(inner, f"{path}.{number}")


def differences(facts: dict[str, Any], shown: dict[str, Any]) -> Iterator[str]:
    """Everything that both know."""
    for name in ("name", "domain"):
        yield from _unequal(f"meta.{name}", facts["meta"][name], shown["meta"][name])
    yield from _unequal("names of machines", sorted(facts["machines"]), sorted(shown["machines"]))
    for machine, said in facts["machines"].items():
        ours = shown["machines"].get(machine, {})
        for name in ("tags", "machineClass", "targetHost"):
            yield from _unequal(f"machines.{machine}.{name}", said[name], ours.get(name))
    yield from _unequal("instances", sorted(facts["instances"]), sorted(shown["instances"]))
    for instance, said in facts["instances"].items():
        yield from _instance(instance, said, shown["instances"].get(instance, {}))
    for machine, options in facts["nixos"].items():
        yield from _machine(machine, options, shown["plan"].get(machine, {}))


def _instance(instance: str, said: dict[str, Any], ours: dict[str, Any]) -> Iterator[str]:
    source, _, service = said["service"].rpartition("-")
    yield from _unequal(f"{instance}.service", service, ours.get("service"))
    if source in ("<clan-core>", "clan-core"):
        source = None
    yield from _unequal(f"{instance}.input", source, None if ours.get("input") == "clan-core" else ours.get("input"))
    for role, members in said["roles"].items():
        mine = ours.get("roles", {}).get(role, {})
        yield from _unequal(f"members of {instance}.{role}", sorted(members), sorted(mine))
        for machine, settings in members.items():
            if mine.get(machine) is not None:
                yield from _unequal(f"{instance}.{role}.{machine}", _known(settings, settings), _known(mine[machine], settings))


def _known(settings: Any, theirs: Any) -> Any:
    """Settings without those that clan-core cannot tell, as only NixOS knows them."""
    if not isinstance(settings, dict) or not isinstance(theirs, dict):
        return settings
    unknown = {name for name, value in theirs.items() if isinstance(value, dict) and "__error__" in value}
    return {name: _known(value, theirs.get(name)) for name, value in settings.items() if name not in unknown}


def _machine(machine: str, theirs: dict[str, Any], ours: dict[str, Any]) -> Iterator[str]:
    jobs, mine = theirs["borgbackup"]["jobs"], ours.get("jobs", {})
    yield from _unequal(f"jobs of {machine}", sorted(jobs), sorted(mine))
    for name, job in jobs.items():
        for option, known_as in JOB_OPTIONS.items():
            yield from _unequal(f"{option} of job {name} of {machine}", job[option], mine.get(name, {}).get(known_as))
        rsh = job["environment"]["BORG_RSH"].replace("/MACHINE/", f"/{machine}/")
        yield from _unequal(f"BORG_RSH of job {name} of {machine}", rsh, mine.get(name, {}).get("rsh"))
    for client, repository in theirs["borgbackup"]["repos"].items():
        path = ours.get("repos", {}).get(client, {}).get("path")
        yield from _unequal(f"repository of {client} on {machine}", repository["path"], path)
    yield from _unequal(f"repositories on {machine}", sorted(theirs["borgbackup"]["repos"]), sorted(ours.get("repos", {})))
    yield from _unequal(f"tmpfiles of {machine}", theirs["tmpfiles_rules"], ours.get("tmpfiles", []))
    state = ours.get("state", {})
    yield from _unequal(f"state of {machine}", sorted(theirs["state"]), sorted(state))
    for name, one in theirs["state"].items():
        yield from _unequal(f"folders of {name} of {machine}", one["folders"], state.get(name, {}).get("folders"))
        hooks = sorted(option for option in one if option.endswith("Script") and one[option] is not None)
        yield from _unequal(f"hooks of {name} of {machine}", hooks, sorted(state.get(name, {}).get("hooks", [])))


def _unequal(what: str, theirs: Any, ours: Any) -> Iterator[str]:
    if theirs != ours:
        yield f"{what}: clan-core says {theirs!r}, we {ours!r}"

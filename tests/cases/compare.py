"""Compare what `show --json --compat clan-core` says of a case with what clan-core evaluates for it."""

from __future__ import annotations

import io
import json
import shutil
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clanback.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent

OURS = ("borgbackup", "users", "sshd")

# Name of a job's option in NixOS → name in `show --json`.
JOB_OPTIONS = {"repo": "repo", "paths": "paths", "exclude": "exclude", "startAt": "start_at", "compression": "compression"}


def names(kind: str) -> list[str]:
    """Names of the cases of a kind, `expected` or `rejected`."""
    return sorted(path.name.removesuffix(f".{kind}.json") for path in HERE.glob(f"*.{kind}.json"))


def laid_out(name: str, folder: Path) -> Path:
    """Lay a case out as a repository in an empty folder and return what `--clan` is to be."""
    beside = HERE / f"{name}.d"
    if beside.is_dir():
        shutil.copytree(beside, folder, dirs_exist_ok=True)
    clan = folder / "clan.nix"
    shutil.copyfile(HERE / f"{name}.nix", clan)
    return folder if beside.is_dir() else clan


def run(*arguments: str) -> tuple[int, str, str]:
    """Run the command line in this process: exit status, stdout, stderr."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = main(list(arguments))
    return status, out.getvalue(), err.getvalue()


def shown(clan: Path) -> tuple[int, dict[str, Any]]:
    """Exit status and parsed output of `show --json --compat clan-core`."""
    status, out, err = run("--clan", str(clan), "show", "--json", "--compat", "clan-core")
    assert "Traceback" not in err, err
    assert out, err
    return status, json.loads(out)


def facts(name: str, kind: str) -> dict[str, Any]:
    """The facts that are known of a case."""
    return json.loads((HERE / f"{name}.{kind}.json").read_text())


def differences(expected: dict[str, Any], got: dict[str, Any]) -> Iterator[str]:
    """Say in words what differs; nothing where all is well."""
    for machine, facts_of_machine in expected["machines"].items():
        tags = got["machines"].get(machine, {}).get("tags", [])
        if sorted(tags) != sorted(facts_of_machine["tags"]):
            yield f"tags of {machine}: {tags}, clan-core: {facts_of_machine['tags']}"
    for instance, facts_of_instance in expected["instances"].items():
        roles = got["instances"].get(instance, {}).get("roles", {})
        known = facts_of_instance["service"].rpartition("-")[2] in OURS and facts_of_instance["service"].startswith(
            "<clan-core>-"
        )
        for role, members in facts_of_instance["roles"].items():
            mine = roles.get(role, {})
            if sorted(mine) != sorted(members):
                yield f"members of {instance}.{role}: {sorted(mine)}, clan-core: {sorted(members)}"
            elif known:
                for machine, settings in members.items():
                    yield from _settings(f"{instance}.{role}.{machine}", settings, mine[machine])
    for machine, options in expected["nixos"].items():
        if "borgbackup" in options:
            yield from _machine(machine, options, got["plan"].get(machine, {}))


def _settings(where: str, expected: dict[str, Any], got: dict[str, Any]) -> Iterator[str]:
    for name, value in expected.items():
        mine = got.get(name)
        if _is_error(value) or (name == "user" and value is None):  # only NixOS knows these
            continue
        if name == "destinations":
            value, mine = _without_rsh(value), _without_rsh(mine or {})
        if value != mine:
            yield f"{where}.{name}: {mine!r}, clan-core: {value!r}"


def _machine(machine: str, expected: dict[str, Any], got: dict[str, Any]) -> Iterator[str]:
    jobs, mine = expected["borgbackup"]["jobs"], got.get("jobs", {})
    if sorted(jobs) != sorted(mine):
        yield f"jobs of {machine}: {sorted(mine)}, clan-core: {sorted(jobs)}"
        return
    for name, job in jobs.items():
        for theirs, ours in JOB_OPTIONS.items():
            if not _is_error(job.get(theirs)) and job.get(theirs) != mine[name].get(ours):
                yield f"{ours} of job {name} of {machine}: {mine[name].get(ours)!r}, clan-core: {job.get(theirs)!r}"
    for client, repository in expected["borgbackup"]["repos"].items():
        path = got.get("repos", {}).get(client, {}).get("path")
        if isinstance(repository["path"], str) and path != repository["path"]:
            yield f"path of the repository of {client} on {machine}: {path!r}, clan-core: {repository['path']!r}"
    rules = got.get("tmpfiles", [])
    if sorted(rules) != sorted(expected["tmpfiles_rules"]):
        yield f"tmpfiles of {machine}: {rules}, clan-core: {expected['tmpfiles_rules']}"


def _is_error(value: object) -> bool:
    return isinstance(value, dict) and "__error__" in value


def _without_rsh(destinations: dict[str, Any]) -> dict[str, Any]:
    """The default of `rsh` is a value that only NixOS knows."""
    return {
        name: {option: value for option, value in destination.items() if option != "rsh" and not _is_error(value)}
        for name, destination in destinations.items()
    }

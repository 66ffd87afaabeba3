"""Count the copies of every state, and tell what is not covered.

For each state: how many copies there are (the files on the machine are the first), on how many machines or hosts, off-site or
not, encrypted, with a pinned host key; whether that is 3-2-1: three copies, two places, one off-site. Then the services of NixOS
that are turned on but whose state nobody declares. A folder that only Nix can know is shown as unknown and never counts as
saved. Where machines and destinations stand is said by `site` in clanback.toml.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping
    from typing import Any

    from clanback.backups.sweep import Ending
    from clanback.diagnostics import Diagnostic
    from clanback.inventory.enabled_services import EnabledService
    from clanback.plan.audit import Audit, Requirement
    from clanback.stages import Outcome

NAME = "audit"
SUMMARY = "count the copies of every state, tell what is not covered"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `audit`."""
    parser.add_argument("machine", nargs="?", metavar="MACHINE", help="only this machine")
    parser.add_argument(
        "--require",
        metavar="WHAT",
        type=required,
        help="fail with 1 if a state has less: copies=2,places=2,offsite=1, or 3-2-1",
    )
    parser.add_argument(
        "--ignore-unknown",
        action="store_true",
        help="with --require: judge states by their known folders, even if they have others that only Nix can know",
    )
    parser.add_argument(
        "--live", action="store_true", help="ask the machines for the age of the newest archives; what has none is no copy"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="form of the result (default: text)")


def required(text: str) -> Mapping[str, int]:
    """`copies=2,offsite=1` as numbers; refuses names that mean nothing."""
    from argparse import ArgumentTypeError

    found: dict[str, int] = {}
    for part in ("copies=3,places=2,offsite=1" if text.strip() == "3-2-1" else text).split(","):
        name, _, number = part.strip().partition("=")
        if name not in ("copies", "places", "offsite") or not number.isascii() or not number.isdigit():
            raise ArgumentTypeError(f"{part.strip()!r} means nothing: write copies=2,places=2,offsite=1, or 3-2-1")
        found[name] = int(number)
    return found


def run(options: argparse.Namespace) -> int:
    """Print the audit; 0 when done, 1 with errors in the clan or below `--require`, 2 if it cannot be read.

    With `--live` also 3 if a machine failed, 4 if one could not be reached.
    """
    from clanback.cli import repository
    from clanback.cli.output import write_diagnostics, write_json
    from clanback.diagnostics import Severity
    from clanback.stages import follow

    clan = repository.locate(options.clan)
    outcome = follow(clan, compat=None, check=False, allow_outside=options.allow_outside, nixpkgs=options.nixpkgs)
    errors = [one for one in outcome.diagnostics() if one.severity is Severity.ERROR]
    write_diagnostics(errors, options, sys.stderr)
    if outcome.inventory is None or outcome.plan is None:
        return outcome.status_of_failure(None)
    if options.machine is not None and options.machine not in outcome.plan.machines:
        from clanback.cli.show import no_such_machine

        return no_such_machine(NAME, options.machine, outcome.plan.machines)
    ages, ending = _asked(outcome, options) if options.live else ({}, 0)
    found = audited(outcome, options.machine, ages)
    requirement = _requirement(options)
    if options.format == "json":
        write_json(to_json(found, requirement))
    else:
        from clanback.cli.audit_text import tables
        from clanback.cli.tables import draw

        draw(*tables(found, requirement, outcome.plan.meta.name), options)
    below = requirement is not None and any(requirement.missing(state) for state in found.states)
    return ending or (1 if below or errors else 0)


def _asked(outcome: Outcome, options: argparse.Namespace) -> tuple[dict[tuple[str, str], int | None], int]:
    """The age of the newest good archive of every job, and the exit status if a machine gave no answer.

    A machine that does not answer leaves its jobs as they are planned, and is told; a repository that cannot be read has none.
    """
    from clanback.backups.judging import age
    from clanback.backups.reach import reach
    from clanback.backups.status import status
    from clanback.backups.sweep import Ending, sweep
    from clanback.cli.backups.opening import connections, tell
    from clanback.cli.backups.progress import machines_done

    inventory, plan = outcome.inventory, outcome.plan
    assert inventory is not None
    assert plan is not None
    machines = [name for name, machine in plan.machines.items() if machine.jobs and options.machine in (None, name)]
    with connections(machines) as session, machines_done("asking", machines, options) as ended:

        def ask(machine: str) -> _Answer:
            said = status(session, reach(inventory, plan, machine), sizes=False)
            known = {job.job: job for job in said.jobs}
            old = {name: age(known[name], said.now) if name in known else None for name in plan.machines[machine].jobs}
            ages = {(machine, name): None if seconds is None else max(0, int(seconds)) for name, seconds in old.items()}
            problems = tuple(job.problem for job in said.jobs if job.problem is not None)
            return _Answer(ages, problems, Ending.FAILED if problems else Ending.DONE)

        outcomes = sweep(machines, ask, parallel=100, on_end=ended)
    tell([one for each in outcomes for one in each.diagnostics], options)
    ages = {job: seconds for each in outcomes if each.value is not None for job, seconds in each.value.ages.items()}
    return ages, max((each.ending for each in outcomes), default=0)


class _Answer:
    """What a machine said of its jobs."""

    def __init__(self, ages: dict[tuple[str, str], int | None], diagnostics: tuple[Diagnostic, ...], ending: Ending) -> None:
        self.ages = ages
        self.diagnostics = diagnostics
        self.ending = ending


def audited(outcome: Outcome, machine: str | None = None, ages: Mapping[tuple[str, str], int | None] | None = None) -> Audit:
    """The audit of a clan that has been planned."""
    from clanback.plan.audit import audit

    assert outcome.inventory is not None
    assert outcome.plan is not None
    machines = list(outcome.plan.machines) if machine is None else [machine]
    return audit(outcome.inventory, outcome.plan, services=_services(outcome, machines), ages=ages, machines=machines)


def _services(outcome: Outcome, machines: list[str]) -> dict[str, dict[str, EnabledService]]:
    from clanback.inventory.enabled_services import enabled_services
    from clanback.nix.room import with_room
    from clanback.plan.known_services import OPTIONS

    assert outcome.config is not None
    found: dict[str, dict[str, EnabledService]] = {}

    def read() -> None:
        assert outcome.config is not None
        found.update(enabled_services(outcome.config, OPTIONS, machines))

    with_room(read)
    return found


def _requirement(options: argparse.Namespace) -> Requirement | None:
    if options.require is None:
        return None
    from clanback.plan.audit import Requirement

    wanted = options.require
    return Requirement(wanted.get("copies", 0), wanted.get("places", 0), wanted.get("offsite", 0), options.ignore_unknown)


def to_json(found: Audit, requirement: Requirement | None) -> dict[str, Any]:
    """The audit as plain values, format 1."""
    states = found.states
    shown: dict[str, Any] = {
        "format_version": 1,
        "summary": {
            "states": len(states),
            "saved": sum(state.saved for state in states),
            "three_two_one": sum(state.three_two_one for state in states),
            "with_unknown_folders": sum(bool(state.unknown) for state in states),
            "services_not_declared": sum(service.missing for machine in found.machines.values() for service in machine.services),
        },
        "machines": {},
    }
    for name, machine in found.machines.items():
        shown["machines"][name] = {
            "site": machine.site,
            "state_complete": machine.complete,
            "states": {
                state.name: {
                    "folders": list(state.folders),
                    "unknown_folders": list(state.unknown),
                    "left_out": {folder: list(jobs) for folder, jobs in state.left_out.items()},
                    "copies": state.count,
                    "places": state.places,
                    "off_site": state.off_site,
                    "three_two_one": state.three_two_one,
                    "missing": None if requirement is None else list(requirement.missing(state)),
                    "where": [
                        {
                            "job": copy.job,
                            "place": copy.place,
                            "site": copy.site,
                            "off_site": copy.off_site,
                            "encrypted": copy.encrypted,
                            "pinned": copy.pinned,
                            "age_seconds": copy.age_seconds,
                        }
                        for copy in state.copies
                    ],
                }
                for state in machine.states
            },
            "services": [
                {
                    "service": service.service,
                    "folder": service.folder,
                    "declared": service.declared.value,
                    "certain": service.certain,
                    "file": None if service.place is None else service.place.file,
                    "line": None if service.place is None else service.place.line,
                }
                for service in machine.services
            ],
        }
    return shown

"""Show who backs up what to whom: the resolved inventory and the plan.

Prints tables over all machines (or MACHINE alone): their state and folders, where they go, when, and what is kept.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Collection
    from typing import Any

    from clanback.stages import Outcome

NAME = "show"
SUMMARY = "show who backs up what to whom"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `show`."""
    parser.add_argument("machine", nargs="?", metavar="MACHINE", help="only this machine")
    parser.add_argument("--json", action="store_true", help="print JSON, format 1")
    parser.add_argument("--compat", choices=("clan-core",), help="show exactly what clan-core means, without our corrections")


def run(options: argparse.Namespace) -> int:
    """Show what could be resolved, findings to stderr; 0 without errors, 1 with, 2 if there is nothing that could be read."""
    from clanback.cli import configuration, repository
    from clanback.cli.output import write_diagnostics, write_json
    from clanback.stages import follow

    clan = repository.locate(options.clan)
    settings = configuration.read(repository.root_of(clan), outside=options.allow_outside)

    def followed() -> Outcome:
        return follow(clan, compat=options.compat, allow_outside=options.allow_outside, nixpkgs=options.nixpkgs)

    if options.verbose:
        from clanback.cli.unknowns import with_unknowns

        outcome = with_unknowns(followed)
    else:
        outcome = followed()
    found = outcome.diagnostics(settings.ignore)
    status = outcome.status_of_findings(found)
    inventory, plan = outcome.inventory, outcome.plan
    if options.machine is not None and inventory is not None and options.machine not in inventory.machines:
        return no_such_machine(NAME, options.machine, inventory.machines)
    if options.json:
        if inventory is None or plan is None:
            write_json({"format_version": 1, "diagnostics": [one.as_json() for one in found]})
        else:
            from clanback.plan.show import to_json

            shown = to_json(inventory, plan, found)
            write_json(shown if options.machine is None else only(shown, options.machine))
        return status
    if inventory is not None and plan is not None:
        from clanback.cli.overview import overview
        from clanback.cli.tables import draw

        draw(*overview(inventory, plan, options.machine), options)
    sys.stdout.flush()
    write_diagnostics(found, options, sys.stderr)
    return status


def only(shown: dict[str, Any], machine: str) -> dict[str, Any]:
    """What concerns one machine."""
    instances = {}
    for name, instance in shown["instances"].items():
        roles = {role: {machine: members[machine]} for role, members in instance["roles"].items() if machine in members}
        if roles:
            instances[name] = {**instance, "roles": roles}
    return {
        **shown,
        "tags": {tag: [machine] for tag, members in shown["tags"].items() if machine in members},
        "machines": {machine: shown["machines"][machine]},
        "instances": instances,
        "plan": {name: plan for name, plan in shown["plan"].items() if name == machine},
    }


def no_such_machine(command: str, name: str, known: Collection[str]) -> int:
    """Tell that the clan has no such machine, and which it has; 2."""
    from clanback.cli.terminal import safe
    from clanback.diagnostics import did_you_mean

    meant = did_you_mean(name, known)
    sys.stderr.write(
        f"clanback {command}: the clan has no machine {safe(name)!r}; "
        + (f"did you mean {safe(meant)!r}?\n" if meant else f"there are: {', '.join(map(safe, sorted(known)))}\n")
    )
    return 2

"""Say in which order to install the machines: servers before the clients that save to them.

Machines that save to each other have no right order; they are shown as one step, with the way out.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any

    from clanback.cli.tables import Table
    from clanback.plan.install_order import Step

NAME = "install-order"
SUMMARY = "servers before their clients"

WAY_OUT = """\
Machines of one step save to each other: no order is right for all of them. Keys are no reason to wait, they come from `vars/`:
run `clanback vars generate` first, then install these in any order. Their first backups fail until the last of them is there,
and succeed with the next timer, or with `clanback backups create`.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the option of `install-order`."""
    parser.add_argument("--json", action="store_true", help="print JSON, format 1")


def run(options: argparse.Namespace) -> int:
    """Print the order to stdout, findings to stderr; 0 also with cycles, 1 with errors, 2 if nothing could be read."""
    from clanback.cli import configuration, repository
    from clanback.cli.output import write_diagnostics, write_json
    from clanback.stages import follow

    clan = repository.locate(options.clan)
    settings = configuration.read(repository.root_of(clan), outside=options.allow_outside)
    outcome = follow(clan, compat=None, check=False, allow_outside=options.allow_outside, nixpkgs=options.nixpkgs)
    found = outcome.diagnostics(settings.ignore)
    if outcome.plan is not None:
        from clanback.plan.install_order import install_order

        steps = install_order(outcome.plan)
        if options.json:
            write_json({"format_version": 1, "steps": [_as_json(step) for step in steps]})
        else:
            _write(steps, options)
    sys.stdout.flush()
    write_diagnostics(found, options, sys.stderr)
    return outcome.status_of_findings(found)


def _as_json(step: Step) -> dict[str, Any]:
    return {
        "machines": list(step.machines),
        "cycle": step.is_cycle,
        "needs": {name: list(others) for name, others in step.needs.items()},
        "serves": {name: list(others) for name, others in step.serves.items()},
    }


def _write(steps: tuple[Step, ...], options: argparse.Namespace) -> None:
    from clanback.cli.tables import draw
    from clanback.cli.terminal import counted

    draw(counted(sum(len(step.machines) for step in steps), "machine"), [table(steps)], options)
    if any(step.is_cycle for step in steps):
        sys.stdout.write(f"\n{WAY_OUT}")


def table(steps: tuple[Step, ...]) -> Table:
    """A row for each machine, numbered by steps."""
    from clanback.cli.tables import Table
    from clanback.cli.terminal import safe

    drawn = Table("Install in this order", ("step", "machine", "saves to", "keeps the backups of"))
    for number, step in enumerate(steps, 1):
        for name in step.machines:
            cells = ([safe(other) for other in others] or ["-"] for others in (step.needs[name], step.serves[name]))
            drawn.rows.append(([str(number)], [safe(name)], *cells))
    return drawn

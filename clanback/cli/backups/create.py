"""Start backups now, on one or many machines, without waiting for their time.

Returns when the jobs have started; `--wait` stays until they have ended. Machines work side by side.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from clanback.backups.create import Created
    from clanback.backups.sweep import Outcome

NAME = "create"
SUMMARY = "start backups now"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `backups create`."""
    from clanback.cli.backups.opening import add_connection

    parser.add_argument("machines", nargs="+", metavar="MACHINE", help="the machines to save")
    parser.add_argument("--provider", metavar="P", help="only this backup provider (borgbackup)")
    parser.add_argument("--job", metavar="J", action="append", default=[], help="only this job; may be repeated")
    parser.add_argument("--wait", action="store_true", help="wait until the backups are done, and fail if one fails")
    add_connection(parser, parallel=16)


def run(options: argparse.Namespace) -> int:
    """Start them; 3 if a machine failed, 4 if one could not be reached."""
    from clanback.backups.create import create
    from clanback.backups.providers import chosen
    from clanback.backups.sweep import sweep
    from clanback.cli.backups.opening import connections, open_clan, tell_outcomes
    from clanback.cli.backups.progress import machines_done

    machines = list(dict.fromkeys(options.machines))
    clan = open_clan(options, machines)
    if isinstance(clan, int):
        return clan
    with connections(machines) as session, machines_done("starting", machines, options) as ended:

        def work(machine: str) -> Created:
            providers = chosen(clan.inventory, clan.plan.machines[machine], options.provider)
            return create(session, clan.reach(machine), providers, jobs=options.job, wait=options.wait)

        outcomes = sweep(machines, work, parallel=options.parallel, on_end=ended)
    for outcome in outcomes:
        if outcome.value is not None:
            _print(outcome, alone=len(machines) == 1)
    return tell_outcomes(outcomes, options)


def _print(outcome: Outcome[Created], *, alone: bool) -> None:
    from clanback.cli.terminal import safe

    created = outcome.value
    assert created is not None
    front = "" if alone else f"{safe(outcome.machine)}: "
    sys.stdout.write(f"{front}successfully started backup\n")
    for ended in created.ended:
        if ended.good:
            sys.stdout.write(f"{front}{safe(ended.job)}: successfully finished backup\n")

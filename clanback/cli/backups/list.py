"""List the archives of one or many machines, the oldest of each job first.

Each line is a name as `restore` takes it: JOB::REPOSITORY::ARCHIVE. Archives that were never completed are counted only.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from clanback.backups.listing import Listed
    from clanback.backups.sweep import Outcome

NAME = "list"
SUMMARY = "list the archives of machines"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `backups list`."""
    from clanback.cli.backups.opening import add_connection

    parser.add_argument("machines", nargs="+", metavar="MACHINE", help="the machines whose archives to list")
    parser.add_argument("--provider", metavar="P", help="only this backup provider (borgbackup)")
    parser.add_argument("--json", action="store_true", help="print JSON, format 1, with times and sizes")
    add_connection(parser, parallel=16)


def run(options: argparse.Namespace) -> int:
    """List them; 3 if a machine failed, 4 if one could not be reached."""
    from clanback.backups.cache import remember
    from clanback.backups.listing import as_json, list_archives
    from clanback.backups.providers import chosen
    from clanback.backups.sweep import sweep
    from clanback.cli.backups.opening import connections, open_clan, tell_outcomes
    from clanback.cli.backups.progress import machines_done
    from clanback.cli.output import write_json

    machines = list(dict.fromkeys(options.machines))
    clan = open_clan(options, machines)
    if isinstance(clan, int):
        return clan
    with connections(machines) as session, machines_done("listing", machines, options) as ended:

        def work(machine: str) -> Listed:
            providers = chosen(clan.inventory, clan.plan.machines[machine], options.provider)
            return list_archives(session, clan.reach(machine), providers, sizes=100 if options.json else 0)

        outcomes = sweep(machines, work, parallel=options.parallel, on_end=ended)
    remember(
        clan.root,
        {one.machine: [a.name for a in one.value.archives if a.complete] for one in outcomes if one.value is not None},
    )
    if options.json:
        listed = [
            as_json(one.machine, one.value)
            if one.value is not None
            else {"machine": one.machine, "archives": None, "diagnostics": [found.as_json() for found in one.diagnostics]}
            for one in outcomes
        ]
        write_json({"format_version": 1, "machines": listed})
    else:
        for outcome in outcomes:
            _print(outcome, options, alone=len(machines) == 1)
    return tell_outcomes(outcomes, options)


def _print(outcome: Outcome[Listed], options: argparse.Namespace, *, alone: bool) -> None:
    from clanback.cli.output import say
    from clanback.cli.terminal import counted, safe

    if outcome.value is None:
        return
    front = "" if alone else f"{safe(outcome.machine)}: "
    complete = [archive for archive in outcome.value.archives if archive.complete]
    for archive in complete:
        sys.stdout.write(f"{front}{safe(archive.name)}\n")
    sys.stdout.flush()
    incomplete = len(outcome.value.archives) - len(complete)
    if incomplete:
        say(f"{safe(outcome.machine)}: {counted(incomplete, 'archive')} left by backups that did not end: not listed", options)
    if not complete and not outcome.diagnostics:
        say(f"{safe(outcome.machine)} has no archives yet", options)

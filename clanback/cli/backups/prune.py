"""Prune repositories that their machines may only add to, as `[retention]` in clanback.toml says.

With `append_only`, nobody prunes but you: without MACHINE, all such machines. The server does it, with the passphrase from the
clan's secrets, and only if no archive is missing that was there at the last prune. With --job a job is pruned from this computer
that its machine prunes itself: for a machine that is gone. The newest complete archive of a job always stays.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any

    from clanback.backups.prune import Pruned
    from clanback.backups.sweep import Outcome

NAME = "prune"
SUMMARY = "prune repositories that machines may only add to"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `backups prune`."""
    from clanback.cli.backups.opening import positive

    parser.add_argument("machines", nargs="*", metavar="MACHINE", help="whose (default: all that nobody else prunes)")
    parser.add_argument("--job", metavar="J", action="append", default=[], help="this job's; may be repeated")
    parser.add_argument("--dry-run", action="store_true", help="say what would be kept and what not, and change nothing")
    parser.add_argument(
        "--accept",
        metavar="ID",
        action="append",
        default=[],
        help="an archive that looks tampered with, and is not; may be repeated",
    )
    parser.add_argument("--through", metavar="HOST", help="where the server is reached, instead of what the clan says")
    parser.add_argument("--json", action="store_true", help="print JSON, format 1")
    parser.add_argument("--parallel", metavar="N", type=positive, default=4, help="machines at a time (default: 4)")
    parser.set_defaults(target_host=None)


def run(options: argparse.Namespace) -> int:
    """Prune; 3 if something could not be pruned, 4 if a server could not be reached."""
    from clanback.backups.salvage.pruning import Wanted, left_to_us, prune
    from clanback.backups.salvage.search import Search
    from clanback.backups.sweep import sweep
    from clanback.cli.backups.opening import connections, open_clan, tell_nobody, tell_outcomes
    from clanback.cli.backups.progress import machines_done
    from clanback.cli.backups.salvage import teller
    from clanback.cli.output import say
    from clanback.cli.terminal import safe

    clan = open_clan(options, options.machines, mistakes="stop")
    if isinstance(clan, int):
        return clan
    if options.job and len(options.machines) != 1:
        sys.stderr.write("clanback backups prune: --job is for one machine: name it\n")
        return 2
    ours = [name for name, machine in clan.plan.machines.items() if left_to_us(machine)]
    machines = list(dict.fromkeys(options.machines)) or ours
    for machine in machines:
        planned = clan.plan.machines[machine]
        if machine not in ours and not options.job and (planned.jobs or planned.dormant_jobs):
            say(f"{safe(machine)} prunes its repositories itself, after each backup", options)
    if not any(machine.jobs or machine.dormant_jobs for machine in clan.plan.machines.values()):
        return tell_nobody("prune", options)
    if not machines:
        say("all machines prune their repositories themselves, after each backup", options)
    wanted = Wanted(tuple(dict.fromkeys(options.job)), options.dry_run, tuple(options.accept))
    store = clan.store()
    with connections(machines) as session, machines_done("pruning", machines, options) as ended:

        def work(machine: str) -> Pruned:
            return prune(
                Search(session, store, clan.inventory, clan.plan, machine, teller(options), through=options.through), wanted
            )

        outcomes = sweep(machines, work, parallel=options.parallel, on_end=ended)
    if options.json:
        from clanback.cli.output import write_json

        write_json({"format_version": 1, "dry_run": options.dry_run, "machines": [_as_json(one) for one in outcomes]})
    else:
        for outcome in outcomes:
            _print(outcome, options)
    return tell_outcomes(outcomes, options)


def _print(outcome: Outcome[Pruned], options: argparse.Namespace) -> None:
    from clanback.cli.output import say
    from clanback.cli.terminal import counted, safe

    for job in outcome.value.jobs if outcome.value is not None else ():
        for archive in job.archives:
            if options.dry_run or not archive.kept:
                word = "keeps" if archive.kept else "would prune" if options.dry_run else "pruned"
                sys.stdout.write(f"{word} {safe(archive.name)}\n")
        sys.stdout.flush()
        verb = "would be pruned" if options.dry_run else "pruned"
        front = f"{safe(outcome.machine)}, job {safe(job.job)}"
        say(f"{front}: {len(job.gone)} of {counted(len(job.archives), 'archive')} {verb}", options)


def _as_json(outcome: Outcome[Pruned]) -> dict[str, Any]:
    import attrs

    jobs = None if outcome.value is None else [attrs.asdict(job) for job in outcome.value.jobs]
    return {"machine": outcome.machine, "jobs": jobs, "diagnostics": [found.as_json() for found in outcome.diagnostics]}

"""Bring files back from an archive, to where they were.

NAME is a line of `clanback backups list`. Without --service and --path, all folders of all state that the archive's job
covers are restored; never anything that nobody asked for. Hooks of the states run around it.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from clanback.backups.restore import Restored
    from clanback.diagnostics import Diagnostic

NAME = "restore"
SUMMARY = "bring files back from an archive"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `backups restore`."""
    from clanback.cli.backups import salvage
    from clanback.cli.backups.opening import add_connection

    parser.add_argument("machine", metavar="MACHINE", help="the machine whose files to restore")
    parser.add_argument("provider", nargs="?", metavar="PROVIDER", help="the backup provider (borgbackup)")
    parser.add_argument("name", nargs="?", metavar="NAME", help="the archive, as `list` prints it: JOB::REPOSITORY::ARCHIVE")
    parser.add_argument(
        "--service", metavar="S", action="append", default=[], help="only the folders of this state; may be repeated"
    )
    parser.add_argument("--path", metavar="P", action="append", default=[], help="only this file or folder; may be repeated")
    parser.add_argument("--target", metavar="DIR", help="restore below this folder of the machine, not to where the files were")
    parser.add_argument("--dry-run", action="store_true", help="say what would be restored, and write nothing")
    add_connection(parser)
    salvage.add_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Restore; 1 if not everything came back, 3 if the machine failed, 4 if it could not be reached."""
    from clanback.backups.providers import chosen
    from clanback.backups.restore import Wanted, restore
    from clanback.backups.sweep import sweep
    from clanback.cli.backups import salvage
    from clanback.cli.backups.opening import connections, open_clan, tell, tell_outcomes
    from clanback.cli.backups.progress import bytes_done

    misused = salvage.misused(options)
    if misused is not None:
        sys.stderr.write(f"clanback backups restore: {misused}\n")
        return 2
    misplaced = _misplaced(options)
    if misplaced:
        tell(misplaced, options)
        return 2
    if options.from_repository:
        return salvage.run(options)
    clan = open_clan(options, [options.machine])
    if isinstance(clan, int):
        return clan
    wanted = Wanted(options.name, tuple(options.service), tuple(options.path), options.target, options.dry_run)
    with connections([options.machine]) as session, bytes_done("restoring", options) as heard:

        def work(machine: str) -> Restored:
            (provider,) = chosen(clan.inventory, clan.plan.machines[machine], options.provider)
            return restore(session, clan.reach(machine), provider, wanted, on_answer=heard)

        outcome = sweep([options.machine], work, parallel=1)[0]
    if outcome.value is not None:
        _print(outcome.value, options)
    return tell_outcomes([outcome], options)


def _misplaced(options: argparse.Namespace) -> list[Diagnostic]:
    """What is wrong with the places that were named, as far as it shows before any machine is asked."""
    from clanback.backups.selection import asked
    from clanback.diagnostics import DiagnosticError, error

    found: list[Diagnostic] = []
    for path in options.path:
        try:
            asked(path)
        except DiagnosticError as problem:
            found += problem.diagnostics
    if options.target is not None and not options.target.startswith("/"):
        advice = f"write the folder of the machine from the root, such as /{options.target.removeprefix('./')}"
        found.append(error("CB470", f"{options.target!r} is no folder to restore below", help=advice))
    return found


def _print(restored: Restored, options: argparse.Namespace) -> None:
    from clanback.cli.output import say
    from clanback.cli.terminal import counted, safe

    if options.dry_run:
        for entry in restored.listing:
            sys.stdout.write(f"{'replaces' if entry.exists else 'writes'} {safe(entry.path)}\n")
        if not restored.listing:
            for path in restored.paths:
                sys.stdout.write(f"would ask for {safe(path)}\n")
        return
    where = f" below {safe(options.target)}" if options.target else ""
    for path in restored.paths:
        sys.stdout.write(f"restored {safe(path)}{where}\n")
    if restored.entries is not None:
        say(f"{counted(restored.entries, 'file')}, folders and links included", options)

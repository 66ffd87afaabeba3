"""`clanback backups restore --from-repository`: the arguments that belong to it, and its output."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Collection
    from contextlib import AbstractContextManager

    from clanback.backups.salvage.restoring import Salvaged, Wanted
    from clanback.cli.backups.opening import Clan

UNUSABLE = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that go with `--from-repository`."""
    group = parser.add_argument_group("when the machine is gone")
    group.add_argument(
        "--from-repository",
        action="store_true",
        help="restore from the repository on its server, with the secrets in vars/; the machine itself is not needed",
    )
    group.add_argument("--job", metavar="J", help="from the repository of this job (default: the first that can be reached)")
    group.add_argument("--archive", metavar="A", help="this archive (default: the newest complete one)")
    group.add_argument("--to", metavar="DIR", help="restore below this folder, or below that of another machine, MACHINE:DIR")
    group.add_argument("--overwrite", action="store_true", help="replace files that are already there")
    group.add_argument("--through", metavar="HOST", help="where the server is reached, instead of what the clan says")
    group.add_argument("--repository", metavar="REPO", help="where the repository is now, if it was moved or lies on a disk here")


def misused(options: argparse.Namespace) -> str | None:
    """What does not go together, None where all does."""
    ours = ("job", "archive", "to", "overwrite", "through", "repository")
    if not options.from_repository:
        named = [f"--{name}" for name in ours if getattr(options, name)]
        if named:
            return f"{named[0]} goes with --from-repository"
        if options.provider is None or options.name is None:
            return "name the provider and the archive: clanback backups restore MACHINE PROVIDER NAME"
        return None
    if options.target is not None:
        return "--target is a folder of the machine; with --from-repository it is --to"
    if options.name is not None and options.archive is not None:
        return "the archive is named twice"
    return None


def run(options: argparse.Namespace) -> int:
    """Restore; 1 if not everything came back, 2 if the clan or its secrets cannot be read, 3 if nothing was restored, 4 if a
    machine could not be reached."""
    from clanback.backups.sweep import sweep
    from clanback.cli.backups.opening import connections, open_clan, tell_outcomes

    clan = open_clan(options, [options.machine])
    if isinstance(clan, int):
        return clan
    misplaced = _misplaced(options.to, clan.plan.machines)
    if misplaced is not None:
        sys.stderr.write(f"clanback backups restore: {misplaced}\n")
        return UNUSABLE
    with connections([options.machine]) as session, _progress(options) as heard:

        def work(machine: str) -> Salvaged:
            from clanback.backups.salvage.restoring import salvage
            from clanback.backups.salvage.search import Search

            search = Search(
                session,
                clan.store(),
                clan.inventory,
                clan.plan,
                machine,
                teller(options),
                through=options.through,
                repository=options.repository,
            )
            return salvage(search, _wanted(options, clan), on_progress=heard)

        outcome = sweep([options.machine], work, parallel=1)[0]
    if outcome.value is not None:
        _print(outcome.value, options)
    return tell_outcomes([outcome], options)


def _machine_in(to: str | None) -> tuple[str, str] | None:
    """The machine and the folder that `--to` names; as with scp, what has a colon before its first slash names a machine."""
    before, colon, after = (to or "").partition(":")
    return (before, after) if colon and before and "/" not in before else None


def _misplaced(to: str | None, known: Collection[str]) -> str | None:
    """What is wrong with the machine that `--to` names, None where nothing is."""
    from clanback.cli.terminal import safe
    from clanback.diagnostics import did_you_mean

    there = _machine_in(to)
    if there is None or (there[0] in known and there[1].startswith("/")):
        return None
    name, folder = there
    local = f"a folder of this computer is --to ./{safe(name)}:{safe(folder)}"
    if name in known:
        return f"--to names a folder of {safe(name)} from its root, --to {safe(name)}:/{safe(folder)}; {local}"
    meant = did_you_mean(name, known)
    return (
        f"the clan has no machine {safe(name)!r}; "
        + (f"did you mean {safe(meant)!r}? " if meant else f"there are: {', '.join(map(safe, sorted(known)))}; ")
        + local
    )


def _wanted(options: argparse.Namespace, clan: Clan) -> Wanted:
    import os

    from clanback.backups.names import parse_name
    from clanback.backups.salvage.restoring import Wanted

    name = parse_name(options.name) if options.name is not None else None
    folder, machine = options.to, None
    there = _machine_in(options.to)
    if there is not None:
        folder, machine = there[1], clan.reach(there[0])
    elif folder is not None:
        folder = os.path.abspath(folder)
    return Wanted(
        job=options.job or (name.job if name is not None else None),
        archive=options.archive or options.name,
        services=tuple(options.service),
        paths=tuple(options.path),
        to=folder,
        machine=machine,
        overwrite=options.overwrite,
        dry_run=options.dry_run,
    )


def teller(options: argparse.Namespace) -> Callable[[str], None]:
    """What says on stderr what goes on."""
    from clanback.cli.output import say
    from clanback.cli.terminal import safe

    def tell(text: str) -> None:
        if text:
            say(safe(text), options)

    return tell


def _progress(options: argparse.Namespace) -> AbstractContextManager[Callable[[int, int], None] | None]:
    from clanback.cli.backups.progress import percent_done

    return percent_done("restoring", options)


def _print(salvaged: Salvaged, options: argparse.Namespace) -> None:
    import os

    from clanback.cli.output import say
    from clanback.cli.terminal import counted, safe

    if options.dry_run:
        here = _machine_in(options.to) is None
        for entry in salvaged.entries:
            path = os.path.join(salvaged.folder, entry.path)
            word = "replaces" if here and os.path.lexists(path) and entry.kind != "d" else "writes"
            sys.stdout.write(f"{word} {safe(path)}\n")
        return
    where = salvaged.folder if _machine_in(options.to) is None else options.to
    for path in salvaged.paths:
        sys.stdout.write(f"restored {safe(path)} below {safe(where)}\n")
    say(f"{counted(len(salvaged.entries), 'file')}, folders and links included", options)

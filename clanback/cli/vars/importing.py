"""Read a sheet of `clanback vars export` back into the store.

What is there already and differs is kept unless --force is given. Public keys and hashes are made from what is read.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from clanback.inventory.model import Inventory
    from clanback.vars.store import Store

NAME = "import"
SUMMARY = "read a sheet of `vars export` back"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `vars import`."""
    parser.add_argument("file", metavar="FILE", nargs="?", default="-", help="the sheet; - or nothing: stdin")
    parser.add_argument("--force", action="store_true", help="replace what differs")


def run(options: argparse.Namespace) -> int:
    """Write what the sheet says; 1 if something differs and --force is missing, 2 if the sheet cannot be read."""
    from clanback.cli.vars.opening import with_store

    return with_store(options, lambda store, inventory: _import(options, store, inventory))


def _import(options: argparse.Namespace, store: Store, inventory: Inventory) -> int:
    from clanback.cli import output
    from clanback.cli.terminal import safe
    from clanback.cli.vars.opening import see_to_readers, waiting
    from clanback.diagnostics import DiagnosticError, error
    from clanback.vars import change, papers
    from clanback.vars.setting import put
    from clanback.vars.writer import Writer

    name, text = _sheet(options.file)
    entries = papers.read(text, name)
    see_to_readers(options, store, inventory)
    with change.locked(store.directory, lambda: waiting(options)):
        change.finish(store.directory)
        new, replaced = papers.differing(store, entries)
        if replaced and not options.force:
            message = f"{', '.join(replaced)} {'differs' if len(replaced) == 1 else 'differ'} from the sheet"
            help_line = "nothing was changed; `--force` replaces them with what the sheet says"
            raise DiagnosticError(error("CB532", message, help=help_line))
        writer = Writer(store)
        for item, file, entry in new:
            put(writer, item, file, entry.content)
        writer.flush()
    for item, file, _ in new:
        output.say(safe(f"{item.owner}: {item.name}/{file.name}"), options)
    output.say(f"{len(new)} of {len(entries)} read; the others were there already" if new else "nothing is new", options)
    return 0


def _sheet(path: str) -> tuple[str, str]:
    from clanback.diagnostics import DiagnosticError
    from clanback.vars.faults import unreadable

    if path == "-":
        return "the sheet", sys.stdin.buffer.read().decode("utf-8", "replace")
    try:
        with open(path, "rb") as file:
            return path, file.read().decode("utf-8", "replace")
    except OSError as problem:
        raise DiagnosticError(unreadable(path, problem)) from None

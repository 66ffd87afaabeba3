"""Print the secrets that open the backups, for the safe: a sheet to print, or to encrypt.

clanback vars export | lp                          on paper
clanback vars export | age -p > safe.age           on a stick, with a passphrase

Every line has check digits, so that it can be typed in again: `clanback vars import`.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from clanback.inventory.model import Inventory
    from clanback.vars.store import Store

NAME = "export"
SUMMARY = "print what opens the backups, for the safe"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `vars export`."""
    parser.add_argument("machines", nargs="*", metavar="MACHINE", help="only of these machines (default: all)")
    parser.add_argument("--all", action="store_true", help="every secret, not only passphrases and keys of backups")


def run(options: argparse.Namespace) -> int:
    """Print the sheet on stdout; 1 if something has not been generated, and then nothing is printed."""
    from clanback.cli.vars.opening import with_store

    return with_store(options, lambda store, inventory: _export(options, store, inventory))


def _export(options: argparse.Namespace, store: Store, inventory: Inventory) -> int:
    import time

    from clanback.cli import output
    from clanback.cli.terminal import counted
    from clanback.cli.vars.opening import machines_of
    from clanback.vars import papers

    chosen = papers.chosen(store, machines_of(store, options.machines), everything=options.all)
    entries = [papers.Entry(machine, f"{item.name}/{file.name}", store.value(item, file)) for machine, item, file in chosen]
    sys.stdout.write(papers.write(inventory.meta.name, store.plan, entries, time.strftime("%Y-%m-%d")))
    output.say(f"{counted(len(entries), 'secret')}, readable by everybody who sees them: keep them in a safe", options)
    return 0

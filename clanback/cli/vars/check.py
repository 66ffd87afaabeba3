"""Judge the keys, passwords and secrets: what is missing, unreadable, for the wrong people, no longer fitting, about to expire.

Nothing is changed. Without an identity, as in CI, only what can be seen from outside is judged.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from clanback.vars.store import Store

NAME = "check"
SUMMARY = "find what is missing, unreadable or for the wrong people"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `vars check`."""
    parser.add_argument("machines", nargs="*", metavar="MACHINE", help="only of these machines (default: all)")
    parser.add_argument("--no-decrypt", action="store_true", help="decrypt nothing: judge what can be seen from outside")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="form of the findings (default: text)")


def run(options: argparse.Namespace) -> int:
    """Print what is wrong; 0 if nothing is, 1 with errors, 2 where something cannot be read."""
    from clanback.cli.vars.opening import with_store

    return with_store(options, lambda store, _: _check(options, store))


def _check(options: argparse.Namespace, store: Store) -> int:
    from clanback.cli import output
    from clanback.cli.terminal import counted
    from clanback.cli.vars.opening import machines_of, status_of
    from clanback.vars.checking import check

    machines = machines_of(store, options.machines)
    found = check(store, machines, decrypt=not options.no_decrypt)
    if options.format == "json":
        output.write_json({"format_version": 1, "diagnostics": [one.as_json() for one in output.visible(found, options)]})
        return status_of(found)
    output.write_diagnostics(found, options, sys.stdout)
    if not output.visible(found, options):
        output.say(f"nothing found in the secrets of {counted(len(machines), 'machine')}", options)
    return status_of(found)

"""Encrypt the machines' keys and the secrets for those who should read them now.

After somebody has come or gone in vars.settings.recipients (clan.nix) or [vars] (clanback.toml). Who has
gone can still read what the history holds: make such secrets anew with `vars generate --regenerate`.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from clanback.vars.store import Store

NAME = "fix"
SUMMARY = "encrypt for those who should read it now"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `vars fix`."""
    parser.add_argument("machines", nargs="*", metavar="MACHINE", help="only of these machines (default: all)")


def run(options: argparse.Namespace) -> int:
    """Encrypt anew what is for the wrong readers; 2 if something of it cannot be decrypted."""
    from clanback.cli.vars.opening import with_store

    return with_store(options, lambda store, _: _fix(options, store))


def _fix(options: argparse.Namespace, store: Store) -> int:
    from clanback.cli import output
    from clanback.cli.terminal import safe
    from clanback.cli.vars.opening import machines_of, status_of, waiting
    from clanback.vars.access import fix
    from clanback.vars.items import used_by

    machines = machines_of(store, options.machines)
    fixed = fix(store, machines, used_by(store.items, machines), lambda: waiting(options))
    for name in fixed.names:
        output.say(safe(f"encrypted anew: {name}"), options)
    output.write_diagnostics(fixed.diagnostics, options, sys.stderr)
    if not fixed.names and not fixed.diagnostics:
        output.say("nothing to do: everything is encrypted for those who should read it", options)
    return status_of(fixed.diagnostics)

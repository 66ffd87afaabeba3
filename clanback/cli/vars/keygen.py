"""Make your age identity, if you have none, and print your public key.

The identity goes to ~/.config/age/identities. Who has it can read the secrets of every clan that
names its public key; without it nobody can, so keep a copy in a safe.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

NAME = "keygen"
SUMMARY = "make your age identity, print your public key"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `vars keygen`: none."""
    del parser


def run(options: argparse.Namespace) -> int:
    """Print the public keys on stdout, and what to do with them on stderr. Works outside of any clan."""
    import os

    from clanback.cli.output import say, write_diagnostics
    from clanback.cli.vars.opening import status_of
    from clanback.diagnostics import DiagnosticError
    from clanback.vars.hygiene import keep_memory_private
    from clanback.vars.keygen import OWN_SETTINGS, own_public_keys

    keep_memory_private()
    try:
        public_keys, made = own_public_keys(os.environ)
    except DiagnosticError as stop:
        write_diagnostics(stop.diagnostics, options, sys.stderr)
        return status_of(stop.diagnostics)
    sys.stdout.write("".join(f"{key}\n" for key in public_keys))
    quoted = " ".join(f'"{key}"' for key in public_keys)
    if made is not None:
        say(f"made your age identity {made}: keep a copy of this file in a safe", options)
    say(
        "to let you read the secrets of a clan, somebody who can names you, in clan.nix:\n"
        f"  vars.settings.recipients.default = [ {quoted} ];\n"
        f"or in {OWN_SETTINGS}:\n"
        f"  [vars]\n  recipients = [{quoted.replace(' ', ', ')}]\n"
        "and runs `clanback vars fix`. In a new clan `clanback vars generate` does all of this.",
        options,
    )
    return 0

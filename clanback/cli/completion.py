"""Print a completion script for a shell.

For bash, write it to `~/.local/share/bash-completion/completions/clanback`; for zsh, to a file `_clanback` on `fpath`.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

NAME = "completion"
SUMMARY = "print a completion script for a shell"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the argument of `completion`."""
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), help="the shell to complete in")


def run(options: argparse.Namespace) -> int:
    """Print the script, made from the parser itself."""
    import shtab

    from clanback.cli.arguments import make_parser

    sys.stdout.write(shtab.complete(make_parser(), options.shell) + "\n")
    return 0

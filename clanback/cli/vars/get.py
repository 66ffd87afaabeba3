"""Print one value: `clanback vars get alice-laptop user-password-alice/user-password`.

The bytes go to stdout as they are. On a terminal a line end is added where there is none, and
control characters are shown instead of sent.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from clanback.vars.store import Store

NAME = "get"
SUMMARY = "print one value"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `vars get`."""
    parser.add_argument("machine", metavar="MACHINE", help="the machine it belongs to")
    parser.add_argument(
        "name", metavar="GENERATOR/FILE", help="what `clanback vars list` shows: user-password-alice/user-password"
    )


def run(options: argparse.Namespace) -> int:
    """Print the value; 1 if it has not been generated, 2 if there is no such file or it cannot be decrypted."""
    from clanback.cli.vars.opening import with_store

    return with_store(options, lambda store, _: _get(options, store))


def _get(options: argparse.Namespace, store: Store) -> int:
    from clanback.vars.items import find_file

    item, file = find_file(store.items, store.plan, options.machine, options.name)
    value = store.value(item, file)
    if sys.stdout.isatty():
        from clanback.cli.terminal import safe

        lines = value.decode("utf-8", "backslashreplace").split("\n")
        sys.stdout.write("\n".join(safe(line) for line in lines).removesuffix("\n") + "\n")
        return 0
    sys.stdout.flush()
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None:  # a stand-in for a closed stdout
        return 0
    stream.write(value)
    stream.flush()
    return 0

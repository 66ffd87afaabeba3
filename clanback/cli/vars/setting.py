"""Give a file a value of your own, and what follows from it: the hash of a password, the public half of a key.

The value is asked for, hidden and twice, or read from stdin when that is not a terminal:

    clanback vars set alice-laptop openssh/ssh.id_ed25519 < key
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from clanback.inventory.model import Inventory
    from clanback.plan.model import GeneratorFile
    from clanback.vars.items import Item
    from clanback.vars.store import Store

NAME = "set"
SUMMARY = "give a file a value of your own"
_MOST = 1 << 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `vars set`."""
    parser.add_argument("machine", metavar="MACHINE", help="the machine it belongs to")
    parser.add_argument("name", metavar="GENERATOR/FILE", help="as `clanback vars list` shows it: openssh/ssh.id_ed25519")


def run(options: argparse.Namespace) -> int:
    """Set the value; 2 if it cannot be one, or there is no such file."""
    from clanback.cli.vars.opening import with_store

    return with_store(options, lambda store, inventory: _set(options, store, inventory))


def _set(options: argparse.Namespace, store: Store, inventory: Inventory) -> int:
    from clanback.cli import output
    from clanback.cli.terminal import safe
    from clanback.cli.vars.opening import see_to_readers, waiting
    from clanback.vars.items import find_file
    from clanback.vars.setting import require_settable, set_value

    item, file = find_file(store.items, store.plan, options.machine, options.name)
    require_settable(item, file)
    see_to_readers(options, store, inventory)
    names = set_value(store, item, file, _value(item, file), lambda: waiting(options))
    output.say(safe(f"{item.owner}: {item.name}: set {', '.join(names)}"), options)
    return 0


def _value(item: Item, file: GeneratorFile) -> bytes:
    from clanback.cli.vars.asking import asked_twice
    from clanback.vars.setting import is_word

    if sys.stdin.isatty() and is_word(item, file):
        return asked_twice(f"{item.name}/{file.name}", "").encode()
    if sys.stdin.isatty():
        sys.stderr.write("Paste the key, then press Ctrl-D on a line of its own.\n")
    return sys.stdin.buffer.read(_MOST)

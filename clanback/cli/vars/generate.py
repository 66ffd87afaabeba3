"""Make the keys, passwords and secrets that are missing.

Nothing has to be typed: without a terminal, or when nothing is entered, passwords are six random
words. Where the clan names nobody who may read its secrets, you become their reader: your age
identity is used, or made, and your public key is written to clanback.toml. What exists stays;
certificates are made anew when the names they are for have changed.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from clanback.inventory.model import Inventory
    from clanback.vars.generate import Made, Question
    from clanback.vars.recipients import People
    from clanback.vars.store import Store

NAME = "generate"
SUMMARY = "make what is missing"

_ATTEMPTS = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `vars generate`."""
    parser.add_argument("machines", nargs="*", metavar="MACHINE", help="only for these machines (default: all)")
    parser.add_argument("--generator", metavar="NAME", help="only this generator, and those it depends on where they are missing")
    parser.add_argument(
        "--regenerate", action="store_true", help="make everything chosen anew; what it replaces is lost unless it is committed"
    )
    parser.add_argument("--no-prompts", action="store_true", help="ask for nothing: passwords are random words")


def run(options: argparse.Namespace) -> int:
    """Make what is missing; 0 when all is there, 1 if something could not be made."""
    from clanback.cli.vars.opening import with_store

    return with_store(options, lambda store, inventory: _generate(options, store, inventory))


def _generate(options: argparse.Namespace, store: Store, inventory: Inventory) -> int:
    from clanback.cli import output
    from clanback.cli.vars.opening import machines_of, status_of, waiting
    from clanback.vars import generate as making
    from clanback.vars.items import find

    machines = machines_of(store, options.machines)
    items = making.chosen(store, machines, options.generator)
    if options.generator and not items:
        find(store.items, store.plan, machines[0] if machines else "", options.generator)
    anew = frozenset(
        item.key for item in items if options.regenerate and (options.generator is None or item.name == options.generator)
    )
    if items and not inventory.recipients and store.people.default == () and not inventory.host_recipients:
        store.people = _become_reader(options, inventory)
    answers = _answers(making.questions(store, items, anew), options)
    outcome = making.generate(
        store, items, answers, anew=anew, on_made=lambda made: _say_made(made, options), on_wait=lambda: waiting(options)
    )
    for name in outcome.shared_again:
        output.say(f"shared: encrypted {name} for the machines that use it now", options)
    output.write_diagnostics(outcome.diagnostics, options, sys.stderr)
    if not outcome.made and not outcome.shared_again and not outcome.diagnostics:
        output.say("nothing to do: everything has been generated", options)
    elif outcome.made:
        output.say("commit vars/ and secrets/; then `clanback render` writes the public values into the modules", options)
    return status_of(outcome.diagnostics)


def _become_reader(options: argparse.Namespace, inventory: Inventory) -> People:
    """Nobody is named who may read the secrets: the person at work will, and is told."""
    import os

    from clanback.cli.output import say
    from clanback.vars import keygen
    from clanback.vars.recipients import People

    public_keys, made = keygen.own_public_keys(os.environ)
    keygen.declare(inventory.root, public_keys)
    if made is not None:
        say(f"made your age identity {made}: without it no secret of this clan can be read, so keep a copy in a safe", options)
    say(f"named you as the reader of the secrets, in {keygen.OWN_SETTINGS}: {', '.join(public_keys)}", options)
    return People(public_keys)


def _say_made(made: Made, options: argparse.Namespace) -> None:
    from clanback.cli.output import say
    from clanback.cli.terminal import safe

    why = "" if made.why == "missing" else f" ({made.why})"
    say(safe(f"{made.item.owner}: {made.item.name}: {', '.join(made.files)}{why}"), options)


def _answers(questions: list[Question], options: argparse.Namespace) -> dict[tuple[str, str], str]:
    """Ask, twice and hidden; what is not entered will be generated. Raises DiagnosticError CB524 after three tries."""
    from clanback.cli.output import say
    from clanback.cli.terminal import counted

    if not questions:
        return {}
    if options.no_prompts or not sys.stdin.isatty():
        if not options.no_prompts:
            passwords = counted(len(questions), "password")
            say(f"no terminal to ask at: {passwords} will be random words (`clanback vars get` shows them)", options)
        return {}
    return {(question.item.key, question.prompt): _ask(question) for question in questions}


def _ask(question: Question) -> str:
    from getpass import getpass

    from clanback.cli.terminal import safe
    from clanback.diagnostics import DiagnosticError, error

    item = question.item
    what = safe(f"{item.name.removeprefix('user-password-')} on {', '.join(item.machines)}")
    for _ in range(_ATTEMPTS):
        entered = getpass(f"Password of {what} (empty: six random words): ", stream=sys.stderr)
        if not entered or getpass("The same again: ", stream=sys.stderr) == entered:
            return entered
        sys.stderr.write("They are not the same.\n")
    message = f"the password of {what} was not entered twice alike"
    raise DiagnosticError(error("CB524", message, help="run the command again; nothing has been changed"))

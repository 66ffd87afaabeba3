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
    from clanback.vars.store import Store

NAME = "generate"
SUMMARY = "make what is missing"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `vars generate`."""
    parser.add_argument("machines", nargs="*", metavar="MACHINE", help="only for these machines (default: all)")
    parser.add_argument("--generator", metavar="NAME", help="only this generator, and those it depends on where they are missing")
    parser.add_argument(
        "--regenerate",
        action="store_true",
        help="make everything chosen anew (passphrases of backups only with --generator borgbackup); what it replaces is "
        "lost unless it has been committed",
    )
    parser.add_argument("--no-prompts", action="store_true", help="ask for nothing: passwords are random words")


def run(options: argparse.Namespace) -> int:
    """Make what is missing; 0 when all is there, 1 if something could not be made."""
    from clanback.cli.vars.opening import with_store

    return with_store(options, lambda store, inventory: _generate(options, store, inventory))


def _generate(options: argparse.Namespace, store: Store, inventory: Inventory) -> int:
    from clanback.cli import output
    from clanback.cli.vars.opening import machines_of, see_to_readers, status_of, waiting
    from clanback.vars import generate as making
    from clanback.vars.items import find

    machines = machines_of(store, options.machines)
    items = making.chosen(store, machines, options.generator)
    if options.generator and not items:
        find(store.items, store.plan, machines[0] if machines else "", options.generator)
    anew = frozenset(
        item.key for item in items if options.regenerate and (options.generator is None or item.name == options.generator)
    )
    if items:
        see_to_readers(options, store, inventory)
    answers = _answers(making.questions(store, items, anew), options)
    outcome = making.generate(
        store,
        items,
        answers,
        anew=anew,
        passphrases_too=options.generator is not None,
        on_made=lambda made: _say_made(made, options),
        on_wait=lambda: waiting(options),
    )
    if anew and options.generator is None and any(item.name == "borgbackup" for item in items):
        output.say("kept the passphrases of backups, which open the archives (`--generator borgbackup` makes them anew)", options)
    for name in outcome.shared_again:
        output.say(f"shared: encrypted {name} for the machines that use it now", options)
    output.write_diagnostics(outcome.diagnostics, options, sys.stderr)
    if not outcome.made and not outcome.shared_again and not outcome.diagnostics:
        output.say("nothing to do: everything has been generated", options)
    elif outcome.made:
        output.say(
            "commit vars/ and secrets/, and clanback.toml if it is new; then `clanback render` takes over what is public",
            options,
        )
    return status_of(outcome.diagnostics)


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
    from clanback.cli.vars.asking import asked_twice

    item = question.item
    user = item.name.removeprefix("user-password-")
    return asked_twice(f"Password of {user} on {', '.join(item.machines)}", "six random words")

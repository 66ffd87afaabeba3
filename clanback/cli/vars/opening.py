"""What every command of `vars` does first: read the clan, keep its own memory private, open the store."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from clanback.diagnostics import DiagnosticError, Severity

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable

    from clanback.diagnostics import Diagnostic
    from clanback.inventory.model import Inventory
    from clanback.vars.store import Store

DONE, FINDINGS, UNUSABLE = 0, 1, 2

_FINDINGS = frozenset(["CB510", "CB516", "CB517", "CB519", "CB520", "CB524", "CB527", "CB529", "CB532", "CB564"])
"""Codes that say something about the secrets; the others mean wrong usage, or something that could not be read."""


def with_store(options: argparse.Namespace, act: Callable[[Store, Inventory], int]) -> int:
    """Call `act` with the store of the clan; diagnostics it raises are printed and become an exit status."""
    from clanback.cli import configuration, repository
    from clanback.cli.output import write_diagnostics
    from clanback.stages import follow
    from clanback.vars.hygiene import keep_memory_private
    from clanback.vars.recipients import people_of
    from clanback.vars.store import Store

    keep_memory_private()
    outcome = follow(
        repository.locate(options.clan), compat=None, check=False, allow_outside=options.allow_outside, nixpkgs=options.nixpkgs
    )
    errors = [one for one in outcome.diagnostics() if one.severity is Severity.ERROR]
    write_diagnostics(errors, options, sys.stderr)
    if outcome.plan is None or outcome.inventory is None or errors:
        return outcome.status_of_failure(None)
    inventory = outcome.inventory
    try:
        store = Store(
            inventory.directory,
            outcome.plan,
            people_of(inventory),
            tell=tell,
            for_sops_nix=configuration.read(inventory.root, outside=options.allow_outside).secrets == "sops-nix",
        )
        if store.settle(lambda: waiting(options)):
            from clanback.cli.output import say

            say("finished what an interrupted run had begun", options)
        return act(store, inventory)
    except DiagnosticError as stop:
        write_diagnostics(stop.diagnostics, options, sys.stderr)
        return status_of(stop.diagnostics)


def see_to_readers(options: argparse.Namespace, store: Store, inventory: Inventory) -> None:
    """Where the clan names nobody who may read its secrets, the person at work will, and is told."""
    import os

    from clanback.cli.output import say
    from clanback.vars import keygen
    from clanback.vars.recipients import People

    if store.people.default or store.people.hosts:
        return
    public_keys, made = keygen.own_public_keys(os.environ)
    keygen.declare(inventory.root, public_keys)
    if made is not None:
        say(f"made your age identity {made}: without it no secret of this clan can be read, so keep a copy in a safe", options)
    say(f"named you as the reader of the secrets, in {keygen.OWN_SETTINGS}: {', '.join(public_keys)}", options)
    store.people = People(public_keys)


def status_of(diagnostics: Iterable[Diagnostic]) -> int:
    """The exit status for what was found: 2 where something could not be used or read, 1 for everything else that is wrong."""
    errors = [found for found in diagnostics if found.severity is Severity.ERROR]
    if not errors:
        return DONE
    return FINDINGS if all(found.code in _FINDINGS for found in errors) else UNUSABLE


def tell(line: str) -> None:
    """Pass on what a program says while it works ("touch your key")."""
    from clanback.cli.terminal import safe

    sys.stderr.write(f"{safe(line)}\n")


def waiting(options: argparse.Namespace) -> None:
    """Say that another run holds the lock."""
    from clanback.cli.output import say

    say("another clanback is changing the secrets of this clan: waiting for it", options)


def machines_of(store: Store, names: Iterable[str]) -> list[str]:
    """The machines that were named, all where none was. Raises DiagnosticError CB521 for one that does not exist."""
    from clanback.vars.items import require_machine

    for name in names:
        require_machine(store.plan, name)
    return list(dict.fromkeys(names)) or list(store.plan.machines)

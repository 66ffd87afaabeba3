"""What the commands of `backups` share: the clan, the machines that were named, connections, and how it all ended."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from typing import Literal, TypeVar

    from clanback.backups.reach import Reachable
    from clanback.backups.sweep import Outcome, Result
    from clanback.diagnostics import Diagnostic
    from clanback.inventory.model import Inventory
    from clanback.plan.model import Plan
    from clanback.remote.ssh import Session
    from clanback.vars.store import Store

    T = TypeVar("T", bound=Result)

UNUSABLE = 2


class Clan:
    """The clan as far as it could be understood."""

    __slots__ = ("inventory", "plan", "root", "target_host", "told")

    def __init__(self, root: str, inventory: Inventory, plan: Plan, target_host: str | None, told: int) -> None:
        self.root = root
        self.inventory = inventory
        self.plan = plan
        self.target_host = target_host
        self.told = told
        """The exit status for what was told of the clan itself: 1 where machines or jobs may be missing in the plan."""

    def reach(self, machine: str) -> Reachable:
        """How to reach a machine."""
        from clanback.backups.reach import reach

        return reach(self.inventory, self.plan, machine, self.target_host)

    def store(self) -> Store:
        """The clan's secrets; nothing is decrypted before somebody asks."""
        from clanback.cli.vars.opening import tell
        from clanback.vars.hygiene import keep_memory_private
        from clanback.vars.recipients import people_of
        from clanback.vars.store import Store

        keep_memory_private()
        return Store(self.inventory.directory, self.plan, people_of(self.inventory), tell=tell)


def add_connection(parser: argparse.ArgumentParser, *, parallel: int | None = None) -> None:
    """Add the options of how machines are reached."""
    parser.add_argument(
        "--target-host", metavar="HOST", help="where the machine is reached, instead of what the clan says: root@HOST:PORT"
    )
    if parallel is not None:
        parser.add_argument(
            "--parallel", metavar="N", type=positive, default=parallel, help=f"machines at a time (default: {parallel})"
        )


def positive(text: str) -> int:
    """A whole number from 1."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        from argparse import ArgumentTypeError

        raise ArgumentTypeError(f"{text!r} is no number from 1")
    return int(text)


def open_clan(
    options: argparse.Namespace, machines: Sequence[str], *, mistakes: Literal["pass", "tell", "stop"] = "pass"
) -> Clan | int:
    """Read the clan and see that it has these machines; else say what is wrong and return the exit status.

    What of mistakes in the clan that do not keep it from being read: "pass" says nothing of them, as on the day of a restore they
    are not what matters; "tell" says them, since machines and jobs may be missing for them; "stop" goes no further.
    """
    from clanback.cli import configuration, repository
    from clanback.cli.output import write_diagnostics
    from clanback.cli.show import no_such_machine
    from clanback.diagnostics import Severity
    from clanback.stages import FINDINGS, follow

    where = repository.locate(options.clan)
    root = repository.root_of(where)
    settings = configuration.read(root, outside=options.allow_outside)
    outcome = follow(where, compat=None, check=False, allow_outside=options.allow_outside, nixpkgs=options.nixpkgs)
    if outcome.inventory is None or outcome.plan is None:
        write_diagnostics(outcome.diagnostics(settings.ignore), options, sys.stderr)
        return UNUSABLE
    for machine in machines:
        if machine not in outcome.plan.machines:
            return no_such_machine("backups", machine, outcome.plan.machines)
    if options.target_host is not None and len(machines) != 1:
        sys.stderr.write("clanback backups: --target-host is for one machine: name it\n")
        return UNUSABLE
    wrong = [found for found in outcome.diagnostics() if found.severity is Severity.ERROR and mistakes != "pass"]
    write_diagnostics(wrong, options, sys.stderr)
    if wrong and mistakes == "stop":
        sys.stderr.write("nothing was begun: first mend what is wrong in the clan\n")
        return UNUSABLE
    return Clan(root, outcome.inventory, outcome.plan, options.target_host, FINDINGS if wrong else 0)


def connections(machines: Sequence[str]) -> AbstractContextManager[Session]:
    """A session; ssh may ask for passwords where somebody sits at a terminal and it is about one machine."""
    from clanback.remote.ssh import session

    return session(interactive=len(machines) == 1 and sys.stdin.isatty() and sys.stderr.isatty())


def tell(diagnostics: Sequence[Diagnostic], options: argparse.Namespace) -> None:
    """Print what went wrong to stderr."""
    from clanback.cli.output import write_diagnostics

    sys.stdout.flush()
    write_diagnostics(diagnostics, options, sys.stderr)


def tell_outcomes(outcomes: Sequence[Outcome[T]], options: argparse.Namespace) -> int:
    """Print what there is to say of the machines, and return the exit status for all."""
    from clanback.backups.sweep import worst

    tell([found for outcome in outcomes for found in outcome.diagnostics], options)
    return worst(outcomes)


def tell_nobody(what: str, options: argparse.Namespace) -> int:
    """Say that no machine of the clan makes backups, so that nothing looks good; the exit status of that."""
    from clanback.diagnostics import error
    from clanback.stages import FINDINGS

    hint = "make machines clients of an instance of borgbackup; `clanback show` tells who is one"
    tell([error("CB467", f"no machine of the clan makes backups: there is nothing to {what}", help=hint)], options)
    return FINDINGS

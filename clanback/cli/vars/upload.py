"""Bring the secrets of machines to them, over SSH.

On the machine they take the place of the old ones in one step, and are laid down where services expect them: now, at every
boot, and before users are made. With --directory they are laid out in a folder for an installer instead.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from clanback.backups.sweep import Outcome
    from clanback.inventory.model import Inventory
    from clanback.remote.ssh import Session
    from clanback.vars.store import Store
    from clanback.vars.upload import Parcel, Receipt

NAME = "upload"
SUMMARY = "bring secrets to the machines"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `vars upload`."""
    from clanback.cli import configuration

    parser.add_argument("machines", nargs="*", metavar="MACHINE", help="only to these machines (default: all)")
    parser.add_argument(
        "--directory", metavar="DIR", help="lay them out below DIR, for `nixos-anywhere --extra-files DIR`; for one machine"
    )
    parser.add_argument(
        "--secrets", choices=configuration.WAYS, help="the way that was rendered (default: what clanback.toml says, or upload)"
    )
    parser.add_argument("--target-host", metavar="HOST", help="reach the machine here instead; for one machine")
    parser.add_argument("--parallel", metavar="N", type=int, default=8, help="machines at a time (default: 8)")


def run(options: argparse.Namespace) -> int:
    """Upload; 0 done, 1 and 2 as all of `vars`, 3 if a machine did not take its secrets, 4 if one could not be reached."""
    from clanback.cli.vars.opening import with_store

    if (options.directory or options.target_host) and len(options.machines) != 1:
        which = "--directory" if options.directory else "--target-host"
        sys.stderr.write(f"clanback vars upload: {which} is for one machine: name it\n")
        return 2
    return with_store(options, lambda store, inventory: _upload(options, store, inventory))


def _upload(options: argparse.Namespace, store: Store, inventory: Inventory) -> int:
    from clanback.cli import configuration, output
    from clanback.cli.terminal import counted, safe
    from clanback.cli.vars.opening import machines_of
    from clanback.vars import upload as sending

    way = options.secrets or configuration.read(inventory.root).secrets
    machines = [name for name in machines_of(store, options.machines) if options.machines or gets_any(store, name)]
    parcels = {machine: sending.parcel(store, machine, way) for machine in machines}
    if options.directory:
        where = sending.lay_out(options.directory, parcels[machines[0]])
        output.say(f"laid out in {safe(where)}, readable as they are: remove it when the machine is installed", options)
        return 0
    if not machines:
        output.say("nothing to do: no machine has secrets", options)
        return 0
    from clanback.backups.sweep import sweep, worst
    from clanback.remote.ssh import session

    def told(outcome: Outcome[Receipt]) -> None:
        output.write_diagnostics(outcome.diagnostics, options, sys.stderr)
        if outcome.value is not None:
            output.write_diagnostics(sending.remarks(outcome.machine, outcome.value), options, sys.stderr)
            output.say(f"{safe(outcome.machine)}: {counted(len(parcels[outcome.machine].files), 'secret')} uploaded", options)

    with session(interactive=len(machines) == 1 and sys.stderr.isatty()) as opened:
        outcomes = sweep(
            machines,
            lambda machine: _one(options, opened, store, inventory, parcels[machine]),
            parallel=options.parallel,
            on_end=told,
        )
    return worst(outcomes)


def gets_any(store: Store, machine: str) -> bool:
    """Whether a machine has secrets at all."""
    from clanback.render.secret_files import gets_secrets

    return gets_secrets(store.plan.machines[machine])


def _one(options: argparse.Namespace, opened: Session, store: Store, inventory: Inventory, sent: Parcel) -> Receipt:
    from clanback.backups.reach import reach
    from clanback.vars import upload as sending

    there = reach(inventory, store.plan, sent.machine, options.target_host)
    receipt = sending.send(opened, there.target, there.host_keys, sent)
    sending.require_arrival(sent.machine, receipt)
    return receipt

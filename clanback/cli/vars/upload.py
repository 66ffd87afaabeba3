"""Bring the secrets of machines to them, over SSH.

On the machine they take the place of the old ones in one step, and are laid down where services expect them: now, at every
boot, and before users are made. With --directory they are laid out in a folder for an installer instead.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from clanback.inventory.model import Inventory
    from clanback.vars.store import Store
    from clanback.vars.upload import Parcel, Receipt

NAME = "upload"
SUMMARY = "bring secrets to the machines"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `vars upload`."""
    from clanback.cli import configuration
    from clanback.cli.backups.opening import add_connection

    parser.add_argument("machines", nargs="*", metavar="MACHINE", help="only to these machines (default: all)")
    parser.add_argument(
        "--directory", metavar="DIR", help="lay them out below DIR, for `nixos-anywhere --extra-files DIR`; for one machine"
    )
    parser.add_argument(
        "--secrets", choices=configuration.WAYS, help="the way that was rendered (default: what clanback.toml says, or upload)"
    )
    add_connection(parser, parallel=16)


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
    from clanback.cli.terminal import safe
    from clanback.cli.vars.opening import machines_of
    from clanback.vars import upload as sending

    way = options.secrets or configuration.read(inventory.root, outside=options.allow_outside).secrets
    machines = [name for name in machines_of(store, options.machines) if options.machines or gets_any(store, name)]
    parcels = {machine: sending.parcel(store, machine, way) for machine in machines}
    if options.directory:
        where = sending.lay_out(options.directory, parcels[machines[0]])
        output.say(f"laid out in {safe(where)}, readable as they are: remove it when the machine is installed", options)
        return 0
    if not machines:
        output.say("nothing to do: no machine has secrets", options)
        return 0
    return _send(options, store, inventory, parcels)


class Uploaded:
    """What became of one machine, as a sweep over machines wants it."""

    __slots__ = ("diagnostics", "ending")

    def __init__(self, receipt: Receipt, machine: str) -> None:
        from clanback.backups.sweep import Ending
        from clanback.vars.upload import remarks

        self.ending = Ending.DONE if receipt.status == 0 else Ending.FINDINGS
        self.diagnostics = remarks(machine, receipt)


def _send(options: argparse.Namespace, store: Store, inventory: Inventory, parcels: dict[str, Parcel]) -> int:
    from clanback.backups.reach import reach
    from clanback.backups.sweep import sweep
    from clanback.cli import output
    from clanback.cli.backups.opening import connections, tell_outcomes
    from clanback.cli.backups.progress import machines_done
    from clanback.cli.terminal import counted, safe
    from clanback.vars import upload as sending

    machines = list(parcels)
    with connections(machines) as session, machines_done("uploading", machines, options) as ended:

        def work(machine: str) -> Uploaded:
            there = reach(inventory, store.plan, machine, options.target_host)
            receipt = sending.send(session, there.target, there.host_keys, parcels[machine])
            sending.require_arrival(machine, receipt)
            return Uploaded(receipt, machine)

        outcomes = sweep(machines, work, parallel=options.parallel, on_end=ended)
    for outcome in outcomes:
        if outcome.value is not None:
            output.say(f"{safe(outcome.machine)}: uploaded {counted(len(parcels[outcome.machine].files), 'file')}", options)
    return tell_outcomes(outcomes, options)


def gets_any(store: Store, machine: str) -> bool:
    """Whether a machine has secrets at all."""
    from clanback.render.secret_files import gets_secrets

    return gets_secrets(store.plan.machines[machine])

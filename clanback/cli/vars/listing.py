"""List the files of every generator, a line for each: public values, long ones by their ends, secrets as ********.

Nothing is decrypted. `clanback vars get` prints a secret, or a whole value; --json has all whole values.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any

    from clanback.vars.store import Store

NAME = "list"
SUMMARY = "show what there is, secrets as ********"
HIDDEN = "********"
_NAMES = 60
_VALUE = 36
_END = 16


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `vars list`."""
    parser.add_argument("machines", nargs="*", metavar="MACHINE", help="only of these machines (default: all)")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: argparse.Namespace) -> int:
    """Print the list; 0 also where something has not been generated."""
    from clanback.cli.vars.opening import with_store

    return with_store(options, lambda store, _: _list(options, store))


def _list(options: argparse.Namespace, store: Store) -> int:
    from clanback.cli.output import write_json
    from clanback.cli.vars.opening import machines_of

    machines = machines_of(store, options.machines)
    rows = {machine: rows_of(store, machine) for machine in machines}
    if options.json:
        write_json({"format_version": 1, "machines": rows})
        return 0
    sys.stdout.write("\n".join(_text(machine, rows[machine]) for machine in machines))
    return 0


def rows_of(store: Store, machine: str) -> list[dict[str, Any]]:
    """The files of a machine, by generator and name."""
    from clanback.vars.items import used_by

    rows: list[dict[str, Any]] = []
    for item in sorted(used_by(store.items, [machine]), key=lambda item: item.name):
        for file in item.files:
            made = store.has(item, file)
            value = store.value(item, file).decode("utf-8", "replace") if made and not file.secret else None
            rows.append(
                {
                    "generator": item.name,
                    "file": file.name,
                    "secret": file.secret,
                    "shared": item.generator.share,
                    "deployed": file.deploy,
                    "generated": made,
                    "value": value,
                }
            )
    return rows


def shortened(text: str, widest: int) -> str:
    """Both ends of a long value: certificates and keys fill half a screen, and begin alike."""
    return text if len(text) <= widest else f"{text[: widest - _END - 1]}…{text[-_END:]}"


def _text(machine: str, rows: list[dict[str, Any]]) -> str:
    from clanback.cli.terminal import safe

    names = [safe(f"{row['generator']}/{row['file']}") for row in rows]
    widest = min(max((len(name) for name in names), default=0), _NAMES)
    lines = [f"{safe(machine)}\n"]
    for name, row in zip(names, rows, strict=True):
        mark = "  (shared)" if row["shared"] else ""
        shown = HIDDEN if row["secret"] else shortened(safe((row["value"] or "").rstrip("\n")), _VALUE - len(mark))
        if not row["generated"]:
            shown = "not generated"
        lines.append(f"  {name:<{widest}}  {shown}{mark}\n")
    return "".join(lines)

"""clan-core's contract: `<provider>-create`, `-list` and `-restore`, which any clan's machine has.

`list` prints `[{"name": "<job>::<repository>::<archive>"}]`; `restore` takes `NAME`, and `FOLDERS` separated by colons.
"""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Final

from clanback.backups.failures import no_commands, of_command
from clanback.diagnostics import DiagnosticError, error

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clanback.backups.reach import Reachable
    from clanback.remote.ssh import Session
    from clanback.system.processes import Finished

_LONGEST: Final = 100_000
"""Bytes of one variable; Linux allows 131,072."""


def call(session: Session, machine: Reachable, words: Sequence[str]) -> Finished:
    """Run a command on the machine; raises DiagnosticError CB465 or CB467 where it fails or is missing."""
    finished = session.run(machine.target, words, host_keys=machine.host_keys)
    if finished.status != 0:
        command = next(word for word in words if "=" not in word and word != "env")
        raise DiagnosticError(of_command(machine.name, command, finished))
    return finished


def create(session: Session, machine: Reachable, provider: str) -> None:
    """Start all jobs."""
    call(session, machine, [f"{provider}-create"])


def names(session: Session, machine: Reachable, provider: str) -> tuple[list[str], Finished]:
    """The names of all archives. The command may have failed for some repositories and still have listed the others."""
    command = f"{provider}-list"
    finished = session.run(machine.target, [command], host_keys=machine.host_keys)
    found = read_names(finished.text)
    if found is None and finished.status == 127:
        raise DiagnosticError(no_commands(machine.name))
    if found is None and finished.status != 0:
        raise DiagnosticError(of_command(machine.name, command, finished))
    if found is None:
        raise DiagnosticError(
            error(
                "CB466",
                f"the answer of {machine.name} cannot be used: `{command}` printed no list of archives",
                help=f"run `{command}` on the machine and see what it prints",
            )
        )
    return found, finished


def read_names(text: str) -> list[str] | None:
    """The names in what the `list` command printed, whatever else stands before or behind the JSON; None where there is none."""
    decoder = json.JSONDecoder()
    found: list[str] | None = None
    failures = 0
    for opening in _OPENING.finditer(text):
        try:
            said, _ = decoder.raw_decode(text, opening.start())
        except (ValueError, RecursionError):
            failures += 1
            if failures == _MOST_FAILURES:
                break
            continue
        if isinstance(said, list) and all(isinstance(one, dict) and isinstance(one.get("name"), str) for one in said):
            found = [one["name"] for one in said]
            if found:  # `[]` may also be a piece of a greeting: look on
                break
    return found


_OPENING: Final = re.compile(r"\[(?=\s*[{\]])")
"""Where a list of objects, or an empty one, may begin."""
_MOST_FAILURES: Final = 1000
"""No greeting has so many that are none: looking further would let a machine keep us busy for hours."""


def hook(session: Session, machine: Reachable, command: str) -> Finished | None:
    """Run a hook of a state, None where the machine has no such command."""
    script = 'command -v "$1" >/dev/null || exit 127; exec "$1"'
    finished = session.run(machine.target, ["sh", "-c", script, "sh", command], host_keys=machine.host_keys)
    return None if finished.status == 127 else finished


def restore(session: Session, machine: Reachable, provider: str, name: str, folders: Sequence[str]) -> None:
    """Restore folders; none of them may hold a colon, which the contract cannot tell from the next folder."""
    assert not any(":" in folder for folder in folders)
    for group in _groups(folders):
        call(session, machine, ["env", f"NAME={name}", f"FOLDERS={':'.join(group)}", f"{provider}-restore"])


def _groups(folders: Sequence[str]) -> Iterator[list[str]]:
    """The folders in groups, each of a length that Linux allows for one variable."""
    group: list[str] = []
    for folder in folders:
        if group and sum(len(os.fsencode(one)) + 1 for one in (*group, folder)) > _LONGEST:
            yield group
            group = []
        group.append(folder)
    if group:
        yield group

"""The protocol of machines that clanback rendered: a request as JSON on standard input, answers as lines of JSON.

`docs/reference/machine-protocol.md` lists both. Whatever a machine says is checked before it is used: it may be broken into.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import attrs

from clanback.backups.failures import of_answer
from clanback.diagnostics import DiagnosticError, error

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clanback.backups.reach import Reachable
    from clanback.diagnostics import Diagnostic
    from clanback.remote.ssh import Session

PROGRAM: Final = "clanback-machine"
FORMAT_VERSION: Final = 1
_NOT_FOUND: Final = 127

Answer = dict[str, Any]


class ContractOnlyError(Exception):
    """The machine has no program that speaks the protocol."""


@attrs.frozen
class Answers:
    """All that a machine answered. `exit` is what it says of the whole: 0 good, 1 failed in part."""

    machine: str
    lines: tuple[Answer, ...]
    exit: int

    def of(self, kind: str) -> list[Answer]:
        """The answers of one type, in order."""
        return [line for line in self.lines if line["type"] == kind]

    def one(self, kind: str) -> Answer:
        """The first answer of a type, an empty one if there is none."""
        return next(iter(self.of(kind)), {})

    def problems(self) -> tuple[Diagnostic, ...]:
        """Its errors."""
        return tuple(of_answer(self.machine, line) for line in self.of("error"))


def read_line(line: str) -> Answer | None:
    """One line of answers; None for anything else that a machine may print."""
    if not line.startswith("{"):
        return None
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or not isinstance(said.get("type"), str) or not isinstance(said.get("format_version"), int):
        return None
    return said


def ask(
    session: Session,
    machine: Reachable,
    command: str,
    request: Mapping[str, Any],
    *,
    shared: bool = True,
    timeout: float | None = None,
    on_answer: Callable[[Answer], None] | None = None,
) -> Answers:
    """Ask a machine and return its answers; `on_answer` is called with each as it comes.

    Raises ContractOnlyError where it has no such program, UnreachableError where ssh fails, DiagnosticError CB466 where the
    answer makes no sense. Errors that it answers with are in the result.
    """

    def listen(line: str) -> None:
        said = read_line(line)
        if said is not None and on_answer is not None:
            on_answer(said)

    text = json.dumps({"format_version": FORMAT_VERSION, **request}).encode()
    finished = session.run(
        machine.target,
        [PROGRAM, command],
        host_keys=machine.host_keys,
        stdin=text,
        shared=shared,
        timeout=timeout,
        on_stdout=listen if on_answer is not None else None,
    )
    lines = tuple(said for line in finished.text.splitlines() if (said := read_line(line)) is not None)
    if finished.status == _NOT_FOUND and not lines:
        raise ContractOnlyError
    newer = [line["format_version"] for line in lines if line["format_version"] != FORMAT_VERSION]
    if newer:
        why = f"it speaks version {newer[0]} of the protocol, we speak {FORMAT_VERSION}"
        raise DiagnosticError(_senseless(machine.name, why, "update clanback on this computer"))
    ends = [line for line in lines if line["type"] == "end"]
    if not ends or not isinstance(ends[-1].get("exit"), int):
        why = f"`{PROGRAM} {command}` ended before it was done (exit status {finished.status})"
        notes = tuple(finished.complaint.splitlines())
        raise DiagnosticError(_senseless(machine.name, why, "run the command again; the machine's journal may say more", notes))
    return Answers(machine.name, lines, ends[-1]["exit"])


def _senseless(machine: str, why: str, help: str, notes: tuple[str, ...] = ()) -> Diagnostic:
    return error("CB466", f"the answer of {machine} cannot be used: {why}", notes=notes, help=help)

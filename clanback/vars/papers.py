"""The paper for the safe: secrets as lines that can be printed, read by people and typed in again, each with check digits."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING, Final

import attrs

from clanback.diagnostics import DiagnosticError, error
from clanback.vars.items import find_file, used_by

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clanback.plan.model import GeneratorFile, Plan
    from clanback.vars.items import Item
    from clanback.vars.store import Store

TITLE: Final = "clanback paper 1"
_BYTES_A_LINE: Final = 30
"""40 characters of base64."""


@attrs.frozen
class Entry:
    """A secret on the paper."""

    machine: str
    name: str
    content: bytes = attrs.field(repr=False)


def chosen(store: Store, machines: Iterable[str], *, everything: bool) -> list[tuple[str, Item, GeneratorFile]]:
    """The secrets to write down: what opens the backups, or all. Only sources: public keys and hashes follow from them."""
    from clanback.vars.parts import part_with

    found, seen = [], set()
    for machine in machines:
        for item in used_by(store.items, [machine]):
            for file in item.files if everything or item.name == "borgbackup" else ():
                if file.secret and part_with(item.generator, file.name).source == file.name and (item.key, file.name) not in seen:
                    seen.add((item.key, file.name))
                    found.append((machine, item, file))
    return found


def write(clan: str, plan: Plan, entries: Iterable[Entry], day: str) -> str:
    """The paper."""
    lines = [
        TITLE,
        f"# Secrets of the clan {clan}, {day}. Who has this sheet can read the backups; without it, and without the",
        "# repository or an identity, nobody can. `clanback vars import` reads it back, also when it is typed in:",
        "# the four characters at the end of a line are check digits.",
    ]
    machine, count = None, 0
    for entry in entries:
        if entry.machine != machine:
            machine = entry.machine
            lines += ["", f"machine {machine}"]
            lines += [f"# backs up to {job.repo} ({job.name})" for job in plan.machines[machine].jobs.values()]
        lines += _entry_lines(entry)
        count += 1
    return "\n".join([*lines, "", f"end {count}", ""])


def _entry_lines(entry: Entry) -> list[str]:
    text = entry.content.decode("utf-8", "replace")
    line = text.removesuffix("\n")
    if line and line.isascii() and line.isprintable() and line == line.strip() and "  " not in line:
        kind, rows = ("line" if text.endswith("\n") else "text"), [line]
    else:
        kind = "base64"
        encoded = [entry.content[at : at + _BYTES_A_LINE] for at in range(0, len(entry.content), _BYTES_A_LINE)]
        rows = [base64.b64encode(piece).decode() for piece in encoded]
    return [f"secret {entry.name} {kind}", *(f"  {row}  {_digits(number, row)}" for number, row in enumerate(rows))]


def _digits(number: int, row: str) -> str:
    """Check digits of a row; they depend on its number, so that rows that were swapped are noticed."""
    return hashlib.sha256(f"{number} {row}".encode()).hexdigest()[:4]


def read(text: str, name: str) -> list[Entry]:
    """What a paper says. Raises DiagnosticError CB531 with the line that cannot be right."""
    return _Reader(text, name).entries()


class _Reader:
    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.lines = text.split("\n")

    def entries(self) -> list[Entry]:
        """All entries, in order."""
        if not self.lines or self.lines[0].strip() != TITLE:
            raise self._wrong(0, f"a paper begins with the line `{TITLE}`")
        found: list[Entry] = []
        machine, number = "", 1
        while number < len(self.lines):
            words = self.lines[number].split()
            if not words or words[0].startswith("#"):
                number += 1
            elif words[0] == "machine" and len(words) == 2:
                machine, number = words[1], number + 1
            elif words[0] == "secret" and len(words) == 3 and machine:
                content, number = self._content(words[2], number + 1)
                found.append(Entry(machine, words[1], content))
            elif words[0] == "end" and len(words) == 2:
                if words[1] != str(len(found)):
                    raise self._wrong(number, f"it should have {words[1]} secrets, but {len(found)} stand here")
                return found
            else:
                raise self._wrong(number, "this is no line of a paper")
        raise self._wrong(len(self.lines) - 1, "the last line, `end`, is missing")

    def _content(self, kind: str, number: int) -> tuple[bytes, int]:
        rows: list[str] = []
        while number < len(self.lines) and (words := self.lines[number].split()) and self.lines[number][0] in " \t":
            row, digits = " ".join(words[:-1]), words[-1].lower()
            if digits != _digits(len(rows), row):
                raise self._wrong(number, "the check digits do not fit: a character is wrong, or a line is missing")
            rows.append(row)
            number += 1
        if not rows:
            raise self._wrong(number - 1, "nothing follows")
        if kind in ("line", "text") and len(rows) == 1:
            return rows[0].encode() + (b"\n" if kind == "line" else b""), number
        try:
            if kind != "base64":
                raise ValueError
            return b"".join(base64.b64decode(row, validate=True) for row in rows), number
        except (ValueError, binascii.Error):
            raise self._wrong(number - 1, "this cannot be read") from None

    def _wrong(self, number: int, reason: str) -> DiagnosticError:
        """An error with the number of the line only: its text may be a secret."""
        message = f"{self.name}, line {number + 1}: {reason}"
        return DiagnosticError(error("CB531", message, help="compare the line with the paper, and mend it"))


def differing(store: Store, entries: Iterable[Entry]) -> tuple[list[tuple[Item, GeneratorFile, Entry]], list[str]]:
    """The entries that are not in the store as they are on the paper, and the names of those that would replace something."""
    new: list[tuple[Item, GeneratorFile, Entry]] = []
    replaced: list[str] = []
    for entry in entries:
        item, file = find_file(store.items, store.plan, entry.machine, entry.name)
        if store.has(item, file):
            if store.value(item, file) == entry.content:
                continue
            replaced.append(f"{item.owner}: {entry.name}")
        new.append((item, file, entry))
    return new, replaced

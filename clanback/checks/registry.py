"""The one registry of codes: what each means. `explain`, the reference page and SARIF are made from it.

The texts lie in `codes/`, a file for each family, and are loaded when somebody asks. A test holds that every code in the
package is registered and every registered code is used.
"""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping

FAMILIES: Mapping[str, tuple[str, str]] = {
    "0": ("syntax", "The text is not Nix"),
    "1": ("evaluation", "An expression has no value"),
    "2": ("inventory", "The clan's declaration"),
    "3": ("services", "Services and their settings"),
    "4": ("backups", "Backups and who makes them where"),
    "5": ("secrets", "Keys, passwords and secrets"),
    "6": ("rendering", "Writing modules"),
    "9": ("internal", "clanback and the system below it"),
}
"""First digit of a code → the family's name, of the first module in `codes/`, and its title."""

MODULES: Mapping[str, tuple[str, ...]] = {
    **{digit: (name,) for digit, (name, _) in FAMILIES.items()},
    "2": ("inventory", "own_settings"),
    "4": ("backups", "jobs", "machines", "operating", "insight"),
}
"""First digit of a code → the modules in `codes/`."""

CLAN_CORE_ACCEPTS = frozenset({"CB214", "CB230", "CB231", "CB232", "CB233", "CB234"})
"""Errors about what clan-core takes without a word, or never reads: with `--compat clan-core` they do not stop `render`."""


@attrs.frozen
class Code:
    """One code: `severity` is the usual one; `bad` and `good` are pieces of a `clan.nix` that cause it and that do not.

    They stand in a clan with the machines `laptop` and `server`, unless they begin with a brace. Further files follow lines
    `--- NAME`; `options` are those of `clanback check` that the examples need. `console` is for codes that no piece of a
    `clan.nix` causes: what somebody types, and what clanback answers (`codes/consoles.txt`, written by
    tests/checks/test_consoles.py).
    """

    code: str
    title: str
    severity: str
    explanation: str
    bad: str | None = None
    good: str | None = None
    options: str = ""
    console: str | None = None

    @property
    def family(self) -> str:
        """The family's name, `inventory` for CB2xx."""
        return FAMILIES[self.code[2]][0]


@cache
def family(digit: str) -> Mapping[str, Code]:
    """The codes of one family, sorted; empty for a digit that stands for none."""
    if digit not in FAMILIES:
        return {}
    codes: list[Code] = [one for module in MODULES[digit] for one in import_module(f"clanback.checks.codes.{module}").CODES]
    typed = consoles()
    codes.sort(key=lambda one: one.code)
    return {one.code: attrs.evolve(one, console=typed.get(one.code, one.console)) for one in codes}


@cache
def consoles() -> Mapping[str, str]:
    """What is typed and answered, by code."""
    with open(os.path.join(os.path.dirname(__file__), "codes/consoles.txt"), encoding="utf-8") as file:
        sections = f"\n{file.read()}".split("\n--- ")[1:]
    return {section[:5]: f"{section[6:].strip()}\n" for section in sections}


def find(code: str) -> Code | None:
    """What a code means, or None if there is no such code."""
    return family(code[2:3]).get(code)


def every() -> list[Code]:
    """All codes, sorted."""
    return [one for digit in FAMILIES for one in family(digit).values()]


def files(example: str) -> dict[str, str]:
    """The files of an example by name, as they are written: `clan.nix` (maybe empty), then those after lines `--- NAME`."""
    first, *others = f"\n{example}".split("\n--- ")
    parts = {"clan.nix": first.strip("\n")}
    for other in others:
        name, _, text = other.partition("\n")
        parts[name] = f"{text}\n"
    return parts


def complete(example: str) -> dict[str, str]:
    """The files of an example as `clanback check` can read them: pieces in a clan with the machines `laptop` and `server`."""
    parts = files(example)
    piece = parts["clan.nix"]
    if not piece.lstrip().startswith("{"):
        name = "" if "meta.name" in piece else 'meta.name = "example";\n'
        piece = f"{{\n{name}inventory.machines = {{ laptop = {{ }}; server = {{ }}; }};\n{piece}\n}}\n"
    return {**parts, "clan.nix": piece}

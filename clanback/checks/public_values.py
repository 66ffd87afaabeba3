"""Public values in `vars/` that must be keys or certificates and are none: they would be rendered as they are."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from clanback.checks.access import KEY_TYPES, key_problem
from clanback.diagnostics import Source, Span, error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clanback.checks.places import Places
    from clanback.diagnostics import Diagnostic
    from clanback.inventory.model import Inventory
    from clanback.plan.model import Plan

_CERTIFICATE = "-cert-v01@openssh.com"


def check(inventory: Inventory, plan: Plan, places: Places) -> Iterator[Diagnostic]:
    """The files of the planned generators whose names say what they hold: `….pub` a public key, `…-cert.pub` a certificate."""
    is_there = bool(inventory.public_values) or os.path.isdir(f"{inventory.root}/vars")
    judged: set[str] = set()
    for machine in plan.machines.values() if is_there else ():
        for generator in machine.generators.values():
            for file in generator.files:
                if file.secret or not file.name.endswith(".pub"):
                    continue
                kind = "shared" if generator.share else f"per-machine/{machine.name}"
                key = f"{kind}/{generator.name}/{file.name}"
                if key not in judged:
                    judged.add(key)
                    yield from _judge(inventory, key, machine.name, generator.name)


def _judge(inventory: Inventory, key: str, machine: str, generator: str) -> Iterator[Diagnostic]:
    certificate = key.endswith("-cert.pub")
    name = f"vars/{key}/value"
    path = f"{inventory.root}/{name}"
    text = inventory.public_values.get(key)
    if text is None:
        if not os.path.isfile(path):
            return  # not made yet: read when Nix evaluates
        why: str | None = "it is not text, or cannot be read"
    else:
        why = value_problem(text, certificate=certificate)
    if why is not None:
        source = Source(name, text or "", path)
        yield error(
            "CB501",
            f"{name} is not {'an SSH certificate' if certificate else 'a public key'}: {why}",
            Span(source, 0, len(source.text.partition("\n")[0])),
            help=f"restore the file from version control, or let `clan vars generate {machine}` make it anew (of {generator})",
        )


def value_problem(text: str, *, certificate: bool = False) -> str | None:
    """What keeps a text from being a file that `ssh-keygen` writes (type, key, comment); None if nothing does."""
    why = key_problem(text)
    if why is not None:
        return why
    kind = text.split(maxsplit=1)[0]
    if kind not in KEY_TYPES:  # a line of `authorized_keys` may have options there
        return "it does not begin with the type of the key"
    return None if certificate == kind.endswith(_CERTIFICATE) else f"it is of type {kind}"

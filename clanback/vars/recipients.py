"""Who may read what: the people of the clan and the machines. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from clanback.diagnostics import DiagnosticError, error

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clanback.diagnostics import Diagnostic
    from clanback.inventory.model import Inventory
    from clanback.plan.model import GeneratorFile
    from clanback.vars.items import Item


@attrs.frozen
class People:
    """The public keys of the people: `default` for every machine but those in `hosts`, which have their own instead."""

    default: tuple[str, ...]
    hosts: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)

    def of(self, machine: str) -> tuple[str, ...]:
        """The keys of those who may read the machine's secrets. Raises DiagnosticError CB511 where there are none."""
        found = self.hosts.get(machine) or self.default
        if not found:
            raise DiagnosticError(nobody(f"machine {machine}"))
        return tuple(sorted(set(found)))


def people_of(inventory: Inventory) -> People:
    """`vars.settings.recipients` of the clan; where it has no `default`, `recipients` of `[vars]` in clanback.toml."""
    own = inventory.own.recipients if inventory.own is not None else ()
    return People(inventory.recipients or own, inventory.host_recipients)


def nobody(whose: str) -> Diagnostic:
    """Nobody is named who could read the secrets of a machine, or of the clan."""
    return error(
        "CB511",
        f"nobody is named who may read the secrets of {whose}",
        help='name public keys: `vars.settings.recipients.default = [ "age1…" ];` in clan.nix, or `recipients` of `[vars]` in '
        "clanback.toml; `clanback vars keygen` prints yours",
    )


def readers(item: Item, file: GeneratorFile, people: People, machine_key: Callable[[str], str]) -> tuple[str, ...]:
    """The public keys that a secret is encrypted to, sorted.

    What is deployed can be read by the machines that use it, and so by whoever can read their keys. The rest only by people: the
    key of the clan's authority must not be decryptable with what lies on a machine.
    """
    if file.deploy:
        return tuple(sorted({machine_key(machine) for machine in item.machines}))
    return people.of(item.machines[0])


def has_list(item: Item, file: GeneratorFile) -> bool:
    """Whether a list of the readers lies beside the secret: where they can change (clan-core writes it there and only there)."""
    return item.generator.share or not file.deploy

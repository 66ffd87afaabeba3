"""Where clan-core's age backend and its public store keep each file, relative to the clan's folder. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clanback.vars.items import Item

MACHINE_KEYS = "secrets/age-keys/machines"
SECRETS = "secrets/clan-vars"
PUBLIC = "vars"


def public_value(item: Item, file: str) -> str:
    """A public value."""
    return f"{PUBLIC}/{item.key}/{file}/value"


def secret(item: Item, file: str) -> str:
    """A secret, encrypted with age."""
    return f"{SECRETS}/{item.key}/{file}/{file}.age"


def sops_secret(item: Item, file: str) -> str:
    """Where clan-core's sops backend keeps the same secret."""
    return f"{PUBLIC}/{item.key}/{file}/secret"


def sops_origin(item: Item, file: str) -> str:
    """The digest of the age file that a file for sops-nix was made from, beside it."""
    return f"{PUBLIC}/{item.key}/{file}/.secret-origin"


def validation(item: Item) -> str:
    """The digest of what the item's content depends on (`validationHash`)."""
    return f"{PUBLIC}/{item.key}/.validation-hash"


def recipients_of(encrypted: str) -> str:
    """The list of those an encrypted file is for, beside it."""
    return f"{encrypted}.recipients"


def machine_public_key(machine: str) -> str:
    """A machine's public age key."""
    return f"{MACHINE_KEYS}/{machine}/pub"


def machine_key(machine: str) -> str:
    """A machine's private age key, encrypted to the people of the clan."""
    return f"{MACHINE_KEYS}/{machine}/key.age"

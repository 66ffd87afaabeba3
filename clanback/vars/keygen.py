"""The identity of the person at work, and naming it as a reader where the clan names nobody."""

from __future__ import annotations

import os
import time
import tomllib
from typing import TYPE_CHECKING

from clanback.diagnostics import DiagnosticError, error
from clanback.system import files
from clanback.vars import age, identities
from clanback.vars.faults import unreadable, unwritable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clanback.diagnostics import Diagnostic

OWN_SETTINGS = "clanback.toml"


def own_public_keys(environment: Mapping[str, str]) -> tuple[tuple[str, ...], str | None]:
    """The public keys of the person at work, and the file of an identity that was made because there was none.

    Raises DiagnosticError: CB512 where identities are there whose public keys are not known (a plugin's without a comment), CB519
    where none can be written, and what `identities.find` raises.
    """
    home = environment.get("HOME") or os.path.expanduser("~")
    found = identities.find(environment, home)
    if found.sources:
        if not found.public_keys:
            raise DiagnosticError(
                error(
                    "CB512",
                    f"the public key of your identity ({found.places}) is not known",
                    help="add a line `# public key: age1…` to the file, or name the key in clan.nix or clanback.toml",
                )
            )
        return found.public_keys, None
    shown = identities.FILES[0]
    path = os.path.join(home, shown.removeprefix("~/"))
    content, public = age.new_identity(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        files.replace(path, content, mode=0o600)
    except OSError as problem:
        raise DiagnosticError(unwritable(shown, problem)) from None
    return (public,), shown


def declare(root: str, public_keys: tuple[str, ...]) -> None:
    """Name the readers in `[vars]` of clanback.toml; what stands there already stays as it is.

    Raises DiagnosticError CB511 where a table `[vars]` is there, because only a person should change it.
    """
    path = os.path.join(root, OWN_SETTINGS)
    try:
        with open(path, "rb") as file:
            before = file.read()
    except FileNotFoundError:
        before = b""
    except OSError as problem:
        raise DiagnosticError(unreadable(OWN_SETTINGS, problem)) from None
    keys = ", ".join(f'"{key}"' for key in public_keys)
    try:
        if "vars" in tomllib.loads(before.decode()):
            raise DiagnosticError(_by_hand(keys))
    except ValueError:
        raise DiagnosticError(_by_hand(keys)) from None
    if before and not before.endswith(b"\n"):
        before += b"\n"
    table = f"{'' if not before else chr(10)}# Who can read the secrets below secrets/.\n[vars]\nrecipients = [{keys}]\n"
    try:
        files.replace(path, before + table.encode())
    except OSError as problem:
        raise DiagnosticError(unwritable(OWN_SETTINGS, problem)) from None


def _by_hand(keys: str) -> Diagnostic:
    return error(
        "CB511",
        "nobody is named who may read the secrets of this clan",
        help=f"add `recipients = [{keys}]` to the table `[vars]` of {OWN_SETTINGS}",
    )

"""Reading secrets that clan-core's sops backend keeps, with the program `sops`. They are never written here."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from clanback.diagnostics import DiagnosticError, error
from clanback.system import processes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clanback.diagnostics import Diagnostic

_PASSED = ("SOPS_AGE_KEY_FILE", "SOPS_AGE_KEY_CMD", "SOPS_AGE_SSH_PRIVATE_KEY_FILE", "GNUPGHOME", "GPG_TTY")


def decrypt(directory: str, path: str, environment: Mapping[str, str]) -> bytes:
    """The content of a file that sops has encrypted.

    Raises DiagnosticError: CB518 where there is no `sops`, CB513 where it cannot decrypt the file. sops looks for identities in
    `SOPS_AGE_KEY_FILE` and `~/.config/sops/age/keys.txt`; a key in `AGE_KEY` is not put into its environment.
    """
    if shutil.which("sops") is None:
        raise DiagnosticError(not_installed(path))
    passed = {name: environment[name] for name in _PASSED if name in environment}
    if "SOPS_AGE_KEY_FILE" not in passed and environment.get("AGE_KEYFILE"):
        passed["SOPS_AGE_KEY_FILE"] = environment["AGE_KEYFILE"]
    words = ["sops", "decrypt", "--input-type", "binary", "--output-type", "binary", os.path.join(directory, path)]
    finished = processes.run(words, more_environment=passed)
    if finished.status != 0:
        raise DiagnosticError(
            error(
                "CB513",
                f"`sops` cannot decrypt {path}",
                notes=(finished.complaint,) if finished.complaint else (),
                help="sops looks for your identity in ~/.config/sops/age/keys.txt, or in the file that SOPS_AGE_KEY_FILE names",
            )
        )
    return finished.stdout


def not_installed(path: str) -> Diagnostic:
    """A secret of the sops store, and no sops."""
    return error(
        "CB518",
        f"{path} is kept by sops, and the program `sops` is not installed",
        help='install sops (nixpkgs: sops; Debian has no package), or move the clan to age: `vars.settings.secretStore = "age";`',
    )


def read_only(what: str) -> Diagnostic:
    """Something would have to be written into a sops store."""
    return error(
        "CB523",
        f"{what}: this clan keeps its secrets with sops, which clanback only reads",
        help='use `clan vars generate`, or move the clan to age first: `vars.settings.secretStore = "age";` in clan.nix',
    )

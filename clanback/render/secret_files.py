"""`secret-files.nix`: how secrets come to their places on a machine. Generic: what differs is in the machines' `secrets.nix`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.render.runtime import render_template

if TYPE_CHECKING:
    from clanback.plan.model import MachinePlan

MODULE = "secret-files.nix"
STORE = "/var/lib/clanback/secrets"
"""The folder of a machine that `clanback vars upload` writes to; `current` in it is what arrived last, whole."""
KEY_FILE = "age-key.txt"
"""The machine's own age key in that folder, for the ways in which the machine itself decrypts."""
RECEIVE = "secrets-receive.sh"
"""The template of the program that takes an upload on the machine (`render_receive`)."""


def gets_secrets(machine: MachinePlan) -> bool:
    """Whether any secret of the machine has to come to it."""
    return any(file.secret and file.deploy for generator in machine.generators.values() for file in generator.files)


def render_secret_files(way: str) -> str:
    """The text of the module that all machines with secrets import; `way` is `upload`, `agenix` or `sops-nix`."""
    return render_template(MODULE, way=way, store=f"{STORE}/current", install_script=render_template("secrets-install.sh"))


def render_receive() -> str:
    """The shell program that receives an upload: a tar archive on its standard input, its argument the folder `STORE`."""
    return render_template(RECEIVE)

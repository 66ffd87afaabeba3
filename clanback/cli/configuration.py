"""The settings of `clanback.toml` that the command line itself needs; the inventory reads and judges the whole file.

out = "nixos/backups"     # where `render` writes, relative to the repository; default: "generated"
ignore = ["CB412"]        # codes, or families of codes, that are not reported
"""

from __future__ import annotations

import os

NAME = "clanback.toml"

WAYS = ("upload", "agenix", "sops-nix", "clan")
"""The ways of secrets, the default first: `clanback vars upload`, two well-known modules, or clan-core, which deploys them."""


class Configuration:
    """What the file says about output, secrets and silence, or the defaults."""

    __slots__ = ("ignore", "out", "secrets")

    def __init__(self, out: str = "generated", ignore: tuple[str, ...] = (), secrets: str = WAYS[0]) -> None:
        self.out = out
        self.ignore = ignore
        self.secrets = secrets


def read(root: str, *, outside: bool = False) -> Configuration:
    """Read `clanback.toml` in the folder `root`; what is missing or wrong means the default: loading says what is wrong.

    A link is followed out of the folder only with `outside`.
    """
    path = os.path.join(root, NAME)
    real = os.path.realpath(path)
    if not os.path.isfile(real) or not (outside or real.startswith(os.path.realpath(root).rstrip("/") + "/")):
        return Configuration()
    from clanback.nix.reads import content

    text = content(real)
    if text is None:
        return Configuration()
    import tomllib

    try:
        table = tomllib.loads(text.decode())
    except (ValueError, RecursionError):
        return Configuration()
    out, ignore, secrets = table.get("out"), table.get("ignore"), table.get("secrets")
    if not isinstance(out, str) or not out or os.path.isabs(out) or ".." in out.split("/") or "\0" in out:
        out = "generated"
    if not isinstance(ignore, list):
        ignore = []
    codes = tuple(code for code in ignore if isinstance(code, str) and code.startswith("CB") and code[2:].isdigit())
    return Configuration(out, codes, secrets if secrets in WAYS else WAYS[0])

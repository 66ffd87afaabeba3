"""The two settings of `clanback.toml` that the command line itself needs; the inventory reads and judges the whole file.

out = "nixos/backups"     # where `render` writes, relative to the repository; default: "generated"
ignore = ["CB412"]        # codes, or families of codes, that are not reported
"""

from __future__ import annotations

import os

NAME = "clanback.toml"


class Configuration:
    """What the file says about output and silence, or the defaults."""

    __slots__ = ("ignore", "out")

    def __init__(self, out: str = "generated", ignore: tuple[str, ...] = ()) -> None:
        self.out = out
        self.ignore = ignore


def read(root: str) -> Configuration:
    """Read `clanback.toml` in the folder `root`; what is missing or wrong means the default: loading says what is wrong."""
    path = os.path.join(root, NAME)
    if not os.path.isfile(path):
        return Configuration()
    import tomllib

    try:
        with open(path, "rb") as file:
            table = tomllib.load(file)
    except (OSError, ValueError):
        return Configuration()
    out, ignore = table.get("out"), table.get("ignore", [])
    if not isinstance(out, str) or not out or os.path.isabs(out) or ".." in out.split("/"):
        out = "generated"
    if not isinstance(ignore, list):
        ignore = []
    return Configuration(
        out, tuple(code for code in ignore if isinstance(code, str) and code.startswith("CB") and code[2:].isdigit())
    )

"""Which names machines may have."""

from __future__ import annotations

import re

_HOST_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?")


def is_machine_name(name: str) -> bool:
    """Letters and digits, `-` and `_` between them, at most 63 (what NixOS takes as `networking.hostName`)."""
    return _HOST_NAME.fullmatch(name) is not None

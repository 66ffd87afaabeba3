"""Whether to colour: `--color`, `NO_COLOR` (no-color.org), `TERM`, and whether a terminal is there at all."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO


def wanted(choice: str, stream: TextIO) -> bool:
    """Decide for one stream; `choice` is auto, always or never, and an explicit always or never beats the environment."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False

"""Text for the shell of another machine: the only place that quotes for it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def quoted(words: Sequence[str]) -> str:
    """One line that a POSIX shell takes apart into exactly these words.

    Raises ValueError for a NUL byte, which no argument can hold.
    """
    if any("\0" in word for word in words):
        raise ValueError("an argument holds a NUL byte")
    return shlex.join(words)

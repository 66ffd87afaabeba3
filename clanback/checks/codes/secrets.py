"""CB5xx: keys, passwords and secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clanback.checks.registry import Code

CODES: tuple[Code, ...] = ()

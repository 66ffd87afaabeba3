"""CB9xx: clanback and the system below it."""

from __future__ import annotations

from clanback.checks.registry import Code

CODES = (
    Code(
        "CB900",
        "clanback is at fault",
        "error",
        """
Something happened that nobody expected. Please report it with the input that causes it; `CLANBACK_DEBUG=1` in the
environment makes clanback print where it happened.""",
    ),
    Code(
        "CB901",
        "the system refused",
        "error",
        """
Reading or writing failed for a reason that lies outside: no space, no permission, a device that does not answer.""",
    ),
)

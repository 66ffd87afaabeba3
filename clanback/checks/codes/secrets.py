"""CB5xx: keys, passwords and secrets."""

from __future__ import annotations

from clanback.checks.registry import Code

CODES: tuple[Code, ...] = (
    Code(
        "CB501",
        "malformed public value",
        "error",
        """
A file below `vars/` that must hold a public key, or a certificate of a host key, holds something else: a merge that went
wrong, or a file that was cut off. It would be written into `authorizedKeys` or `knownHosts` as it is, and every backup that
depends on it would fail. Restore the file from version control, or generate it again.""",
    ),
)

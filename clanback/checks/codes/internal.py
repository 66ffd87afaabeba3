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
    Code(
        "CB910",
        "a program that is needed is not there",
        "error",
        """
clanback uses the programs of this computer for what they do best: `ssh` to reach machines, `borg` to read repositories, `git`
to look at earlier versions. The message names the one that is missing or cannot be started.""",
    ),
    Code(
        "CB911",
        "a machine of the demo does not start",
        "error",
        """
The demo makes machines out of processes. Each has a root folder of its own, for which Linux has namespaces: of mounts and
processes for root, of users too for everybody else. Where a container or the system's settings forbid them, there can be no
such machines.""",
    ),
    Code(
        "CB912",
        "the demo did not go as it should",
        "error",
        """
`clanback demo` compares what comes back from its backups with what was there before, and believes no exit status alone. Something
was not as it should be: please report it with what was printed. `clanback demo --keep` leaves its folder for a closer look.""",
    ),
)

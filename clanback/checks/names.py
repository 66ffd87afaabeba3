"""Names that end up as names of units, files and accounts, and that systemd or NixOS would refuse there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.checks.findings import Findings
from clanback.checks.placeholders import is_placeholder
from clanback.diagnostics import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clanback.checks.places import Places
    from clanback.diagnostics import Diagnostic
    from clanback.inventory.model import Inventory
    from clanback.plan.model import Plan

_OF_UNITS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:\\")
_LONGEST_JOB = 200
"""systemd's units have names of at most 255 characters, `borgbackup-job-` and `.service` included."""


def check(inventory: Inventory, plan: Plan, places: Places) -> Iterator[Diagnostic]:
    """All findings of this family."""
    found = Findings()
    for machine in plan.machines.values():
        for job in (*machine.jobs.values(), *machine.dormant_jobs.values()):
            if job.name not in inventory.machines and not is_part_of_unit_name(job.name):
                found.add(
                    "CB427",
                    Severity.ERROR,
                    places.of_setting(job.instance, "client", machine.name, f"destinations.{job.name}"),
                    machine.name,
                    ("systemd would refuse the job of ", f": “{job.name}” cannot be a part of a unit's name"),
                    help="name the destination with letters, digits, `-`, `_` and `.` only",
                )
        for name, user in machine.users.items():
            if not is_placeholder(name) and (why := user_problem(name)) is not None:
                found.add(
                    "CB306",
                    Severity.ERROR,
                    places.of_setting(user.instance, "default", machine.name, "user") if user.instance else None,
                    machine.name,
                    (f"user “{name}” of ", f" cannot be: {why}"),
                    help="begin it with a small letter, and go on with small letters, digits, `-` and `_`",
                )
    yield from found


def is_part_of_unit_name(name: str) -> bool:
    """Whether `borgbackup-job-<name>.service` is a unit (systemd.unit(5))."""
    return 0 < len(name) <= _LONGEST_JOB and _OF_UNITS.issuperset(name)


def user_problem(name: str) -> str | None:
    """Why no account can be called so (passwd(5), useradd(8)); None if one can."""
    if not name:
        return "it is empty"
    if name.startswith("-"):
        return "it begins with a dash"
    if any(character in ":/," or character.isspace() or not character.isprintable() for character in name):
        return "it holds a space, a colon, a comma, a slash or a control character"
    return "it is longer than 31 characters" if len(name) > 31 else None

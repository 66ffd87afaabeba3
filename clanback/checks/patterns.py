"""Exclude patterns: those that Borg refuses, and those that leave nothing out."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING

from clanback.checks.findings import Findings, members
from clanback.checks.placeholders import is_placeholder
from clanback.checks.topology import BORGBACKUP
from clanback.diagnostics import Severity
from clanback.plan.folders import contains, normal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clanback.checks.places import Places
    from clanback.diagnostics import Diagnostic
    from clanback.inventory.model import Inventory
    from clanback.plan.model import MachinePlan, Plan

_STYLES = frozenset({"fm", "sh", "re", "pp", "pf"})


def check(inventory: Inventory, plan: Plan, places: Places) -> Iterator[Diagnostic]:
    """All findings of this family."""
    found = Findings()
    judged: dict[str, str | None] = {}
    for instance, machine, settings in members(inventory, BORGBACKUP, "client"):
        for pattern in dict.fromkeys(settings.get("exclude") or ()):
            if not isinstance(pattern, str) or is_placeholder(pattern):
                continue
            if pattern not in judged:
                judged[pattern] = problem(pattern)
            span = places.of_setting(instance.name, "client", machine.name, "exclude")
            if judged[pattern] is not None:
                found.add(
                    "CB446",
                    Severity.ERROR,
                    span,
                    machine.name,
                    (f"Borg would refuse the pattern “{pattern}” of ", f": {judged[pattern]}"),
                    help="write a path, with `*` for anything: `/home/*/.cache`; `borg help patterns` has the rest",
                )
            elif leaves_out_nothing(pattern, plan.machines[machine.name]):
                found.add(
                    "CB447",
                    Severity.INFO,
                    span,
                    machine.name,
                    (f"the pattern “{pattern}” leaves out nothing of what is saved of ", ""),
                    help="take it out, or begin it with a folder that is saved",
                )
    yield from found


def problem(pattern: str) -> str | None:
    """What `borg create --exclude` has against a pattern; None if it takes it."""
    if pattern[2:3] != ":" or not pattern[:2].isalnum():
        return None
    style, rest = pattern[:2], pattern[3:]
    if style not in _STYLES:
        return f"there is no kind of pattern “{style}:”"
    if style == "re":
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                re.compile(rest)
        except (re.error, RecursionError, OverflowError) as refused:
            return f"it is no regular expression, {refused}"
    return None


def leaves_out_nothing(pattern: str, machine: MachinePlan) -> bool:
    """Whether a pattern that begins with a plain path is about none of the folders that are saved."""
    jobs = list(machine.jobs.values())
    if not jobs or not machine.state_complete or any(job.unknown_paths for job in jobs):
        return False
    style, rest = (pattern[:2], pattern[3:]) if pattern[2:3] == ":" else ("fm", pattern)
    if style == "re" or not rest.startswith("/"):
        return False
    plain = re.split(r"[*?\[]", rest, maxsplit=1)[0]
    whole = plain == rest
    known = normal(plain if whole else plain.rpartition("/")[0] or "/")
    return not any(contains(normal(path), known) or contains(known, normal(path)) for job in jobs for path in job.paths)

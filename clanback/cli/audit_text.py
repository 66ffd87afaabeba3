"""What `audit` says to people, as tables that `tables.py` draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.cli.tables import Table
from clanback.cli.terminal import counted, safe
from clanback.plan.audit import Requirement
from clanback.plan.state_of_services import Declared

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clanback.plan.audit import Audit, Copy, MachineAudit, StateAudit

_RULE = Requirement(copies=3, places=2, off_site=1)
_NOTHING = "-"


def tables(found: Audit, requirement: Requirement | None, clan: str) -> tuple[str, list[Table]]:
    """A headline and the tables."""
    states = found.states
    good = sum(state.three_two_one for state in states)
    headline = (
        f"{safe(clan)}: {counted(len(states), 'state')} on {counted(len(found.machines), 'machine')}; "
        f"{sum(state.saved for state in states)} saved, {good} with 3-2-1 (three copies, two places, one off-site)"
    )
    made = [_states(found.machines.values(), requirement), _services(found.machines.values()), _unsure(found.machines.values())]
    return headline, [table for table in made if table.rows]


def _states(machines: Iterable[MachineAudit], requirement: Requirement | None) -> Table:
    wanted = "3-2-1" if requirement is None else "as required"
    table = Table("State and its copies", ("machine", "state", "folders", "copies", "where", wanted))
    for machine in machines:
        for state in machine.states:
            missing = (requirement or _RULE).missing(state)
            verdict = ["yes"] if not missing else [f"no: {missing[0]}", *(f"    {one}" for one in missing[1:])]
            where = [_copy(copy) for copy in state.copies]
            table.rows.append(([safe(machine.name)], [safe(state.name)], _folders(state), [str(state.count)], where, verdict))
    return table


def _folders(state: StateAudit) -> list[str]:
    lines = []
    for folder in state.folders:
        without = state.left_out.get(folder)
        lines.append(safe(folder) + (f" (not saved by {', '.join(map(safe, without))})" if without else ""))
    return [*lines, *(f"unknown here: {safe(text)}" for text in state.unknown)] or [_NOTHING]


def _copy(copy: Copy) -> str:
    place = safe(copy.place) + (f" ({safe(copy.site)})" if copy.site is not None else "")
    if copy.job is None:
        return f"{place}: the files themselves"
    words = {True: "off-site", False: "same site", None: "off-site or not is unknown"}[copy.off_site]
    facts = [words, "encrypted" if copy.encrypted else "not encrypted"]
    facts += [] if copy.pinned is None else ["host key pinned" if copy.pinned else "host key not pinned"]
    facts += [] if copy.age_seconds is None else [f"newest archive {_age(copy.age_seconds)} old"]
    return f"{place}: {', '.join(facts)}"


def _age(seconds: int) -> str:
    for size, word in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= 2 * size:
            return counted(seconds // size, word)
    return "a minute" if seconds < 120 else counted(seconds // 60, "minute")


def _services(machines: Iterable[MachineAudit]) -> Table:
    table = Table("Services whose state is not declared", ("machine", "service", "keeps its state in", "what is wrong"))
    words = {
        Declared.NO: "no state declares this folder",
        Declared.LINK: "what is declared is a link: declare the folder in /var/lib/private",
        Declared.PERHAPS: "perhaps declared: only Nix can know",
        Declared.UNKNOWN: "not known here where it keeps its state",
    }
    for machine in machines:
        strange = [service.service for service in machine.services if service.declared is Declared.UNKNOWN]
        for service in machine.services:
            if service.declared in (Declared.YES, Declared.UNKNOWN):
                continue
            folder = service.folder or "unknown"
            why = [words[service.declared]] + ([] if service.certain else ["(if it is turned on, which only Nix can know)"])
            table.rows.append(([safe(machine.name)], [safe(service.service)], [safe(folder)], why))
        if strange:
            table.rows.append(([safe(machine.name)], [safe(name) for name in strange], ["unknown"], [words[Declared.UNKNOWN]]))
    return table


def _unsure(machines: Iterable[MachineAudit]) -> Table:
    table = Table("Machines that may have more state", ("machine", "why"))
    for machine in machines:
        if not machine.complete:
            table.rows.append(([safe(machine.name)], ["modules that only Nix can read may declare more"]))
    return table

"""Unknown values that were met on the way and stop nothing: what `check --strict` and `show -v` tell besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.diagnostics import Severity, info
from clanback.nix.errors import OURS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clanback.diagnostics import Diagnostic, Span
    from clanback.inventory.model import Place
    from clanback.nix.values import Unknown
    from clanback.stages import Outcome

_MOST = 200
"""More remarks than anybody reads."""
_HAVE_IT_KNOWN = "to have it known, write it out or compute it from files of the repository"
_HELP = f"nothing is to be done: nothing is decided by it here, and Nix evaluates it; {_HAVE_IT_KNOWN}"
_HELP_OF_STATE = (
    f"nothing is to be done: it is rendered as it is written, and the job takes what Nix makes of it; {_HAVE_IT_KNOWN}"
)


def with_unknowns(follow: Callable[[], Outcome]) -> Outcome:
    """The outcome of the stages, with a remark for every unknown value that stopped nothing."""
    from clanback.nix.values import unknowns_met

    with unknowns_met() as met:
        outcome = follow()
    others = [found for found in outcome.found if found.severity is not Severity.INFO]
    outcome.judged += remarks(met, others, state=_of_state(outcome))
    return outcome


def remarks(met: Sequence[Unknown], others: Sequence[Diagnostic], *, state: Sequence[Place] = ()) -> list[Diagnostic]:
    """One for each place; not where an error or warning speaks of it already, and the innermost of places within each other.

    `state` are the places of what says which state there is: what stands there is backed up.
    """
    by_place: dict[tuple[str, int, int], Unknown] = {}
    for unknown in met:
        span = unknown.span
        if span is not None and not span.source.name.startswith(OURS) and span.source.path is not None:
            by_place[span.source.path, span.start, span.end] = unknown  # of a chain of selections, the whole
    told = [found.span for found in others if found.span is not None]
    kept: list[Unknown] = []
    end: tuple[str, int] = ("", -1)
    for (path, start, finish), unknown in sorted(by_place.items(), key=lambda item: (item[0][0], item[0][2], -item[0][1])):
        assert unknown.span is not None
        if end[0] == path and start <= end[1] - 1 and finish > end[1]:
            continue  # it is only unknown because of what stands inside
        if not any(_touch(unknown.span, span) for span in told):
            kept.append(unknown)
        end = (path, finish)
    return [_remark(unknown, state) for unknown in kept[:_MOST]]


def _of_state(outcome: Outcome) -> list[Place]:
    """Where `clan.core.state` and what it consists of is written."""
    planned = outcome.plan.machines.values() if outcome.plan is not None else ()
    declared = outcome.inventory.machines.values() if outcome.inventory is not None else ()
    places: set[Place] = set()
    for machine in (*planned, *declared):
        for entry in machine.state.values():
            hooks = [hook for hook in entry.hooks.values() if not isinstance(hook, str)]
            places.update(one.place for one in (*entry.unknown_folders, *hooks) if one.place is not None)
    if outcome.inventory is not None:
        for label, written in outcome.inventory.places.items():
            if ".state." in label:
                places.update(written)
    return list(places)


def _within(span: Span, place: Place) -> bool:
    """Whether they overlap, in the same file."""
    begin, end = (span.line, span.column), (span.end_line, span.end_column)
    return span.source.name == place.file and begin < (place.end_line, place.end_column) and (place.line, place.column) < end


def _touch(one: Span, other: Span) -> bool:
    return one.source is other.source and one.start < other.end and other.start < one.end


def _remark(unknown: Unknown, state: Sequence[Place]) -> Diagnostic:
    text = " ".join(unknown.text.split())
    text = text if len(text) <= 60 else text[:57] + "…"
    span = unknown.span
    if span is not None and any(_within(span, place) for place in state):
        message = f"`{text}` is known to Nix only, and a backup depends on it"
        return info("CB155", message, span, notes=[unknown.reason], help=_HELP_OF_STATE)
    return info("CB155", f"`{text}` is known to Nix only: it is kept as it is written", span, notes=[unknown.reason], help=_HELP)

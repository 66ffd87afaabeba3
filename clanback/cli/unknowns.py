"""Unknown values that were met on the way and do no harm: what `check --strict` and `show -v` tell besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.diagnostics import Severity, info
from clanback.nix.errors import OURS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clanback.diagnostics import Diagnostic, Span
    from clanback.nix.values import Unknown
    from clanback.stages import Outcome

_MOST = 200
"""More remarks than anybody reads."""
_HELP = (
    "nothing is to be done: no backup depends on it; to have it known, write it out or compute it from files of the repository"
)


def with_unknowns(follow: Callable[[], Outcome]) -> Outcome:
    """The outcome of the stages, with a remark for every unknown value that did not matter."""
    from clanback.nix.values import unknowns_met

    with unknowns_met() as met:
        outcome = follow()
    outcome.judged += remarks(met, [found for found in outcome.found if found.severity is not Severity.INFO])
    return outcome


def remarks(met: Sequence[Unknown], others: Sequence[Diagnostic]) -> list[Diagnostic]:
    """One for each place; not where an error or warning speaks of it already, and the innermost of places within each other."""
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
    return [_remark(unknown) for unknown in kept[:_MOST]]


def _touch(one: Span, other: Span) -> bool:
    return one.source is other.source and one.start < other.end and other.start < one.end


def _remark(unknown: Unknown) -> Diagnostic:
    text = " ".join(unknown.text.split())
    text = text if len(text) <= 60 else text[:57] + "…"
    return info("CB155", f"`{text}` is unknown here, which does not matter", unknown.span, notes=[unknown.reason], help=_HELP)

"""Which of several definitions count: those that hold, of the best priority. What is weaker need neither be known nor right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.diagnostics import DiagnosticError, error
from clanback.nix.values import Unknown, type_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clanback.modules.definition import Definition
    from clanback.modules.merge import Merger


def winners(merger: Merger, path: tuple[str, ...], parts: Sequence[Definition]) -> list[Definition]:
    """Those of the best priority of which any holds, in the given order."""
    for priority in sorted({one.priority for one in parts}):
        holding: list[Definition] = []
        for one in parts:
            try:
                if one.priority == priority and holds(merger, path, one):
                    holding.append(one)
            except DiagnosticError as problem:
                merger.pass_on(problem, one)
        if holding:
            return holding
    return []


def record(merger: Merger, path: tuple[str, ...], holding: Sequence[Definition], parts: Sequence[Definition]) -> None:
    """Take down what counts, and what does not: overridden, or under a condition that is false."""
    assert merger.recorder is not None
    overridden: list[Definition] = []
    for one in parts:
        if _is_off(merger, one):
            merger.recorder.leave_out(path, one)
        elif one not in holding:
            overridden.append(one)
    if holding:
        merger.recorder.note(path, holding, overridden)


def _is_off(merger: Merger, definition: Definition) -> bool:
    try:
        return any(merger.evaluator.force(condition) is False for condition in definition.conditions)
    except DiagnosticError:
        return False


def holds(merger: Merger, path: tuple[str, ...], definition: Definition) -> bool:
    """Whether every `mkIf` around a definition is true; one that is unknown or no Boolean is reported, and does not hold."""
    for condition in definition.conditions:
        value = merger.evaluator.force(condition)
        if isinstance(value, Unknown):
            merger.must_be_known(path, definition, value, "the condition of `mkIf`")
            return False
        if not isinstance(value, bool):
            merger.report(
                error(
                    "CB202",
                    f"the condition of `mkIf` must be a Boolean, not {type_name(value)}",
                    definition.value_span,
                    help="compare something (`a == b`), or write `true` or `false`",
                )
            )
            return False
        if not value:
            return False
    return True

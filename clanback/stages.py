"""The way from a path to a plan, with everything that was found on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.diagnostics import DiagnosticError, Severity, guess_anew

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from clanback.checks.silencing import Silence
    from clanback.diagnostics import Diagnostic
    from clanback.inventory.loading import ClanConfig
    from clanback.inventory.model import Inventory
    from clanback.plan.model import Plan


DONE, FINDINGS, UNUSABLE = 0, 1, 2

UNREADABLE = frozenset({"CB020", "CB200", "CB222"})
"""Codes that mean: there is nothing at the given path that could be read."""

UNRENDERABLE = frozenset({"CB620", "CB621", "CB622", "CB623"})
"""Codes of modules that nobody can write out again: all else can be shown and checked, but rendering would lose them."""


class Outcome:
    """How far the stages came: `inventory` and `plan` are None where one could not go on, and `stopped` is true."""

    __slots__ = ("config", "found", "inventory", "judged", "plan", "remarks", "silences", "stopped")

    def __init__(self) -> None:
        self.config: ClanConfig | None = None
        self.inventory: Inventory | None = None
        self.plan: Plan | None = None
        self.found: list[Diagnostic] = []
        """What loading, resolving and planning found."""
        self.judged: list[Diagnostic] = []
        """What the checks say of a plan that is otherwise fine."""
        self.silences: list[Silence] = []
        """Comments in the sources that silence findings where they are."""
        self.remarks: list[Diagnostic] = []
        """What is wrong with such comments."""
        self.stopped = False

    def diagnostics(self, ignore: Collection[str] = (), select: Collection[str] = ()) -> list[Diagnostic]:
        """Everything in the order of the places, without what is ignored or not selected.

        Errors of the stages themselves always stay: silence about them would look like a clean result.
        """
        fatal = [found for found in self.found if found.severity is Severity.ERROR]
        rest = [found for found in self.found if found.severity is not Severity.ERROR]
        return arranged([*fatal, *silenced([*self._loud([*rest, *self.judged]), *self.remarks], ignore, select)])

    def _loud(self, found: list[Diagnostic]) -> list[Diagnostic]:
        """Those that no comment in the sources silences."""
        return [one for one in found if not any(silence.covers(one) for silence in self.silences)] if self.silences else found

    def status_of_failure(self, compat: str | None, ignore: Collection[str] = ()) -> int:
        """0 if the plan may be rendered; else the exit status: 2 where nothing could be read, 1 where it is wrong.

        An error means that something would not be saved, or could not be restored: then nothing is written. Those that the
        checks find can be silenced (`ignore`). With `compat` the errors that clan-core accepts do not stand in the way.
        """
        errors = [found for found in self.found if found.severity is Severity.ERROR or found.code in UNRENDERABLE]
        if compat is None:
            errors += [found for found in silenced(self._loud(self.judged), ignore) if found.severity is Severity.ERROR]
        else:
            from clanback.checks.registry import CLAN_CORE_ACCEPTS

            errors = [found for found in errors if found.code not in CLAN_CORE_ACCEPTS]
        if self.stopped or errors:
            return UNUSABLE if any(found.code in UNREADABLE for found in errors) else FINDINGS
        return DONE

    def status_of_findings(self, shown: Iterable[Diagnostic], *, strict: bool = False) -> int:
        """The exit status of `check` and `show`: 2 where nothing could be read, 1 with errors (`strict`: or warnings)."""
        if self.stopped and any(found.code in UNREADABLE for found in self.found):
            return UNUSABLE
        failing = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
        return FINDINGS if any(found.severity in failing for found in shown) else DONE

    def inputs(self) -> dict[str, str]:
        """Every file and folder that was read, absolute, with its digest."""
        return dict(self.config.evaluator.reads) if self.config is not None else {}


def follow(
    path: str,
    *,
    compat: str | None,
    secrets: str = "upload",
    check: bool = True,
    allow_outside: bool = False,
    nixpkgs: str | None = None,
    overlay: Mapping[str, str] | None = None,
    recording: bool = False,
) -> Outcome:
    """Load, resolve, plan and (unless `check` is false) judge the clan at `path`, as far as it can be done.

    `nixpkgs` is the folder of a nixpkgs whose own `lib` is used. `overlay` has texts that stand in for those of files, by
    absolute path: what an editor has not saved yet. With `recording` the inventory's `origins` tell what made each value.
    """
    from clanback.nix.room import with_room

    outcome = Outcome()
    guess_anew()
    try:
        with_room(_follow, outcome, path, compat, secrets, check, allow_outside, nixpkgs, overlay, recording)
    except DiagnosticError as stop:
        outcome.found = list(_without_repeats([*outcome.found, *stop.diagnostics]))
        outcome.stopped = True
    return outcome


def _follow(
    outcome: Outcome,
    path: str,
    compat: str | None,
    secrets: str,
    check: bool,
    allow_outside: bool,
    nixpkgs: str | None,
    overlay: Mapping[str, str] | None,
    recording: bool,
) -> None:
    from clanback import inventory, services

    config = inventory.load(
        path, compat=compat, allow_outside=allow_outside, nixpkgs=nixpkgs, overlay=overlay, recording=recording
    )
    outcome.config = config
    outcome.found.extend(config.diagnostics)
    outcome.inventory = inventory.resolve(config, services.INTERFACES)
    outcome.found = list(_without_repeats([*outcome.found, *outcome.inventory.diagnostics]))
    outcome.plan = services.plan(outcome.inventory, compat=compat, secrets=secrets)
    outcome.found = list(_without_repeats([*outcome.found, *outcome.plan.diagnostics]))
    if check:
        from clanback import checks

        outcome.judged.extend(checks.check(outcome.inventory, outcome.plan, config))
        _read_silences(outcome, config, compat)


def _read_silences(outcome: Outcome, config: ClanConfig, compat: str | None) -> None:
    """Find the comments that silence something, and those that silence nothing.

    Nothing is said of the latter with `compat`, and where errors may hide findings: then others are found than usually.
    """
    marked = [tree.source_file for tree in config.evaluator.parsed.values() if "clanback:" in tree.source_file.text]
    if not marked:
        return
    from clanback.checks.silencing import silences, unused

    outcome.silences, outcome.remarks = silences(marked)
    if compat is None and not any(found.severity is Severity.ERROR for found in outcome.found):
        outcome.remarks.extend(unused(outcome.silences, [*outcome.found, *outcome.judged]))


def _without_repeats(diagnostics: Iterable[Diagnostic]) -> Iterable[Diagnostic]:
    """Stages hand on what they were given: keep the first of each."""
    seen = set()
    for found in diagnostics:
        if id(found) not in seen:
            seen.add(id(found))
            yield found


def silenced(diagnostics: Iterable[Diagnostic], ignore: Collection[str], select: Collection[str] = ()) -> list[Diagnostic]:
    """Leave out what is ignored or not selected; `CB4` stands for the whole family."""
    chosen = tuple(select)
    unwanted = tuple(ignore)
    return [
        found
        for found in diagnostics
        if not (unwanted and found.code.startswith(unwanted)) and (not chosen or found.code.startswith(chosen))
    ]


def arranged(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """By file, place and code; those without a place last."""
    return sorted(
        diagnostics,
        key=lambda found: (
            found.span is None,
            (found.span.source.name, found.span.start, found.span.end) if found.span else ("", 0, 0),
            found.code,
            found.message,
        ),
    )


def raised(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """For rendering: what nobody can write out again is an error there, though it is a warning for all else."""
    import attrs

    return [attrs.evolve(found, severity=Severity.ERROR) if found.code in UNRENDERABLE else found for found in diagnostics]

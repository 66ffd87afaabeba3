"""Calling a flake's `outputs`, and finding the clan in what comes out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import attrs

from clanback.diagnostics import DiagnosticError, error, info
from clanback.inventory.flake.captured import Captured, ClanOutput
from clanback.inventory.flake.parts import FlakeParts
from clanback.inventory.flake.stand_ins import StandIns
from clanback.inventory.flake_inputs import REASON, foreign
from clanback.nix.values import Attrs, Closure, OpenAttrs, PathValue, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from clanback.diagnostics import Diagnostic
    from clanback.inventory.flake.captured import Clan
    from clanback.modules.definition import Definition
    from clanback.nix.evaluator import Evaluator

_WHERE_CLANS_ARE = ("clan", "clanInternals", "nixosConfigurations", "darwinConfigurations")
"""The outputs by which the `clan` command finds a clan, the newest first."""


@attrs.frozen(eq=False)
class FlakeClan:
    """The clan that a flake makes."""

    clan: Clan

    @property
    def inputs(self) -> OpenAttrs:
        """The inputs of the flake, with `self`."""
        return self.clan.flake.inputs

    @property
    def clan_core_names(self) -> frozenset[str]:
        """What the flake calls clan-core."""
        return frozenset(self.clan.flake.names)

    @property
    def directory(self) -> str:
        """The folder of `machines/` and `vars/`: what the clan says is its `directory`, else the flake's own."""
        evaluator, root = self.clan.evaluator, self.clan.flake.root
        for definition in self.clan.definitions:
            try:
                attributes = evaluator.force(definition.value)
                if not isinstance(attributes, Attrs) or "directory" not in attributes:
                    continue
                given = evaluator.force(attributes["directory"])
                if isinstance(given, Attrs) and "outPath" in given:
                    given = evaluator.force(given["outPath"])
            except DiagnosticError:
                continue
            path = given.path if isinstance(given, PathValue) else str(given) if isinstance(given, str) else ""
            if path == root or path.startswith(f"{root}/"):
                return path.rstrip("/")
        return root

    @property
    def definitions(self) -> list[Definition]:
        """The clan's modules, in the order in which they merge."""
        return self.clan.definitions


def clan_of_flake(evaluator: Evaluator, file: str, root: str, report: Callable[[Diagnostic], None]) -> FlakeClan:
    """The clan that the flake in `file` gives to clan-core. What does not hinder goes to `report`.

    Raises `DiagnosticError`: CB200 if the flake makes no clan, or what kept it from being evaluated.
    """
    evaluator.pipe_operators = "pipe-operator" in evaluator.paths.text(file)
    evaluator.meets_pipe = _Pipes(report).meet
    flake = evaluator.force(evaluator.evaluate_file(file))
    if not isinstance(flake, Attrs) or "outputs" not in flake:
        hint = "write `{ inputs = …; outputs = inputs: …; }`, or name the clan's own file with `--clan PATH`"
        raise DiagnosticError(error("CB200", f"{file} is not a flake: it has no `outputs`", help=hint))
    try:
        return _call_outputs(evaluator, flake, file, root, report)
    except DiagnosticError as problem:
        raise DiagnosticError(*(_placed(flake, diagnostic) for diagnostic in problem.diagnostics)) from None


class _Pipes:
    """Tells once that a repository has pipe operators which its flake does not ask for: that is in somebody's `nix.conf`."""

    def __init__(self, report: Callable[[Diagnostic], None]) -> None:
        self._report = report
        self._told = False

    def meet(self, found: Diagnostic) -> None:
        """One was met."""
        if not self._told:
            self._told = True
            message = "Nix reads pipe operators only where they are enabled, and `flake.nix` does not ask for them"
            help_ = 'add `nixConfig.extra-experimental-features = [ "pipe-operators" ];` to it, or have that in `nix.conf`'
            self._report(info("CB005", message, found.span, help=help_))


def _placed(flake: Attrs, diagnostic: Diagnostic) -> Diagnostic:
    """A finding that has no place gets that of `outputs`."""
    return attrs.evolve(diagnostic, span=flake.name_span("outputs")) if diagnostic.span is None else diagnostic


def _call_outputs(evaluator: Evaluator, flake: Attrs, file: str, root: str, report: Callable[[Diagnostic], None]) -> FlakeClan:
    captured = Captured(evaluator, file, root)
    kept: list[Diagnostic] = []
    outputs = _outputs(flake, captured, kept)
    problems = _look_for_clan(evaluator, outputs, captured, kept)
    if not captured.clans:
        raise DiagnosticError(*(problems or [_no_clan(flake, file, outputs)]))
    for diagnostic in kept:
        report(_placed(flake, diagnostic))
    captured.this.setdefault("clan", captured.clans[0].output)
    return FlakeClan(captured.clans[0])


def _outputs(flake: Attrs, captured: Captured, kept: list[Diagnostic]) -> Any:
    """What a flake's `outputs` gives when called with stand-ins for its inputs; `captured.this` knows it then."""
    evaluator, this = captured.evaluator, captured.this
    declared = evaluator.force(flake["inputs"]) if "inputs" in flake else Attrs()
    declared = declared if isinstance(declared, Attrs) else Attrs()
    function = evaluator.force(flake["outputs"])
    node = function.node if isinstance(function, Closure) else None
    names = set(declared) | ({formal.name for formal in node.formals} if node is not None and node.formals is not None else set())
    names -= {"self"}

    parts = FlakeParts(evaluator, captured, this, kept.append)
    inside = partial(_inner, captured, kept)
    known = StandIns(evaluator, declared, captured, parts, inside).make(sorted(names))
    this["inputs"] = OpenAttrs({**known, "self": this}, text="self.inputs", reason=REASON)
    captured.inputs.update({**known, "self": this})

    outputs = evaluator.force(evaluator.call(function, captured.inputs))
    if isinstance(outputs, Unknown):
        # Perhaps a framework's outputs, which nobody here knows, joined with others: once more, keeping those.
        evaluator.joins_unknown = True
        try:
            outputs = evaluator.force(evaluator.call(function, captured.inputs))
        finally:
            evaluator.joins_unknown = False
    if isinstance(outputs, Attrs):
        for name, value in outputs.items():
            this.setdefault(name, value)
    return outputs


def _inner(captured: Captured, kept: list[Diagnostic], folder: str, text: str) -> OpenAttrs:
    """The flake in a folder of the repository, as an input of the flake above it, whose expression is `text`."""
    evaluator = captured.evaluator
    inner = captured.inside(folder)
    made = foreign(text, {"outPath": folder})
    flake = evaluator.force(evaluator.evaluate_file(inner.file))
    if isinstance(flake, Attrs) and "outputs" in flake:
        outputs = _outputs(flake, inner, kept)
        made.update(outputs if isinstance(outputs, Attrs) else {})
        made["inputs"] = inner.this["inputs"]
    return made


def _look_for_clan(evaluator: Evaluator, outputs: Any, captured: Captured, kept: list[Diagnostic]) -> list[Diagnostic]:
    """Force outputs until clan-core was called; gives what went wrong on the way."""
    if not isinstance(outputs, Attrs):
        return []
    problems: list[Diagnostic] = []
    first = [name for name in _WHERE_CLANS_ARE if name in outputs]
    for name in (*first, *sorted(set(outputs) - set(first))):
        before = len(kept)
        try:
            value = evaluator.force(outputs[name])
        except DiagnosticError as problem:
            problems += problem.diagnostics
            continue
        if isinstance(value, ClanOutput):  # of several clans, this is the one that the flake shows
            captured.clans.sort(key=lambda clan: clan is not value.clan)
        if captured.clans:
            return []
        if name not in first:
            del kept[before:]
    return [*problems, *(d for d in kept if d.code.startswith(("CB0", "CB1")))]


def _no_clan(flake: Attrs, file: str, outputs: Any) -> Diagnostic:
    help_ = "give the file that defines the clan with `--clan PATH`"
    span = flake.name_span("outputs")
    if isinstance(outputs, Unknown):
        text = " ".join(outputs.text.split())[:60]
        return error(
            "CB200", f"the outputs of {file} are `{text}`, which only Nix can know", span, notes=[outputs.reason], help=help_
        )
    return error("CB200", f"{file} makes no clan: it neither calls `clan-core.lib.clan` nor sets `clan`", span, help=help_)

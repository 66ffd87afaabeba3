"""What can go wrong while parsing and evaluating. Every error carries one `Diagnostic` and a trace of spans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.diagnostics import DiagnosticError, Label, error

if TYPE_CHECKING:
    from clanback.diagnostics import Diagnostic, Span


TRACE_LENGTH = 12
"""How many steps of a trace are kept: those nearest to the error."""


LABELS = 2
"""How many steps of a trace a diagnostic shows."""


class NixSyntaxError(DiagnosticError):
    """The text is not Nix (codes CB0xx). `diagnostics` holds every error that was found, the first one first."""


class EvalError(DiagnosticError):
    """An expression has no value (codes CB1xx). `catchable` says whether `builtins.tryEval` may catch it."""

    catchable = False

    def __init__(
        self, code: str, message: str, span: Span | None = None, *, help: str | None = None, notes: tuple[str, ...] = ()
    ) -> None:
        super().__init__(error(code, message, span, help=help, notes=notes))
        self.code = code
        self.message = message
        self.trace: list[tuple[str, Span | None]] = []

    @property
    def diagnostic(self) -> Diagnostic:
        """The one diagnostic."""
        return self.diagnostics[0]

    def locate(self, span: Span) -> None:
        """Give the error a place, when it has none yet."""
        diagnostic = self.diagnostics[0]
        if diagnostic.span is None:
            self.diagnostics = (error(diagnostic.code, diagnostic.message, span, notes=diagnostic.notes, help=diagnostic.help),)

    def unfold(self) -> None:
        """Put the trace into the diagnostic: the nearest steps on other lines as labels, texts without a place as notes."""
        diagnostic = self.diagnostics[0]
        if diagnostic.labels or not self.trace:
            return
        seen = {(diagnostic.span.source, diagnostic.span.line)} if diagnostic.span is not None else set()
        labels: list[Label] = []
        notes = list(diagnostic.notes)
        for text, span in self.trace:
            if span is None:
                if text not in notes:
                    notes.append(text)
            elif len(labels) < LABELS and (span.source, span.line) not in seen:
                seen.add((span.source, span.line))
                labels.append(Label(span, text))
        self.diagnostics = (
            error(diagnostic.code, diagnostic.message, diagnostic.span, labels=labels, notes=notes, help=diagnostic.help),
        )

    def note(self, text: str, span: Span | None) -> None:
        """Add a step to the trace, the innermost first; only the first few are kept."""
        if len(self.trace) < TRACE_LENGTH:
            self.trace.append((text, span))


class ThrowError(EvalError):
    """`throw` (CB101)."""

    catchable = True


class AssertionFailedError(EvalError):
    """`assert` (CB102)."""

    catchable = True


class AbortError(EvalError):
    """`abort` (CB103)."""


class LimitError(EvalError):
    """A limit of depth, steps or size was reached, or a value needs itself (CB190 to CB199)."""


class UnknownNeededError(EvalError):
    """An unknown value was met where a concrete one is needed (CB180); `unknown` tells which."""

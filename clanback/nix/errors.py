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


OURS = "<clanback>/"
"""How the names of sources begin that clanback itself has written: nobody wants to be shown a place in them."""


ADVICE = {
    "CB101": "the configuration itself says so: do what its message asks for, or change the `throw`",
    "CB102": "make the condition true, or remove the `assert`",
    "CB103": "the configuration itself says so: do what its message asks for, or change the `abort`",
    "CB110": "write a value of the type that is expected here",
    "CB111": "make plain text of it first, with `builtins.unsafeDiscardStringContext`",
    "CB112": "define the attribute, or say what holds without it: `set.name or default`",
    "CB113": "remove what follows, or call a function; in a list, put calls in parentheses: `[ (f x) ]`",
    "CB114": "see which arguments the function names: give those, or let it take more (`...`) or do with less (`name ? default`)",
    "CB115": "write an attribute of it that is text, or make it text with `toString` or `builtins.toJSON`",
    "CB116": "keep divisors from being 0, and results within 64 bits",
    "CB117": "make both of the same type, with `toString` for example",
    "CB118": "remove one of the two, or join their values into one",
    "CB119": "see what the function takes, and give it that",
    "CB120": "define it in a `let`, take it as an argument, or put it in quotes if it is text",
    "CB130": "correct the path, or put the file there; a path is relative to the file that it is written in",
    "CB132": "write a path relative to this file, such as `./folder/file`",
    "CB140": "write a plain value: text, a number, true, false, null, a list or a set of these",
    "CB150": "write a POSIX extended regular expression; a backslash before a character takes its meaning from it",
    "CB151": "correct the text: names and strings of JSON are in double quotes, and no comma is last",
    "CB152": "correct the text: every line of TOML is `name = value`, with strings in quotes, or a table `[name]`",
    "CB153": "leave functions out: text, numbers, true, false, null, lists and sets of these can be written",
    "CB154": "name one of md5, sha1, sha256, sha512, and give a hash that belongs to it",
    "CB180": "write the value out, or compute it from files and values of this repository",
    "CB190": "see that the function ends for every argument, and what makes the value nested so deeply",
    "CB191": "take the value from somewhere else than from itself",
    "CB192": "look for a recursion or a list that grows without end",
    "CB193": "look for a value that grows without end, or make it smaller",
    "CB194": "write the regular expression with fewer repetitions inside of repetitions, or match shorter texts",
}
"""What to do where whoever raises the error knows nothing better."""


class SyntaxErrors(list["Diagnostic"]):
    """What is wrong in one file: the first `MOST` errors."""

    MOST = 200

    @property
    def is_full(self) -> bool:
        """Whether there are so many that further ones are not told."""
        return len(self) >= self.MOST

    def append(self, found: Diagnostic) -> None:
        """Add one, if there is room."""
        if not self.is_full:
            super().append(found)


class NixSyntaxError(DiagnosticError):
    """The text is not Nix (codes CB0xx). `diagnostics` holds every error that was found, the first one first."""


class EvalError(DiagnosticError):
    """An expression has no value (codes CB1xx). `catchable` says whether `builtins.tryEval` may catch it."""

    catchable = False

    def __init__(
        self, code: str, message: str, span: Span | None = None, *, help: str | None = None, notes: tuple[str, ...] = ()
    ) -> None:
        self.trace: list[tuple[str, Span | None]] = []
        super().__init__(error(code, message, span, help=help or ADVICE.get(code), notes=notes))
        self.code = code
        self.message = message

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """The one diagnostic, with the trace: the nearest steps on other lines as labels, texts without a place as notes."""
        bare = self._bare
        if bare.labels or not self.trace:
            return (bare,)
        seen = {(bare.span.source, bare.span.line)} if bare.span is not None else set()
        labels: list[Label] = []
        notes = list(bare.notes)
        for text, span in self.trace:
            if span is None:
                if text not in notes:
                    notes.append(text)
            elif len(labels) < LABELS and (span.source, span.line) not in seen:
                seen.add((span.source, span.line))
                labels.append(Label(span, text))
        return (error(bare.code, bare.message, bare.span, labels=labels, notes=notes, help=bare.help),)

    @diagnostics.setter
    def diagnostics(self, found: tuple[Diagnostic, ...]) -> None:
        self._bare = found[0]

    @property
    def diagnostic(self) -> Diagnostic:
        """The one diagnostic."""
        return self.diagnostics[0]

    def locate(self, span: Span) -> None:
        """Give the error a place, when it has none yet."""
        bare = self._bare
        if (bare.span is None or bare.span.source.name.startswith(OURS)) and not span.source.name.startswith(OURS):
            self._bare = error(bare.code, bare.message, span, notes=bare.notes, help=bare.help)

    def note(self, text: str, span: Span | None) -> None:
        """Add a step to the trace, the innermost first; only the first few are kept."""
        if len(self.trace) < TRACE_LENGTH:
            if span is not None and span.source.name.startswith(OURS):
                span = None
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

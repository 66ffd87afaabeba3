"""What clanback says about its input: sources, spans and diagnostics.

Every room raises or collects `Diagnostic`s and none of them prints. Offsets are counted in code points of the
source text, from 0, end exclusive; lines and columns are counted from 1 and computed only when somebody asks.
"""

from __future__ import annotations

import enum
from bisect import bisect_right
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable


class Severity(enum.Enum):
    """How bad a finding is; `value` is the word used in JSON."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Source:
    """One text that was read: `name` is what people see (a path relative to the repository), `path` the real one."""

    __slots__ = ("_lines", "name", "path", "text")

    def __init__(self, name: str, text: str, path: str | None = None) -> None:
        self.name = name
        self.text = text
        self.path = path
        self._lines: list[int] | None = None

    def __repr__(self) -> str:
        return f"Source({self.name!r})"

    def line_starts(self) -> list[int]:
        """Offsets at which lines begin; a line ends with LF."""
        if self._lines is None:
            starts = [0]
            find, at = self.text.find, 0
            while (at := find("\n", at)) >= 0:
                at += 1
                starts.append(at)
            self._lines = starts
        return self._lines

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of an offset."""
        starts = self.line_starts()
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def line(self, number: int) -> str:
        """Text of a line, counted from 1, without its line end."""
        starts = self.line_starts()
        begin = starts[number - 1]
        end = starts[number] - 1 if number < len(starts) else len(self.text)
        return self.text[begin:end].removesuffix("\r")


@attrs.frozen
class Span:
    """A piece of a source: offsets `start` (inclusive) and `end` (exclusive)."""

    source: Source
    start: int
    end: int

    @property
    def line(self) -> int:
        """Line of the first character, from 1."""
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        """Column of the first character, from 1."""
        return self.source.position(self.start)[1]

    @property
    def end_line(self) -> int:
        """Line of the end, from 1."""
        return self.source.position(self.end)[0]

    @property
    def end_column(self) -> int:
        """Column just after the last character, from 1."""
        return self.source.position(self.end)[1]

    @property
    def text(self) -> str:
        """The source text itself."""
        return self.source.text[self.start : self.end]


LONGEST = 4_000
"""Characters of a message. Names and texts of the input may have a hundred million."""


def shortened(text: str) -> str:
    """A text that people can be shown: of a very long one the beginning and the end."""
    if len(text) <= LONGEST:
        return text
    return f"{text[: LONGEST // 2]} … ({len(text)} characters) … {text[-LONGEST // 8 :]}"


def _all_shortened(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple([shortened(text) for text in texts])


@attrs.frozen
class Label:
    """A further place that belongs to a diagnostic, and what it has to do with it."""

    span: Span
    message: str = attrs.field(converter=shortened)


@attrs.frozen
class Diagnostic:
    """One finding. `code` is stable (`CB` and three digits); `message` says what is wrong, `help` what to do."""

    code: str
    severity: Severity
    message: str = attrs.field(converter=shortened)
    span: Span | None = None
    labels: tuple[Label, ...] = ()
    notes: tuple[str, ...] = attrs.field(default=(), converter=_all_shortened)
    help: str | None = attrs.field(default=None, converter=attrs.converters.optional(shortened))

    def as_json(self) -> dict[str, object]:
        """The finding as `show --json` and `check --format json` print it (DESIGN section 8); absent places are null."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
            **place_json(self.span),
            "labels": [{"message": label.message, **place_json(label.span)} for label in self.labels],
            "notes": list(self.notes),
            "help": self.help,
        }


def place_json(span: Span | None) -> dict[str, object]:
    """File, first and last line and column of a span; all null for none."""
    if span is None:
        return dict.fromkeys(("file", "line", "column", "end_line", "end_column"))
    return {
        "file": span.source.name,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


class DiagnosticError(Exception):
    """Raised where a stage cannot go on; carries every diagnostic found until then, at least one of them an error."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("; ".join(f"{d.code}: {d.message}" for d in diagnostics))
        self.diagnostics = diagnostics


def error(
    code: str,
    message: str,
    span: Span | None = None,
    *,
    labels: Iterable[Label] = (),
    notes: Iterable[str] = (),
    help: str | None = None,
) -> Diagnostic:
    """Build an error."""
    return Diagnostic(code, Severity.ERROR, message, span, tuple(labels), tuple(notes), help)


def warning(
    code: str,
    message: str,
    span: Span | None = None,
    *,
    labels: Iterable[Label] = (),
    notes: Iterable[str] = (),
    help: str | None = None,
) -> Diagnostic:
    """Build a warning."""
    return Diagnostic(code, Severity.WARNING, message, span, tuple(labels), tuple(notes), help)


def info(
    code: str,
    message: str,
    span: Span | None = None,
    *,
    labels: Iterable[Label] = (),
    notes: Iterable[str] = (),
    help: str | None = None,
) -> Diagnostic:
    """Build a piece of information."""
    return Diagnostic(code, Severity.INFO, message, span, tuple(labels), tuple(notes), help)


_LONGEST_NAME = 60
_COMPARISONS = 40_000
"""What a second is enough for: a thousand names that are not there, of a thousand that are, would take minutes."""
_compared = 0


def guess_anew() -> None:
    """Another input begins: what was guessed about the last one does not count."""
    global _compared
    _compared = 0


def did_you_mean(name: str, known: Iterable[str], *, at_most: int | None = None) -> str | None:
    """The known name that `name` was probably meant to be, or None.

    The edit distance is at most a third of the name, never all of it, and never more than `at_most`. Nobody is told what they
    meant by a name of more than `_LONGEST_NAME` characters, nor after `_COMPARISONS` since `guess_anew`.
    """
    global _compared
    if len(name) > _LONGEST_NAME or _compared > _COMPARISONS:
        return None
    best, best_cost = None, min(max(1, len(name) // 3) + 1, len(name))
    if at_most is not None:
        best_cost = min(best_cost, at_most + 1)
    candidates = sorted(known)
    _compared += len(candidates) // 20
    for candidate in candidates:
        if abs(len(candidate) - len(name)) >= best_cost:
            continue
        _compared += 1
        cost = _edit_distance(name, candidate, best_cost)
        if cost < best_cost:
            best, best_cost = candidate, cost
    return best


def _edit_distance(a: str, b: str, enough: int) -> int:
    """How many letters to change, add, remove or swap with their neighbours; or some number from `enough` on."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, before, row = before, row, [i]
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, previous[j - 2] + 1)
            row.append(cost)
        if min(row) >= enough and min(before) >= enough:
            return enough
    return row[-1]

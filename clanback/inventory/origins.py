"""What made a value: the definitions that hold and those that lost, taken down when somebody asks for it (`explain`).

Keys are paths: `("inventory", "machines", M, "tags")`, `("settings", INSTANCE, ROLE, M, "startAt")`, `("machines", M, "state",
"docs", "folders")`, `("extra", INSTANCE, ROLE, "state", …)` for a role's `extraModules`, `("own", INSTANCE, ROLE, M, "quota")`
for `clanback.toml`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from clanback.diagnostics import DiagnosticError, Span
from clanback.inventory.model import Fact, Place
from clanback.modules.recording import Recorder
from clanback.modules.show import dotted, quoted
from clanback.nix.values import Attrs, PathValue, Unknown, type_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clanback.inventory.machine_modules.statements import Statement
    from clanback.modules.definition import Definition
    from clanback.nix.evaluator import Evaluator

HOLDS, OVERRIDDEN, CONDITION_FALSE, DOUBTFUL = "holds", "overridden", "condition is false", "only NixOS knows whether it holds"

PLAIN_PRIORITY, PLAIN_ORDER = 100, 1000
TOML_DEFAULT = 1000
"""The priority of what `clanback.toml` says at its top: a default."""

_LONGEST = 2_000


@attrs.frozen(eq=False, repr=False)
class Origin(Fact):
    """One definition of a value. `text` is the value as Nix writes it, `value` plain where it is a scalar or a list of such.

    `level` says whose settings it belongs to (`role client`, `tag laptops`, `machine a`), empty where there is one level only;
    `line` is the line of the source in which it begins; `file` names what has no place (`machines/`, `clan-core`).
    """

    place: Place | None
    line: str
    text: str
    value: Any
    level: str
    priority: int
    order: int
    fate: str
    file: str | None = None

    @property
    def holds(self) -> bool:
        """Whether it is part of the value."""
        return self.fate in (HOLDS, DOUBTFUL)


class Origins:
    """The definitions of every value of one clan."""

    def __init__(self) -> None:
        self.by_path: dict[tuple[str, ...], tuple[Origin, ...]] = {}
        self._pending: dict[tuple[str, ...], list[Seen]] = {}

    def take(self, path: tuple[str, ...], seen: Sequence[Seen]) -> None:
        """Note what was seen; its values are looked at only in the end, so that nothing is evaluated out of turn."""
        self._pending[path] = list(seen)

    def take_all(self, prefix: tuple[str, ...], recorder: Recorder) -> None:
        """Note all that a recorder has seen, below a path."""
        assert isinstance(recorder, Chronicle)
        for path, seen in recorder.all().items():
            self.take((*prefix, *path), seen)

    def take_options(self, prefix: tuple[str, ...], options: Mapping[str, Sequence[Seen]]) -> None:
        """Note what modules say of options, by dotted path."""
        for path, seen in options.items():
            self.take((*prefix, *path.split(".")), seen)

    def recorder(self) -> Recorder:
        """A recorder for the clan's own options."""
        return ClanChronicle(self)

    def finish(self, evaluator: Evaluator) -> None:
        """Make plain facts of all that was noted."""
        for path, seen in self._pending.items():
            self.by_path[path] = tuple(_origin(evaluator, one) for one in seen)
        self._pending.clear()


class Seen:
    """A definition as it was when it was noted: merging changes it afterwards."""

    __slots__ = ("fate", "file", "level", "order", "priority", "span", "value")

    def __init__(
        self, value: Any, span: Span | None, fate: str, level: str, priority: int, order: int, file: str | None = None
    ) -> None:
        self.value = value
        self.span = span
        self.fate = fate
        self.level = level
        self.priority = priority
        self.order = order
        self.file = file


class Chronicle(Recorder):
    """A recorder that keeps everything about the definitions, those left out as well."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: dict[tuple[str, ...], list[Seen]] = {}
        self._left_out: dict[tuple[str, ...], list[Seen]] = {}

    def note(self, path: tuple[str, ...], holding: Sequence[Definition], overridden: Sequence[Definition]) -> None:
        """Note a merge."""
        super().note(path, holding, overridden)
        found = [_of_definition(one, HOLDS) for one in holding] + [_of_definition(one, OVERRIDDEN) for one in overridden]
        found[: len(holding)] = sorted(found[: len(holding)], key=lambda one: one.order)
        self._keep(path, [*found, *self._left_out.pop(path, ())])

    def leave_out(self, path: tuple[str, ...], definition: Definition) -> None:
        """Note a definition whose condition is false."""
        self._left_out.setdefault(path, []).append(_of_definition(definition, CONDITION_FALSE))

    def _keep(self, path: tuple[str, ...], found: list[Seen]) -> None:
        self.seen[path] = found

    def all(self) -> dict[tuple[str, ...], list[Seen]]:
        """Everything noted; what nothing holds of is there too."""
        return {**self._left_out, **self.seen}


class ClanChronicle(Chronicle):
    """The recorder of the clan's own options, which writes to `origins` at once: their values are merged when somebody asks."""

    def __init__(self, origins: Origins) -> None:
        super().__init__()
        self._origins = origins

    def _keep(self, path: tuple[str, ...], found: list[Seen]) -> None:
        self._origins.take(path, found)


def of_statements(kept: Sequence[Statement], left_out: Sequence[Statement]) -> list[Seen]:
    """What a machine's modules say of one option."""
    return [_of_statement(one, HOLDS if one.doubt is None else DOUBTFUL) for one in kept] + [
        _of_statement(one, OVERRIDDEN) for one in left_out
    ]


def of_toml(value: Any, span: Span | None, level: str, *, default: bool, holds: bool) -> Seen:
    """A setting of `clanback.toml`."""
    return Seen(value, span, HOLDS if holds else OVERRIDDEN, level, TOML_DEFAULT if default else PLAIN_PRIORITY, PLAIN_ORDER)


def _of_definition(one: Definition, fate: str) -> Seen:
    return Seen(one.value, one.value_span, fate, one.level or "", one.priority, one.order, one.file)


def _of_statement(one: Statement, fate: str) -> Seen:
    return Seen(one.value, one.span, fate, "", PLAIN_PRIORITY if one.priority is None else one.priority, one.order)


def _origin(evaluator: Evaluator, seen: Seen) -> Origin:
    text, value = written(evaluator, seen.value)
    span = seen.span
    place = None if span is None else Place(span.source.name, span.line, span.column, span.end_line, span.end_column)
    line = "" if span is None else span.source.line(span.line)[:_LONGEST]
    return Origin(place, line, text, value, seen.level, seen.priority, seen.order, seen.fate, seen.file)


def written(evaluator: Evaluator, value: Any) -> tuple[str, Any]:
    """A value as Nix writes it, and plain where it is a scalar or a list of scalars; sets show their names only."""
    try:
        value = evaluator.force(value)
        if isinstance(value, tuple | list):
            parts = [written(evaluator, element) for element in value[:_LONGEST]]
            text = f"[ {' '.join(text for text, _ in parts)} ]" if parts else "[ ]"
            return text[:_LONGEST], [plain for _, plain in parts]
    except DiagnosticError:
        return "…", None
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value], value
    if isinstance(value, int | float):
        return repr(value), value
    if isinstance(value, str):
        return quoted(str(value))[:_LONGEST], str(value)
    if isinstance(value, PathValue):
        return value.path, value.path
    if isinstance(value, Unknown):
        return " ".join(value.text.split())[:_LONGEST], None
    if isinstance(value, Attrs | dict):
        return _names(value), None
    return type_name(value), None


def _names(value: Mapping[str, Any]) -> str:
    names = sorted(value)
    inside = " ".join(f"{dotted((name,))} = …;" for name in names[:6])
    return "{ }" if not names else f"{{ {inside} … }}" if len(names) > 6 else f"{{ {inside} }}"

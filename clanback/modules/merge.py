"""Merging definitions into values: conflicts, wrong types, unknown names and missing values become diagnostics, and the
merge goes on with what remains.

A `Merger` serves one clan (or one set of settings). Values of options nobody asks for are never forced: `options` and
`submodule` give `Attrs` of thunks, unless asked for a plain value.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import attrs

from clanback.diagnostics import DiagnosticError, error, warning
from clanback.modules.choosing import record, winners
from clanback.modules.defaults import has_required, nix_value
from clanback.modules.definition import DEFAULT_PRIORITY, Definition, misplacement, ordered, push_down
from clanback.modules.interface import Marker, Option, OptionSet
from clanback.modules.options_argument import OptionsArgument
from clanback.modules.show import dotted, labels_at, one_line, shown
from clanback.modules.types import Submodule, grouped
from clanback.nix.values import Attrs, OpenAttrs, Unknown, type_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from clanback.diagnostics import Diagnostic, Span
    from clanback.modules.recording import Recorder
    from clanback.modules.types import Type
    from clanback.nix.evaluator import Evaluator

NOTHING = object()
"""What `Merger.merge` gives when no definition remains."""

_DEEPEST = 200
"""How deep values may be nested: a value that contains itself stops here."""


class Merger:
    """Merges definitions; every finding goes to `report`.

    `subject` ends the messages: " in role client of instance borgbackup". `arguments` are what module functions get besides
    `config` and `name`. With `nearest_first` the order of definitions says which of two is to blame for a conflict.
    """

    nothing = NOTHING

    def __init__(
        self,
        evaluator: Evaluator,
        report: Callable[[Diagnostic], None],
        *,
        subject: str = "",
        arguments: dict[str, Any] | None = None,
        recorder: Recorder | None = None,
        nearest_first: bool = False,
    ) -> None:
        self.evaluator = evaluator
        self._report = report
        self._reported = 0
        self._unread = False
        self.subject = subject
        self.arguments = arguments or {}
        self.recorder = recorder
        self.nearest_first = nearest_first
        self._defaults: dict[int, Any] = {}
        self._depth = 0

    def report(self, diagnostic: Diagnostic) -> None:
        """Pass a finding on."""
        self._reported += 1
        self._unread |= diagnostic.code == "CB220"
        self._report(diagnostic)

    @contextmanager
    def holding(self) -> Iterator[list[Diagnostic]]:
        """Keep back what is found meanwhile, for the caller to report or to forget."""
        held: list[Diagnostic] = []
        report, reported, self._report = self._report, self._reported, held.append
        try:
            yield held
        finally:
            self._report, self._reported = report, reported

    # -- one value -------------------------------------------------------------------------------------------------

    def merge(
        self,
        path: tuple[str, ...],
        type_: Type,
        definitions: Sequence[Definition],
        *,
        part: str | None = None,
        whole: Type | None = None,
    ) -> Any:
        """The value of an option from its definitions, or `NOTHING`. `part` names an element of a list of type `whole`."""
        if not type_.forces:
            return type_.merge(self, path, list(definitions))
        if self._depth >= _DEEPEST:
            message = f"`{dotted(path[:3])}`{self.subject} holds values nested more than {_DEEPEST} deep"
            self.report(error("CB193", message, definitions[0].value_span, help="look for a value that contains itself"))
            return NOTHING
        self._depth += 1
        try:
            return self._merge(path, type_, definitions, part, whole)
        finally:
            self._depth -= 1

    def _merge(
        self, path: tuple[str, ...], type_: Type, definitions: Sequence[Definition], part: str | None, whole: Type | None
    ) -> Any:
        parts: list[Definition] = []
        for definition in definitions:
            try:
                parts += push_down(self.evaluator, definition)
            except DiagnosticError as problem:
                self.pass_on(problem, definition)
        holding = winners(self, path, parts)
        if self.recorder is not None and part is None:
            record(self, path, holding, parts)
        holding = [one for one in holding if self._fits(path, type_, one, part, whole)]
        if not holding:
            return NOTHING
        plain = ordered(holding)
        for one in plain:
            one.priority, one.conditions, one.inside = DEFAULT_PRIORITY, (), None
        try:
            return type_.merge(self, path, plain)
        except DiagnosticError as problem:
            self.pass_on(problem, plain[0])
            return NOTHING

    def later(self, path: tuple[str, ...], type_: Type, definitions: list[Definition]) -> Any:
        """A thunk of the merged value; where nothing remains, what the type says of nothing."""

        def value() -> Any:
            merged = self.merge(path, type_, definitions)
            return type_.empty(self, path) if merged is NOTHING else merged

        return self.evaluator.thunk(value)

    def _fits(self, path: tuple[str, ...], type_: Type, definition: Definition, part: str | None, whole: Type | None) -> bool:
        value = definition.value
        # A submodule reads the value as a module, whose properties count.
        wrong = None if isinstance(type_, Submodule) and not type_.plain else misplacement(self.evaluator, definition)
        if wrong is not None:
            self.report(wrong)
            return False
        if isinstance(value, Unknown) and not type_.holds_unknown:
            self.must_be_known(path, definition, value, part or "its value")
            return False
        if type_.accepts(value):
            return True
        expected = (whole or type_).description
        what = shown(self.evaluator, value) if type_.some_strings and isinstance(value, str) else type_name(value)
        got = f"{part} is {what}" if part else what
        joint = ", but" if part else ", not"
        from clanback.modules.advice import right_form

        message = f"`{dotted(path)}`{self.subject} must be {expected}{joint} {got}"
        advice = right_form(self.evaluator, type_, value)
        self.report(error("CB202", message, definition.value_span, help=advice))
        return False

    def must_be_known(self, path: tuple[str, ...], definition: Definition, value: Unknown, what: str) -> None:
        """Report a value that only Nix can know where a concrete one is needed."""
        self.report(
            error(
                "CB206",
                f"`{dotted(path)}`{self.subject} must be known without Nix, but {what} is `{one_line(value.text)}`",
                definition.value_span or value.span,
                notes=[value.reason] if value.reason else [],
                help="write the value out, or compute it from files and values of this repository",
            )
        )

    def pass_on(self, problem: DiagnosticError, definition: Definition) -> None:
        """Report what went wrong while a definition was evaluated; what has no place gets that of the definition."""
        for diagnostic in problem.diagnostics:
            self.report(attrs.evolve(diagnostic, span=definition.value_span) if diagnostic.span is None else diagnostic)

    # -- sets of options -------------------------------------------------------------------------------------------

    def options(
        self,
        path: tuple[str, ...],
        declared: OptionSet,
        definitions: Sequence[Definition],
        *,
        name: str | None = None,
        where: Span | None = None,
        plain: bool = False,
    ) -> Attrs:
        """The values of all options. `where` is the place to blame for a missing value; `plain` gives no thunks."""
        sets: list[Definition] = []
        for definition in definitions:
            try:
                for one in push_down(self.evaluator, definition):
                    wrong = misplacement(self.evaluator, one)
                    if wrong is not None:
                        self.report(wrong)
                    elif isinstance(one.value, Attrs):
                        sets.append(one)
                    elif isinstance(one.value, Unknown):
                        self.must_be_known(path, one, one.value, "it")
                    else:
                        message = f"`{dotted(path)}`{self.subject} must be an attribute set, not {type_name(one.value)}"
                        names = [name for name, option in declared.options.items() if option.is_shown]
                        hint = f"write an attribute set: {{ {names[0] if names else 'name'} = …; }}"
                        self.report(error("CB202", message, one.value_span, help=hint))
            except DiagnosticError as problem:
                self.pass_on(problem, definition)
        by_name, positions = grouped(sets)
        values: dict[str, Any] = {}
        for key, option in declared.options.items():
            found = by_name.pop(key, None)
            if isinstance(option, OptionSet):
                if found is None and not has_required(option):
                    values[key] = self._default_set(option, name)
                elif plain:
                    values[key] = self.options((*path, key), option, found or (), name=name, where=where, plain=True)
                else:
                    values[key] = self._later_options((*path, key), option, found or [], name, where)
            elif found is None:
                values[key] = self._default((*path, key), option, name, where, plain)
            else:
                values[key] = self._defined((*path, key), option, found, name, where, plain)
        for key, found in by_name.items():
            if declared.freeform is not None:
                values[key] = self.later((*path, key), declared.freeform, found)
            elif key != "_module":
                self._unknown_name(path, key, found[0], declared)
                positions.pop(key, None)
        return Attrs(values, positions=positions)

    def submodule(self, path: tuple[str, ...], type_: Submodule, definitions: Sequence[Definition]) -> Attrs:
        """The options of a submodule, its definitions being modules (or plain sets, where only these may be)."""
        name = path[-1] if path else None
        where = definitions[0].name_span if definitions else None
        if type_.plain:
            return self.options(path, type_.options, definitions[::-1], name=name, where=where, plain=True)
        made: list[Attrs] = []
        from clanback.modules.collect import Arguments, collect

        arguments = Arguments(self.arguments)
        options = type_.options
        arguments["config"] = self.evaluator.thunk(
            lambda: _made(made, path, all_known=not options.options or options.freeform is not None)
        )
        if name is not None:
            arguments["name"] = name
        if type_.arguments is not None:
            arguments.update(type_.arguments(self, path))
        arguments["options"] = OptionsArgument(self.evaluator, lambda: arguments.collected(path), arguments["config"])
        roots = [*(type_.also(self, path) if type_.also is not None else ()), *definitions]
        declared: list[Definition] = []
        found = arguments.definitions = collect(self, roots, arguments, declared)
        if declared:
            from clanback.modules.declared import extended

            options, defaults = extended(self, options, declared)
            found = arguments.definitions = [*found, *defaults]
        made.append(self.options(path, options, found, name=name, where=where))
        return made[0]

    def _later_options(
        self, path: tuple[str, ...], option: OptionSet, found: list[Definition], name: str | None, where: Span | None
    ) -> Any:
        return self.evaluator.thunk(lambda: self.options(path, option, found, name=name, where=where))

    def _defined(
        self, path: tuple[str, ...], option: Option, found: list[Definition], name: str | None, where: Span | None, plain: bool
    ) -> Any:
        def value() -> Any:
            if option.deprecated is not None:
                self.report(warning("CB209", f"`{dotted(path)}` is deprecated", found[0].name_span, help=option.deprecated))
            if option.read_only and len(found) > 1:
                self._read_only(path, found)
            before = self._reported
            merged = self.merge(path, option.type, found)
            if merged is not NOTHING:
                return merged
            if option.default is Marker.REQUIRED and self._reported > before:
                return None  # what was written is wrong: that nothing is left of it goes without saying
            return self._default(path, option, name, where, plain=True)

        return value() if plain else self.evaluator.thunk(value)

    def _default(self, path: tuple[str, ...], option: Option, name: str | None, where: Span | None, plain: bool) -> Any:
        default = option.default
        if default is Marker.ATTRIBUTE_NAME:
            return name
        if default is Marker.DECIDED_LATER:
            return None
        if default is Marker.REQUIRED:
            if not plain:
                return self.evaluator.thunk(lambda: self._missing(path, where))
            return self._missing(path, where)
        if default is None or isinstance(default, (str, int, float)):
            return default
        key = id(option)
        if key not in self._defaults:
            self._defaults[key] = (option, nix_value(default))
        return self._defaults[key][1]

    def _default_set(self, option: OptionSet, name: str | None) -> Attrs:
        return Attrs(
            {
                key: self._default_set(inner, name)
                if isinstance(inner, OptionSet)
                else self._default((), inner, name, None, True)
                for key, inner in option.options.items()
            }
        )

    # -- what is wrong ---------------------------------------------------------------------------------------------

    def _missing(self, path: tuple[str, ...], where: Span | None) -> None:
        of = f" of `{dotted(path[:-1])}`" if len(path) > 1 else ""
        self.report(error("CB205", f"`{dotted(path[-1:])}`{of}{self.subject} has no value", where, help=f"set `{dotted(path)}`"))

    def _read_only(self, path: tuple[str, ...], found: list[Definition]) -> None:
        self.report(
            error(
                "CB208",
                f"`{dotted(path)}`{self.subject} is read-only and set more than once",
                found[0].name_span,
                labels=labels_at(found[1].name_span, "set here too"),
                help="remove one of the two",
            )
        )

    def _unknown_name(self, path: tuple[str, ...], key: str, definition: Definition, declared: OptionSet) -> None:
        from clanback.modules.advice import unknown_name

        self.report(unknown_name(path, key, self.subject, definition.name_span, declared, unread=self._unread and not path))

    def conflict(self, path: tuple[str, ...], first: Definition, other: Definition) -> None:
        """Report two definitions that cannot both hold.

        To blame is the first where definitions come in the order of nearness, otherwise the one further down in the text.
        """
        if not self.nearest_first and _is_before(first, other):
            first, other = other, first
        a, b = shown(self.evaluator, first.value), shown(self.evaluator, other.value)
        self.report(
            error(
                "CB203",
                f"conflicting values for `{dotted(path)}`{self.subject}: {a} and {b}",
                first.value_span,
                labels=labels_at(other.value_span, f"{b} is set here"),
                help="make them equal, or say which one holds with `lib.mkForce` or `lib.mkDefault`",
            )
        )

    def twice(self, path: tuple[str, ...], one: Definition, another: Definition) -> None:
        """Report what may be defined once only and is defined twice; the one further down in the text is to blame."""
        first, second = (one, another) if _is_before(one, another) else (another, one)
        self.report(
            error(
                "CB204",
                f"`{dotted(path)}`{self.subject} is defined more than once",
                second.value_span,
                labels=labels_at(first.value_span, "defined here too"),
                help="keep one of the definitions, with everything in it",
            )
        )


def _is_before(one: Definition, another: Definition) -> bool:
    """Whether one is written before the other; of two files, whether it merges first."""
    a, b = one.value_span, another.value_span
    return a is None or b is None or a.source is not b.source or a.start < b.start


def _made(made: list[Attrs], path: tuple[str, ...], *, all_known: bool) -> Attrs:
    """The `config` that a module function sees: what the modules define, anything else unknown.

    Where names are free (tags), there is nothing else.
    """
    if not made:
        from clanback.nix.errors import LimitError

        of = f" of `{dotted(path)}`" if path else ""
        raise LimitError("CB191", f"infinite recursion: which modules there are depends on the `config`{of} that they define")
    if all_known:
        return made[0]
    return OpenAttrs(made[0], text="config", reason="`{name}` is nothing that clanback computes: it is not known without Nix")

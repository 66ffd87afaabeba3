"""What a machine's modules say about state, tmpfiles rules, root's keys and the host's name, known without NixOS.

The options are merged as clan-core and NixOS declare them: `clan.core.state` is an `attrsOf submodule` with `folders`
(`listOf str`) and four scripts (`nullOr lines`), `systemd.tmpfiles.rules` a `listOf str`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from clanback.diagnostics import Label, Span, did_you_mean, error, warning
from clanback.inventory.machine_modules.collecting import called, is_function
from clanback.inventory.machine_modules.misspelt import misspelt
from clanback.inventory.machine_modules.statements import (
    PLAIN_ORDER,
    Statement,
    below,
    elements,
    known,
    member,
    option_value,
    property_kind,
    settle,
)
from clanback.inventory.model import Place, StateEntry, UnknownText
from clanback.modules.definition import misplaced
from clanback.nix.values import Attrs, OpenAttrs, PathValue, Unknown, type_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clanback.diagnostics import Diagnostic
    from clanback.inventory.origins import Seen
    from clanback.nix.evaluator import Evaluator

HOOKS = ("preBackupScript", "postBackupScript", "preRestoreScript", "postRestoreScript")
COMMANDS = ("preBackupCommand", "postBackupCommand", "preRestoreCommand", "postRestoreCommand")
STATE = ("clan", "core", "state")
POSTGRESQL = ("clan", "core", "postgresql")
"""An option of clan-core that declares state for the databases named there."""
TMPFILES = ("systemd", "tmpfiles", "rules")
ROOT_KEYS = ("users", "users", "root", "openssh", "authorizedKeys", "keys")
HOST_NAME = ("networking", "hostName")

_DEEPEST_FUNCTION = 10
_OPTIONS = ("name", "folders", *HOOKS)
_NAME = re.compile(r"[a-zA-Z0-9_-]+")


class Strings:
    """A merged list of strings: those known, those not, and where each known one is written."""

    __slots__ = ("places", "unknown", "values")

    def __init__(self, values: tuple[str, ...], unknown: tuple[UnknownText, ...], places: dict[str, Place]) -> None:
        self.values = values
        self.unknown = unknown
        self.places = places


def place_of(span: Span | None) -> Place | None:
    """A span as a plain place."""
    if span is None:
        return None
    return Place(span.source.name, span.line, span.column, span.end_line, span.end_column)


class Facts:
    """Reads facts from the configurations of one machine; `diagnostics`, `places` and `complete` grow as they are asked for."""

    def __init__(
        self, evaluator: Evaluator, configurations: Sequence[Statement], arguments: Attrs, *, recording: bool = False
    ) -> None:
        self.evaluator = evaluator
        self.configurations = configurations
        self.arguments = arguments
        self.complete = True
        self.ranked = False
        """Whether anything that was asked for has a priority or an order of its own: what others say then depends on it."""
        self.diagnostics: list[Diagnostic] = []
        self.places: dict[str, tuple[Place, ...]] = {}
        self.origins: dict[str, Sequence[Seen]] = {}
        self._recording = recording

    def _settled(self, statements: Sequence[Statement], label: str) -> list[Statement]:
        """What counts of the statements for the option called `label`, and a note of what does not, where that is asked for."""
        if not self._recording:
            return self._well_formed(settle(self.evaluator, statements))
        from clanback.inventory.origins import of_statements

        left_out: list[Statement] = []
        kept = settle(self.evaluator, statements, left_out)
        if kept or left_out:
            self.origins[label] = of_statements(kept, left_out)
        return self._well_formed(kept)

    def _well_formed(self, settled: list[Statement]) -> list[Statement]:
        """Values of an option, without those that are properties still, which Nix takes for values of the wrong type."""
        self.ranked |= any(part.priority is not None or part.order != PLAIN_ORDER for part in settled)
        wrong = [part for part in settled if part.inside is not None and property_kind(self.evaluator, part.value) is not None]
        for part in wrong:
            if part.doubt is None and part.inside is not None:
                self.diagnostics.append(misplaced(self.evaluator, part.value, part.inside, part.span))
        return [option_value(part) for part in settled if part not in wrong]

    def host_name(self) -> str | None:
        """`networking.hostName`, if the modules set it to one known string."""
        statements, _ = below(self.evaluator, self.configurations, HOST_NAME)
        settled = self._settled(statements, "host_name")
        values = {part.value for part in settled if isinstance(part.value, str) and part.doubt is None}
        return str(values.pop()) if len(values) == 1 and len(settled) >= 1 else None

    def strings(self, path: tuple[str, ...], label: str) -> Strings:
        """An option of type `listOf str`, such as `systemd.tmpfiles.rules`; `label` is its name among the places."""
        statements, doubts = below(self.evaluator, self.configurations, path)
        if path == ROOT_KEYS:
            statements.reverse()  # a user is a submodule, as a state is
        found = self._strings(self._settled(statements, label), ".".join(path), label)
        return Strings(found.values, (*found.unknown, *(_unknown_text(doubt) for doubt in doubts)), found.places)

    def state(self) -> dict[str, StateEntry]:
        """`clan.core.state`, by name."""
        self.diagnostics.extend(misspelt(self.evaluator, self.configurations))
        statements, doubts = below(self.evaluator, self.configurations, STATE)
        if doubts or any(below(self.evaluator, self.configurations, POSTGRESQL)):
            self.complete = False
        by_name: dict[str, list[Statement]] = {}
        for part in self._well_formed(settle(self.evaluator, statements)):
            if isinstance(part.value, Unknown):
                self.complete = False
            elif isinstance(part.value, Attrs):
                for name in part.value:
                    by_name.setdefault(name, []).append(member(part, part.value, name))
                if isinstance(part.value, OpenAttrs):
                    self.complete = False
            else:
                self._wrong_type(part, "clan.core.state", "a set of states")
        entries: dict[str, StateEntry] = {}
        for name in sorted(by_name):
            if _NAME.fullmatch(name) is None:
                self.diagnostics.append(
                    error(
                        "CB240",
                        f"`{name}` cannot be the name of a state",
                        by_name[name][0].name_span or by_name[name][0].span,
                        help="use letters, digits, `_` and `-` only",
                    )
                )
                continue
            entry = self._entry(name, by_name[name])
            if entry is not None:
                entries[name] = entry
        return entries

    def _entry(self, name: str, statements: list[Statement]) -> StateEntry | None:
        settled = self._settled(statements, f"state.{name}")
        if not settled:
            return None
        if all(part.doubt is not None or isinstance(part.value, Unknown) for part in settled):
            self.complete = False
        bodies: list[Statement] = []
        unknown: list[UnknownText] = []
        for part in settled:
            body = self._submodule(name, part)
            if isinstance(body.value, Unknown):
                unknown.append(_unknown_text(body.value, body))
            elif isinstance(body.value, Attrs):
                self._check_names(name, body)
                bodies.append(body)
            else:
                self._wrong_type(body, f"clan.core.state.{name}", "a set with `folders` and scripts")
        bodies.reverse()  # NixOS evaluates a submodule like modules: in reverse, for the second time
        label = f"state.{name}"
        places = tuple(place for part in settled if (place := place_of(part.name_span or part.span)) is not None)
        self.places[label] = places
        option = f"clan.core.state.{name}"
        folder_statements, doubts = below(self.evaluator, bodies, ("folders",))
        folders = self._strings(self._settled(folder_statements, f"{label}.folders"), f"{option}.folders", f"{label}.folders")
        unknown += [_unknown_text(doubt) for doubt in doubts]
        hooks: dict[str, str | UnknownText] = {}
        for hook in HOOKS:
            text = self._script(bodies, option, hook, label)
            if text is not None:
                hooks[hook] = text
        return StateEntry(name, folders.values, (*folders.unknown, *unknown), hooks, places, folders.places)

    def _submodule(self, name: str, part: Statement) -> Statement:
        """The set that a definition of one state is: a function is called as NixOS calls a submodule."""
        for _ in range(_DEEPEST_FUNCTION):
            if not is_function(part.value):
                break
            known_options = OpenAttrs({"name": name}, text="config", reason="only NixOS knows the merged state")
            given = OpenAttrs(
                {**self.arguments, "name": name, "config": known_options}, text="args", reason="only NixOS knows `{name}`"
            )
            part = called(self.evaluator, part, given)
            part = part.but(value=known(self.evaluator, part.value, part.span))
            value = part.value
            if isinstance(value, Attrs) and ("config" in value or "options" in value):
                inner = member(part, value, "config") if "config" in value else part.but(value=Attrs())
                part = inner.but(value=known(self.evaluator, inner.value, inner.span))
        return part

    def _check_names(self, name: str, body: Statement) -> None:
        for option in body.value:
            span = member(body, body.value, option).name_span or body.span
            if option in COMMANDS:
                script = option.removesuffix("Command") + "Script"
                self.diagnostics.append(
                    error(
                        "CB208",
                        f"`clan.core.state.{name}.{option}` is read-only: it is the name of the command made from `{script}`",
                        span,
                        help=f"put the commands to run into `{script}`",
                    )
                )
            elif option not in _OPTIONS and (meant := did_you_mean(option, _OPTIONS)) is not None:
                self.diagnostics.append(
                    warning("CB241", f"`{option}` is not an option of a state", span, help=f"did you mean `{meant}`?")
                )

    def _strings(self, settled: Sequence[Statement], option: str, label: str) -> Strings:
        values: list[str] = []
        unknown: list[UnknownText] = []
        places: dict[str, Place] = {}
        origins: list[Place] = []
        for part in settled:
            origin = place_of(part.span)
            if origin is not None:
                origins.append(origin)
            if isinstance(part.value, Unknown):
                unknown.append(_unknown_text(part.value, part))
                continue
            if not isinstance(part.value, tuple):
                self._wrong_type(part, option, "a list of strings")
                unknown.append(_mistaken(part))
                continue
            for element in self._well_formed(settle(self.evaluator, elements(part, part.value))):
                value = element.value
                if isinstance(value, Unknown) or (isinstance(value, str) and element.doubt is not None):
                    unknown.append(_unknown_text(value, element))
                elif isinstance(value, str):
                    text = str(value)
                    values.append(text)
                    place = place_of(element.span)
                    if place is not None:
                        places.setdefault(text, place)
                else:
                    self._wrong_type(element, option, "strings")
                    unknown.append(_mistaken(element))
        if origins:
            self.places[label] = tuple(origins)
        return Strings(tuple(values), tuple(unknown), places)

    def _script(self, bodies: Sequence[Statement], option: str, hook: str, label: str) -> str | UnknownText | None:
        statements, doubts = below(self.evaluator, bodies, (hook,))
        settled = self._settled(statements, f"{label}.{hook}")
        lines: list[str] = []
        unknown = [_unknown_text(doubt) for doubt in doubts]
        self._check_nulls(settled, f"{option}.{hook}")
        for part in settled:
            value = part.value
            if isinstance(value, Unknown) or (isinstance(value, str) and part.doubt is not None):
                unknown.append(_unknown_text(value, part))
            elif isinstance(value, str):
                lines.append(str(value))
            elif value is not None:
                self._wrong_type(part, f"{option}.{hook}", "a string (shell commands)")
        places = tuple(place for part in settled if (place := place_of(part.span)) is not None)
        if places:
            self.places[f"{label}.{hook}"] = places
        if unknown:
            return (
                unknown[0]
                if not lines and len(unknown) == 1
                else UnknownText("\n".join([*lines, *(each.text for each in unknown)]), unknown[0].reason, unknown[0].place)
            )
        return "\n".join(lines) if lines else None

    def _check_nulls(self, settled: Sequence[Statement], option: str) -> None:
        """`nullOr lines`: null and a text together conflict."""
        certain = [part for part in settled if part.doubt is None]
        null = next((part for part in certain if part.value is None), None)
        text = next((part for part in certain if isinstance(part.value, str)), None)
        if null is not None and text is not None:
            labels = [] if null.span is None else [Label(null.span, "null is set here")]
            hint = "leave null out: a hook that nobody sets is null"
            self.diagnostics.append(error("CB203", f"`{option}` is null and a text at once", text.span, labels=labels, help=hint))

    def _wrong_type(self, part: Statement, option: str, wanted: str) -> None:
        if part.doubt is not None:
            return
        help_text = None
        if isinstance(part.value, str) and wanted == "a list of strings":
            help_text = f"write `[ {part.text} ]`"
        elif isinstance(part.value, PathValue):
            help_text = "put it in quotes: a path literal would be copied into the Nix store"
        verb = "hold" if wanted == "strings" else "be"
        message = f"`{option}` must {verb} {wanted}, not {type_name(part.value)}"
        self.diagnostics.append(error("CB202", message, part.span, help=help_text))


def _mistaken(part: Statement) -> UnknownText:
    """What stands where a value of the wrong type is: that there is none would be a second error for the same mistake."""
    return UnknownText(part.span.text if part.span is not None else "…", "it has the wrong type", place_of(part.span))


def _unknown_text(value: Any, part: Statement | None = None) -> UnknownText:
    """Something that may hold: an unknown value, or a known one under a doubt."""
    span = part.span if part is not None else None
    if isinstance(value, Unknown):
        return UnknownText(value.text, value.reason, place_of(value.span or span))
    assert part is not None
    doubt = part.doubt
    reason = f"it is there only if `{doubt.text}`; {doubt.reason}" if doubt is not None else "only NixOS knows it"
    return UnknownText(part.text, reason, place_of(span))

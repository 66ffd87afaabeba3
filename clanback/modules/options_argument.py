"""`options`, as module functions get it: whether an option is defined, and how, by its path.

Modules that pass options on (`mkAliasOptionModule`, `mkRenamedOptionModule`, `mkIf options.x.isDefined`) ask for that. Which
options there are is not known beforehand, so every name is an option and a set of options at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.modules.definition import Definition, ordered, push_down, strongest
from clanback.nix.values import Attrs, OpenAttrs, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from clanback.diagnostics import Span
    from clanback.nix.evaluator import Evaluator

_REASON = "`{name}` is not known without Nix"
_LATER = frozenset({"apply", "declarationPositions", "declarations", "default", "defaultText", "description", "example", "type"})
"""What an option says of itself: nobody here asks for it."""
_DEFAULT_PRIORITY = 9999
"""Of an option that nothing defines."""
DEFAULTS = "defaults of options"
"""The file that the definitions of defaults name; an unknown one stands for none."""


class OptionsArgument(OpenAttrs):
    """The options at `path`: `definitions` gives all that the modules define, once they are collected, `config` the values."""

    __slots__ = ("_config", "_definitions", "_evaluator", "_path")

    def __init__(
        self, evaluator: Evaluator, definitions: Callable[[], list[Definition]], config: Any, path: tuple[str, ...] = ()
    ) -> None:
        super().__init__({}, text=".".join(("options", *path)), reason=_REASON)
        self._evaluator = evaluator
        self._definitions = definitions
        self._config = config
        self._path = path
        if path:
            self.update(_facts(self))

    def unknown(self, name: str, span: Span | None = None) -> Any:
        """The option, or the options, of that name."""
        if name in _LATER or len(self._path) > 100:
            return super().unknown(name, span)
        return OptionsArgument(self._evaluator, self._definitions, self._config, (*self._path, name))

    def defined(self) -> list[Definition] | Unknown:
        """The definitions that hold, those of the best priority, in order; unknown where a condition is."""
        found: list[Definition] = []
        for one in self._definitions():
            pending = push_down(self._evaluator, one)
            for step in self._path:
                within = [each for each in pending if isinstance(each.value, Attrs) and step in each.value]
                pending = [part for each in within for part in push_down(self._evaluator, each.child(each.value, step))]
            for each in pending:
                conditions = [self._evaluator.force(condition) for condition in each.conditions]
                unknown = next((condition for condition in conditions if isinstance(condition, Unknown)), None)
                if unknown is not None:
                    return unknown
                if all(conditions) and not (isinstance(each.value, Unknown) and each.file == DEFAULTS):
                    found.append(each)
        return ordered(strongest(found))

    def value(self) -> Any:
        """What the option is."""
        value = self._config
        for step in self._path:
            value = self._evaluator.select(value, step)
        return self._evaluator.force(value)


def _facts(option: OptionsArgument) -> dict[str, Any]:
    def of(make: Callable[[list[Definition]], Any]) -> Any:
        def known() -> Any:
            defined = option.defined()
            return defined if isinstance(defined, Unknown) else make(defined)

        return option._evaluator.thunk(known)

    def located(definitions: list[Definition]) -> Any:
        return tuple(Attrs({"file": one.file or "", "value": one.value}) for one in definitions)

    return {
        "isDefined": of(bool),
        "definitions": of(lambda found: tuple(one.value for one in found)),
        "definitionsWithLocations": of(located),
        "files": of(lambda found: tuple(one.file or "" for one in found)),
        "highestPrio": of(lambda found: min((one.priority for one in found), default=_DEFAULT_PRIORITY)),
        "loc": option._path,
        "value": option._evaluator.thunk(option.value),
        "_type": "option",
    }

"""Types that merge values whole: `Type`, and the types that look into nothing."""

# ruff: noqa: ARG002 -- every type has the same two methods, and not every one needs all of their arguments
from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from clanback.modules.definition import Definition
    from clanback.modules.merge import Merger


class Type:
    """A type; `accepts` looks at a forced value without forcing what is in it, `merge` at definitions all of which it accepts."""

    description = "a value"
    plural = "values"
    holds_unknown = False
    """Whether a value that only Nix can know may stand here."""
    forces = True
    """Whether definitions are forced before `merge` sees them."""
    example = ""
    """A value of the type, as one writes it; empty where there is none to show."""
    some_strings = False
    """Whether some strings are accepted and others not, so that a message must show which was given."""

    def accepts(self, value: Any) -> bool:
        """Whether `value` is of this type, as far as can be seen from outside."""
        raise NotImplementedError

    def takes_whole(self, value: Any) -> bool:
        """Whether `value`, plain and with nothing unevaluated in it, is of this type with all that is in it."""
        return self.accepts(value)

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> Any:
        """One value from at least one definition."""
        raise NotImplementedError

    def empty(self, merger: Merger, path: tuple[str, ...]) -> Any:
        """The value where there is a name but no definition holds (`emptyValue` in nixpkgs)."""
        return None


class Scalar(Type):
    """A type all of whose definitions must be equal."""

    def __init__(
        self, description: str, plural: str, accepts: Callable[[Any], bool], example: str = "", *, some_strings: bool = False
    ) -> None:
        self.some_strings = some_strings
        self.example = example
        self.description = description
        self.plural = plural
        self._accepts = accepts

    def accepts(self, value: Any) -> bool:
        """As the predicate says."""
        return self._accepts(value)

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> Any:
        """The one value, or a conflict that names both places."""
        first = definitions[0]
        for other in definitions[1:]:
            if not equal(first.value, other.value):
                merger.conflict(path, first, other)
                break
        return first.value


class Raw(Type):
    """Anything at all, never forced; one definition only."""

    holds_unknown = True
    forces = False

    def accepts(self, value: Any) -> bool:
        """Always."""
        return True

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> Any:
        """The value as it is, forced or not."""
        if len(definitions) > 1:
            merger.twice(path, definitions[0], definitions[1])
        return definitions[0].value


class Deferred:
    """The merged value of a `deferred_module`: its definitions, in the order in which they merge, untouched."""

    __slots__ = ("definitions",)

    def __init__(self, definitions: tuple[Definition, ...]) -> None:
        self.definitions = definitions


class DeferredModule(Type):
    """A module for another module system: kept, never looked at."""

    description = "a module"
    plural = "modules"
    holds_unknown = True
    forces = False

    def accepts(self, value: Any) -> bool:
        """Always; whether it is a module is for others to find out."""
        return True

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> Any:
        """All definitions."""
        return Deferred(tuple(definitions))


class SeparatedString(Type):
    """Strings that are joined."""

    description = "a string"
    plural = "strings"
    example = '"…"'

    def __init__(self, separator: str) -> None:
        self.separator = separator

    def accepts(self, value: Any) -> bool:
        """Strings."""
        return isinstance(value, str)

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> Any:
        """The strings, joined in order."""
        return self.separator.join([d.value for d in definitions])


def equal(a: Any, b: Any) -> bool:
    """`==` as Nix has it; what cannot be compared (unknown values, values that contain themselves) is not equal."""
    from clanback.nix.builtins.coerce import UnknownEncountered
    from clanback.nix.operators import equal_values

    try:
        return equal_values(a, b)
    except (UnknownEncountered, RecursionError):
        return False

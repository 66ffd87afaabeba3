"""Types made of other types: lists, sets, alternatives, submodules."""

# ruff: noqa: ARG002 -- every type has the same two methods, and not every one needs all of their arguments
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.modules.basic_types import Scalar, Type
from clanback.modules.defaults import has_required
from clanback.modules.interface import Marker
from clanback.nix.values import Attrs, Builtin, Closure, PathValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from clanback.modules.definition import Definition
    from clanback.modules.interface import OptionSet
    from clanback.modules.merge import Merger

_LONG_EXAMPLE = 30


class NullOr(Type):
    """null or something else; null and a value together conflict."""

    def __init__(self, inner: Type) -> None:
        self.inner = inner
        self.description = f"null or {inner.description}"
        self.plural = f"nulls or {inner.plural}"
        self.holds_unknown = inner.holds_unknown
        self.some_strings = inner.some_strings
        self.example = inner.example

    def accepts(self, value: Any) -> bool:
        """null, or what the inner type accepts."""
        return value is None or self.inner.accepts(value)

    def takes_whole(self, value: Any) -> bool:
        """null, or what the inner type takes."""
        return value is None or self.inner.takes_whole(value)

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> Any:
        """null if all are null."""
        nulls = [d for d in definitions if d.value is None]
        if not nulls:
            return self.inner.merge(merger, path, definitions)
        if len(nulls) < len(definitions):
            other = next(d for d in definitions if (d.value is None) != (definitions[0].value is None))
            merger.conflict(path, definitions[0], other)
        return (
            definitions[0].value if len(nulls) == len(definitions) else next(d.value for d in definitions if d.value is not None)
        )


class ListOf(Type):
    """Lists, concatenated in order, without deduplication."""

    def __init__(self, element: Type) -> None:
        self.element = element
        self.description = f"a list of {element.plural}"
        self.plural = f"lists of {element.plural}"
        self.example = f"[ {element.example} ]" if element.example else "[ … ]"

    def accepts(self, value: Any) -> bool:
        """Lists."""
        return isinstance(value, tuple)

    def takes_whole(self, value: Any) -> bool:
        """Lists of what the element's type takes."""
        return isinstance(value, tuple) and all(self.element.takes_whole(one) for one in value)

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> Any:
        """The elements of all, each checked; elements of the wrong type are reported and left out."""
        found: list[Any] = []
        for definition in definitions:
            elements = definition.elements(definition.value)
            if not self.element.forces:
                found += definition.value
                continue
            for number, element in enumerate(elements, 1):
                merged = merger.merge(path, self.element, [element], part=f"element {number}", whole=self)
                if merged is not merger.nothing:
                    found.append(merged)
        return tuple(found)

    def empty(self, merger: Merger, path: tuple[str, ...]) -> Any:
        """The empty list."""
        return ()


class AttrsOf(Type):
    """Attribute sets, merged name by name. Elements of a lazy one are merged only when somebody looks."""

    def __init__(self, element: Type, *, lazy: bool) -> None:
        self.element = element
        self.lazy = lazy
        self.description = "an attribute set"
        self.plural = f"attribute sets of {element.plural}"
        self.example = f"{{ name = {element.example or '…'}; }}"

    def accepts(self, value: Any) -> bool:
        """Attribute sets."""
        return isinstance(value, Attrs)

    def takes_whole(self, value: Any) -> bool:
        """Attribute sets of what the element's type takes."""
        return isinstance(value, Attrs) and all(self.element.takes_whole(value[name]) for name in value)

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> Any:
        """All names; each the merge of its definitions."""
        by_name, positions = grouped(definitions)
        merged: dict[str, Any] = {}
        for name, found in by_name.items():
            if self.lazy:
                merged[name] = merger.later((*path, name), self.element, found)
            else:
                value = merger.merge((*path, name), self.element, found)
                if value is not merger.nothing:
                    merged[name] = value
        return Attrs(merged, positions=positions)

    def empty(self, merger: Merger, path: tuple[str, ...]) -> Any:
        """The empty set."""
        return Attrs()


class Attributes(Type):
    """Any attribute set, merged shallowly, later definitions winning; what is in it is not looked at."""

    description = "an attribute set"
    plural = "attribute sets"
    example = "{ name = …; }"

    def accepts(self, value: Any) -> bool:
        """Attribute sets."""
        return isinstance(value, Attrs)

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> Any:
        """The union."""
        merged: dict[str, Any] = {}
        positions: dict[str, Any] = {}
        for definition in definitions:
            merged.update(definition.value)
            positions.update(definition.value.positions or {})
        return Attrs(merged, positions=positions)


class Anything(Type):
    """Values of any kind: sets merge deeply, lists of `json` concatenate, everything else must be equal."""

    def __init__(self, description: str, *, plain: bool) -> None:
        self.description = description
        self.plural = "values"
        self.plain = plain
        self.holds_unknown = not plain

    def accepts(self, value: Any) -> bool:
        """Everything; only values of JSON if `plain`."""
        return not self.plain or not isinstance(value, (Closure, Builtin))

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> Any:
        """By the kind of the first definition."""
        if all(isinstance(d.value, Attrs) for d in definitions):
            return AttrsOf(self, lazy=not self.plain).merge(merger, path, definitions)
        if all(isinstance(d.value, tuple) for d in definitions) and (self.plain or len(definitions) == 1):
            return ListOf(self).merge(merger, path, definitions) if self.plain else definitions[0].value
        return Scalar.merge(self, merger, path, definitions)  # type: ignore[arg-type]


class OneOf(Type):
    """The first of several types that accepts all definitions merges them."""

    def __init__(self, types: tuple[Type, ...]) -> None:
        self.types = types
        self.description = " or ".join(t.description for t in types)
        self.plural = " or ".join(t.plural for t in types)
        self.holds_unknown = any(t.holds_unknown for t in types)
        self.example = types[0].example if types else ""

    def accepts(self, value: Any) -> bool:
        """What one of them accepts."""
        return any(t.accepts(value) for t in self.types)

    def takes_whole(self, value: Any) -> bool:
        """What one of them takes."""
        return any(t.takes_whole(value) for t in self.types)

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> Any:
        """As the type that accepts all; a conflict if none does."""
        for candidate in self.types:
            if all(candidate.accepts(d.value) for d in definitions):
                return candidate.merge(merger, path, definitions)
        merger.conflict(path, definitions[0], definitions[1])
        return definitions[0].value


class Coerced(Type):
    """What `accepts` says is turned by `function` into what `inner` accepts, before merging."""

    def __init__(
        self, accepts: Callable[[Any], bool], function: Callable[[Definition], Any], inner: Type, description: str
    ) -> None:
        self._accepts = accepts
        self._function = function
        self.inner = inner
        self.description = description
        self.plural = inner.plural
        self.example = inner.example

    def takes_whole(self, value: Any) -> bool:
        """Only the inner type's form, which is the one to suggest."""
        return self.inner.takes_whole(value)

    def accepts(self, value: Any) -> bool:
        """Either form."""
        return self._accepts(value) or self.inner.accepts(value)

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> Any:
        """The inner type's merge of the converted definitions."""
        for definition in definitions:
            if self._accepts(definition.value):
                definition.value = self._function(definition)
        return self.inner.merge(merger, path, definitions)


class Unique(Type):
    """What may be defined once only, over all modules."""

    def __init__(self, inner: Type) -> None:
        self.inner = inner
        self.description = inner.description
        self.plural = inner.plural
        self.holds_unknown = inner.holds_unknown
        self.forces = inner.forces
        self.example = inner.example

    def accepts(self, value: Any) -> bool:
        """As the inner type."""
        return self.inner.accepts(value)

    def takes_whole(self, value: Any) -> bool:
        """As the inner type."""
        return self.inner.takes_whole(value)

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> Any:
        """The only definition; an error naming two places if there are more."""
        if len(definitions) > 1:
            merger.twice(path, definitions[0], definitions[1])
        return self.inner.merge(merger, path, definitions[:1])


class Submodule(Type):
    """An attribute set of declared options, which may itself be written as a module: a function, with `imports`, …

    `arguments(merger, path)` gives its functions' arguments beyond `lib`, `config`, `name`; `also(merger, path)` further
    definitions. A `plain` one takes sets only and gives a value without thunks (settings).
    """

    plural = "attribute sets"

    def __init__(
        self,
        options: OptionSet,
        *,
        plain: bool = False,
        arguments: Callable[[Merger, tuple[str, ...]], dict[str, Any]] | None = None,
        also: Callable[[Merger, tuple[str, ...]], list[Definition]] | None = None,
    ) -> None:
        self.options = options
        self.plain = plain
        self.arguments = arguments
        self.also = also
        self.description = "an attribute set" if plain else "an attribute set or a module"
        self.example = _example_of_set(options)

    def accepts(self, value: Any) -> bool:
        """Attribute sets; functions and paths too where modules may be written."""
        if isinstance(value, Attrs):
            return True
        return not self.plain and isinstance(value, (Closure, Builtin, PathValue))

    def takes_whole(self, value: Any) -> bool:
        """Attribute sets of options that there are."""
        if not isinstance(value, Attrs):
            return False
        options = self.options.options
        for name in value:
            option = options.get(name)
            inner = self.options.freeform if option is None else getattr(option, "type", None)
            if inner is None or not inner.takes_whole(value[name]):
                return False
        return not has_required(self.options) or bool(value)

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> Any:
        """All options, complete with defaults."""
        return merger.submodule(path, self, definitions)

    def empty(self, merger: Merger, path: tuple[str, ...]) -> Any:
        """The defaults."""
        return merger.submodule(path, self, ())


def _example_of_set(options: OptionSet) -> str:
    """A set with what must be given, else with the first option."""
    named = {name: option for name, option in options.options.items() if not name.startswith("_")}
    wanted = [name for name, option in named.items() if getattr(option, "default", None) is Marker.REQUIRED] or [*named][:1]
    return f"{{ {' '.join(f'{name} = {_example_of(named[name])};' for name in wanted) or 'name = …;'} }}"


def _example_of(option: Any) -> str:
    """What an option's value looks like, a set of options being shown as such."""
    example: str = getattr(getattr(option, "type", None), "example", "")
    return example if example and len(example) <= _LONG_EXAMPLE else "…"


def grouped(definitions: Iterable[Definition]) -> tuple[dict[str, list[Definition]], dict[str, Any]]:
    """The definitions of each name in definitions of sets (forced), and where each name is first written."""
    by_name: dict[str, list[Definition]] = {}
    positions: dict[str, Any] = {}
    for definition in definitions:
        attributes = definition.value
        known = attributes.positions
        for name in attributes:
            child = definition.child(attributes, name)
            if name in by_name:
                by_name[name].append(child)
            else:
                by_name[name] = [child]
                if known is not None and name in known:
                    positions[name] = known[name]
    return by_name, positions

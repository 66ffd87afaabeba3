"""Types that only the clan's own schema needs: settings kept for later, a role's tags, the two places of `meta`."""

# ruff: noqa: ARG002 -- every type has the same methods, and not every one needs all of their arguments
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.diagnostics import error
from clanback.modules import types
from clanback.modules.types import Deferred, Type
from clanback.nix import ast
from clanback.nix.runtime import force
from clanback.nix.values import Attrs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from clanback.modules.definition import Definition
    from clanback.modules.merge import Merger


class Kept(Type):
    """A value that is checked to be there in the right form but merged only later: the merged value is a `Deferred`."""

    def __init__(self, description: str, accepts: Callable[[Any], bool], *, once: bool = False) -> None:
        self.description = description
        self.plural = "values"
        self._accepts = accepts
        self.once = once
        self.example = "{ name = …; }"

    def accepts(self, value: Any) -> bool:
        """As the predicate says."""
        return self._accepts(value)

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> Deferred:
        """The definitions; only the first, with an error, if there may be but one."""
        if self.once and len(definitions) > 1:
            merger.twice(path, definitions[0], definitions[1])
            definitions = definitions[:1]
        return Deferred(tuple(definitions))


class Settings(Kept):
    """The `settings` of a role, tag or machine: an attribute set, defined once over all modules."""

    def __init__(self) -> None:
        super().__init__("an attribute set", lambda value: isinstance(value, Attrs), once=True)

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> Deferred:
        """The one definition; `imports` and the rest of the module syntax is not for settings."""
        kept = super().merge(merger, path, definitions)
        return Deferred(tuple(_without_module_syntax(merger, definition) for definition in kept.definitions))


def _without_module_syntax(merger: Merger, definition: Definition) -> Definition:
    """Report what makes settings a module rather than plain values, and leave it out."""
    attributes: Attrs = definition.value
    wrong = [name for name in ("imports", "_file", "key", "disabledModules", "_module") if name in attributes]
    for name in wrong:
        span = definition.child(attributes, name).name_span
        hint = "put NixOS modules into the role's `extraModules`, or remove it" if name == "imports" else "remove it"
        merger.report(error("CB219", f"settings are plain values: `{name}` cannot be used in them", span, help=hint))
    if not wrong:
        return definition
    kept = {name: value for name, value in attributes.items() if name not in wrong}
    return definition.with_value(Attrs(kept, positions=attributes.positions))


def _tags_from_list(definition: Definition) -> Any:
    """`[ "a" "b" ]` as `{ a = { }; b = { }; }`, each name at its place in the list."""
    positions: dict[str, Any] = {}
    names: list[str] = []
    for element in definition.elements(definition.value):
        span = element.value_span
        name = force(element.value)
        if isinstance(name, str):
            names.append(str(name))
            if span is not None:
                expr = element.value_expr or ast.Var(span.start, span.end, "")
                positions.setdefault(str(name), (span.source, ast.Attribute(str(name), span.start, span.end, expr)))
    return Attrs({name: Attrs() for name in names}, positions=positions)


class RoleTags(Type):
    """The `tags` of a role: a list of tags, or a set from tags to `{ settings = …; }`."""

    description = "a list of tags or an attribute set"
    plural = "tags"
    example = '[ "…" ]'

    def __init__(self, inner: Type) -> None:
        self.inner = inner

    def accepts(self, value: Any) -> bool:
        """A list or a set."""
        return isinstance(value, (tuple, Attrs))

    def takes_whole(self, value: Any) -> bool:
        """A list of names; or a set of what may stand for each."""
        return all(isinstance(one, str) for one in value) if isinstance(value, tuple) else self.inner.takes_whole(value)

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> Any:
        """The union of all tags."""
        for definition in definitions:
            if isinstance(definition.value, tuple):
                definition.value = tuple(
                    value
                    for element in definition.elements(definition.value)
                    if (value := merger.merge(path, types.string, [element], part="an element", whole=self)) is not merger.nothing
                )
                definition.value = _tags_from_list(definition)
        return self.inner.merge(merger, path, definitions)


class InventoryMeta(Attrs):
    """The merged `inventory.meta`: the values of `meta`, and the definitions that stand here."""

    __slots__ = ("definitions",)

    def __init__(self, values: dict[str, Any], definitions: tuple[Definition, ...]) -> None:
        super().__init__(values)
        self.definitions = definitions


class MetaElsewhere(Type):
    """`inventory.meta`, which is merged together with the top level's `meta`; `value` gives a thunk of the
    value of one of its `names`."""

    description = "an attribute set"
    forces = False

    def __init__(self, names: Iterable[str], value: Callable[[str], Any]) -> None:
        self._names = tuple(names)
        self._value = value

    def accepts(self, value: Any) -> bool:
        """Whatever it is, the merge of `meta` will find out."""
        return True

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> InventoryMeta:
        """The values of `meta`, and the definitions."""
        return InventoryMeta({name: self._value(name) for name in self._names}, tuple(definitions))

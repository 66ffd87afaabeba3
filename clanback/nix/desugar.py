"""Bindings as written to attributes as Nix' parser makes them: `a.b = 1; a.c = 2;` is one `a`.

Only literal attribute sets merge; whatever else is defined twice is an error that names both places (CB010). The rules
are those of `ParserState::addAttr`: the first of two sets takes the attributes of the second, stays recursive or not as
it was, and sets inside both do not merge further.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.diagnostics import Label, Span, error
from clanback.nix.ast import Attribute, AttrSet, Binding, DynamicAttribute, Inherit, Lambda, Let, Select, StaticName, Var

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clanback.diagnostics import Source
    from clanback.nix.ast import AttrName, Expr
    from clanback.nix.errors import SyntaxErrors
    from clanback.nix.scope import Scopes


class Desugarer:
    """Desugars the bindings of one file; what is wrong is collected in `errors`: the rest can still be checked."""

    def __init__(self, source: Source, scopes: Scopes, errors: SyntaxErrors) -> None:
        self.source = source
        self.scopes = scopes
        self.errors = errors

    def fill(self, node: AttrSet | Let, bindings: Sequence[Binding | Inherit]) -> None:
        """Give a set or `let` the attributes of its bindings."""
        attributes = node.attributes
        for binding in bindings:
            if type(binding) is Binding:
                path = binding.path
                name = path[0]
                if len(path) == 1 and type(name) is StaticName and name.name not in attributes:
                    attributes[name.name] = Attribute(name.name, name.start, name.end, binding.value)
                else:
                    self._add(node, binding)
            else:
                assert isinstance(binding, Inherit)
                self._inherit(node, binding)

    def _inherit(self, node: AttrSet | Let, binding: Inherit) -> None:
        attributes = node.attributes
        for name in binding.names:
            there = attributes.get(name.name)
            if there is not None:
                self._duplicate(name.name, name.start, name.end, there)
            elif binding.source is None:
                variable = Var(name.start, name.end, name.name)
                attributes[name.name] = Attribute(name.name, name.start, name.end, variable, "scope")
                self.scopes.inherits(variable, type(node) is Let or node.recursive)  # type: ignore[union-attr]
            else:
                selection = Select(name.start, name.end, binding.source, (name,), None)
                attributes[name.name] = Attribute(name.name, name.start, name.end, selection, "source")

    def _add(self, node: AttrSet | Let, binding: Binding) -> None:
        path, value = binding.path, binding.value
        into = node
        last = len(path) - 1
        for index, name in enumerate(path):
            there = into.attributes.get(name.name) if type(name) is StaticName else None
            if index == last:
                if there is None:
                    self._put(into, name, value)
                elif type(there.expr) is AttrSet and type(value) is AttrSet:
                    self._merge(path, there.expr, value)
                else:
                    self._duplicate(_dotted(path), path[0].start, name.end, there)
                return
            if there is None:
                # Nothing there yet, or a dynamic name: an implicit set.
                inner = AttrSet(path[index + 1].start, value.end, False, (), {}, (), True)
                self._put(into, name, inner)
            elif type(there.expr) is AttrSet:
                inner = there.expr
                if inner.recursive:
                    self.scopes.reaches(inner, path[index + 1].start, value.end)
            else:
                self._duplicate(_dotted(path[: index + 1]), path[0].start, name.end, there)
                return
            into = inner

    def _put(self, into: AttrSet | Let, name: AttrName, value: Expr) -> None:
        if isinstance(name, StaticName):
            into.attributes[name.name] = Attribute(name.name, name.start, name.end, value)
        elif isinstance(into, Let):
            message = "dynamic attributes are not allowed in `let`"
            hint = "name it in an attribute set, or write the name itself"
            self.errors.append(error("CB012", message, Span(self.source, name.start, name.end), help=hint))
        else:
            into.dynamic += (DynamicAttribute(name.expr, value, name.start, name.end),)

    def _merge(self, path: tuple[AttrName, ...], into: AttrSet, other: AttrSet) -> None:
        for name, attribute in other.attributes.items():
            there = into.attributes.get(name)
            if there is not None:
                self._duplicate(f"{_dotted(path)}.{name}", attribute.name_start, attribute.name_end, there)
            else:
                into.attributes[name] = attribute
                if attribute.inherited == "scope":
                    assert isinstance(attribute.expr, Var)
                    self.scopes.inherits(attribute.expr, into.recursive)
        into.dynamic += other.dynamic
        if other.recursive:
            self.scopes.drop(other)
        if into.recursive:
            self.scopes.reaches(into, other.start, other.end)

    def check_formals(self, node: Lambda, name: StaticName | None) -> None:
        """No name of a function's arguments may be there twice (CB011)."""
        seen: dict[str, tuple[int, int]] = {}
        if name is not None:
            seen[name.name] = (name.start, name.end)
        for formal in node.formals or ():
            place = formal.start, formal.start + len(formal.name)
            there = seen.setdefault(formal.name, place)
            if there is not place:
                first, second = sorted([there, place])
                self._twice(
                    "CB011",
                    f"function has two arguments named `{formal.name}`",
                    second,
                    first,
                    "first named here",
                    "remove one of the two",
                )

    def static_names(self, names: list[AttrName]) -> tuple[StaticName, ...]:
        """The names of an `inherit`, none of which may be dynamic (CB012)."""
        result: list[StaticName] = []
        for name in names:
            if isinstance(name, StaticName):
                result.append(name)
            else:
                message = "dynamic attributes are not allowed in `inherit`"
                hint = "write the name itself, or `name = value;` in place of `inherit`"
                self.errors.append(error("CB012", message, Span(self.source, name.start, name.end), help=hint))
        return tuple(result)

    def _duplicate(self, name: str, start: int, end: int, there: Attribute) -> None:
        message = f"attribute `{name}` is already defined"
        self._twice("CB010", message, (start, end), (there.name_start, there.name_end), "first defined here", _JOIN)

    def _twice(self, code: str, message: str, again: tuple[int, int], first: tuple[int, int], label: str, hint: str) -> None:
        if self.errors.is_full:
            return
        labels = [Label(Span(self.source, *first), label)]
        self.errors.append(error(code, message, Span(self.source, *again), labels=labels, help=hint))


_JOIN = "remove one of the two, or join their values into one"


def _dotted(path: Sequence[AttrName]) -> str:
    return ".".join(name.name if isinstance(name, StaticName) else "${…}" for name in path)

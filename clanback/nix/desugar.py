"""Bindings as written to attributes as Nix' parser makes them: `a.b = 1; a.c = 2;` is one `a`.

Only literal attribute sets merge; everything else that is defined twice is an error that names both places (CB010).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from clanback.diagnostics import Label, Span, error
from clanback.nix.ast import (
    Attribute,
    AttrSet,
    Binding,
    DynamicAttribute,
    Inherit,
    Select,
    StaticName,
    Var,
)
from clanback.nix.errors import NixSyntaxError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clanback.diagnostics import Source
    from clanback.nix.ast import AttrName, Expr, Lambda


class Desugarer:
    """Desugars the bindings of one file."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.inherited: list[tuple[Var, int]] = []

    def attributes(
        self, bindings: Sequence[Binding | Inherit], *, let: bool = False
    ) -> tuple[dict[str, Attribute], tuple[DynamicAttribute, ...]]:
        """The attributes, static and dynamic, of the bindings of a set or (`let`) of a `let`, where none may be dynamic."""
        attributes: dict[str, Attribute] = {}
        dynamic: list[DynamicAttribute] = []
        for binding in bindings:
            if type(binding) is Binding:
                path = binding.path
                name = path[0]
                if type(name) is StaticName and len(path) == 1 and name.name not in attributes:
                    attributes[name.name] = Attribute(name.name, name.start, name.end, binding.value)
                else:
                    self._add(attributes, dynamic, binding)
            else:
                assert isinstance(binding, Inherit)
                self._inherit(attributes, binding)
        if let and dynamic:
            first = dynamic[0]
            self._fail("CB012", "dynamic attributes are not allowed in `let`", first.name_start, first.name_end)
        return attributes, tuple(dynamic)

    def _inherit(self, attributes: dict[str, Attribute], binding: Inherit) -> None:
        for name in binding.names:
            if name.name in attributes:
                self._duplicate(name.name, name, attributes[name.name].name_start, attributes[name.name].name_end)
            if binding.source is None:
                variable = Var(name.start, name.end, name.name)
                attributes[name.name] = Attribute(name.name, name.start, name.end, variable, "scope")
            else:
                selection = Select(name.start, name.end, binding.source, (name,), None)
                attributes[name.name] = Attribute(name.name, name.start, name.end, selection, "source")

    def _add(self, attributes: dict[str, Attribute], dynamic: list[DynamicAttribute], binding: Binding) -> None:
        path = binding.path
        for index in range(len(path) - 1):
            name = path[index]
            inside = path[index + 1]
            if type(name) is StaticName:
                there = attributes.get(name.name)
                if there is not None:
                    target = there.expr
                    if type(target) is not AttrSet or there.inherited is not None:
                        self._duplicate(name.name, name, there.name_start, there.name_end)
                    assert isinstance(target, AttrSet)
                else:
                    target = AttrSet(inside.start, binding.value.end, False, (), {}, (), True)
                    attributes[name.name] = Attribute(name.name, name.start, name.end, target)
            else:
                target = AttrSet(inside.start, binding.value.end, False, (), {}, (), True)
                dynamic.append(DynamicAttribute(name.expr, target, name.start, name.end))
            attributes = target.attributes
            holder = target
            dynamic = list(holder.dynamic)
            following = path[index + 1]
            if type(following) is not StaticName:
                value = (
                    binding.value
                    if index + 2 == len(path)
                    else AttrSet(path[index + 2].start, binding.value.end, False, (), {}, (), True)
                )
                added = DynamicAttribute(following.expr, value, following.start, following.end)
                holder.dynamic = (*holder.dynamic, added)
                if index + 2 == len(path):
                    return
                rest = Binding(binding.start, binding.end, path[index + 2 :], binding.value)
                assert isinstance(value, AttrSet)
                inner: list[DynamicAttribute] = []
                self._add(value.attributes, inner, rest)
                value.dynamic = tuple(inner)
                return
        self._add_last(attributes, dynamic, path[-1], binding.value)

    def _add_last(self, attributes: dict[str, Attribute], dynamic: list[DynamicAttribute], name: AttrName, value: Expr) -> None:
        if type(name) is not StaticName:
            assert not isinstance(name, StaticName)
            dynamic.append(DynamicAttribute(name.expr, value, name.start, name.end))
            return
        there = attributes.get(name.name)
        if there is None:
            attributes[name.name] = Attribute(name.name, name.start, name.end, value)
            return
        into = there.expr
        if type(into) is not AttrSet or type(value) is not AttrSet or there.inherited is not None:
            self._duplicate(name.name, name, there.name_start, there.name_end)
        assert isinstance(value, AttrSet)
        assert isinstance(into, AttrSet)
        merged = dict(into.attributes)
        for key, attribute in value.attributes.items():
            if key in merged:
                self._duplicate(key, attribute, merged[key].name_start, merged[key].name_end)
            merged[key] = attribute
        into.attributes = merged
        into.dynamic += value.dynamic

    def static_names(self, names: list[AttrName]) -> tuple[StaticName, ...]:
        """The names of an `inherit`, none of which may be dynamic."""
        result = []
        for name in names:
            if not isinstance(name, StaticName):
                self._fail("CB012", "dynamic attributes are not allowed in `inherit`", name.start, name.end)
            result.append(name)
        return tuple(result)

    def check_formals(self, node: Lambda, name: StaticName | None) -> None:
        """No name of a function's arguments may be there twice."""
        seen: dict[str, tuple[int, int]] = {}
        if name is not None:
            seen[name.name] = (name.start, name.end)
        for formal in node.formals or ():
            end = formal.start + len(formal.name)
            if formal.name in seen:
                first, second = sorted([seen[formal.name], (formal.start, end)])
                self._twice("CB011", f"function has two arguments named `{formal.name}`", second, first)
            seen[formal.name] = (formal.start, end)

    def _duplicate(self, name: str, again: StaticName | Attribute, start: int, end: int) -> NoReturn:
        place = (again.start, again.end) if isinstance(again, StaticName) else (again.name_start, again.name_end)
        self._twice("CB010", f"attribute `{name}` is already defined", place, (start, end))

    def _twice(self, code: str, message: str, again: tuple[int, int], first: tuple[int, int]) -> NoReturn:
        labels = [Label(Span(self.source, *first), "first defined here")]
        raise NixSyntaxError(error(code, message, Span(self.source, *again), labels=labels))

    def _fail(self, code: str, message: str, start: int, end: int) -> NoReturn:
        raise NixSyntaxError(error(code, message, Span(self.source, start, end)))

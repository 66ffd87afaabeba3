"""Options that modules of the repository declare themselves (`options.fleet.hosts = mkOption { … }`).

They are merged so that values can be read back: defaults, `apply`, sets deeply, lists joined. Whether the values are of the
declared type is not checked, as backups do not depend on it.
"""

# ruff: noqa: ARG001, ARG002 -- every type has the same methods, and not every one needs all of their arguments
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.diagnostics import DiagnosticError
from clanback.modules.basic_types import Type
from clanback.modules.container_types import AttrsOf, Submodule
from clanback.modules.definition import Definition
from clanback.modules.interface import DECIDED_LATER, Option, OptionSet
from clanback.modules.options_argument import DEFAULTS
from clanback.nix.values import Attrs, Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clanback.modules.merge import Merger
    from clanback.nix.evaluator import Evaluator

_OPTION_DEFAULT = 1500
"""Priority of an option's own default."""
_DEEPEST = 20
_CHANGING = frozenset({"coercedTo", "either"})
"""Types of which the merged value of a single definition may be another."""


class Free(Type):
    """A value of whatever type: sets merge deeply, lists are joined, of anything else the first definition counts."""

    plural = "values"
    holds_unknown = True

    def accepts(self, value: Any) -> bool:
        """Everything."""
        return True

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> Any:
        """By what is there."""
        if len(definitions) == 1:
            return definitions[0].value
        values = [definition.value for definition in definitions]
        if all(isinstance(value, Attrs) for value in values):
            return AttrsOf(self, lazy=True).merge(merger, path, definitions)
        if all(isinstance(value, tuple) for value in values):
            return tuple(item for value in values for item in value)
        return values[0]


class _ModuleList(Free):
    """`deferredModule`: one module that imports all."""

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> Any:
        """All of them."""
        return one_module(definitions)


def one_module(definitions: Sequence[Definition]) -> Attrs:
    """What nixpkgs makes of several definitions of a `deferredModule`: each in a module that says where it comes from.

    How deep modules lie decides the order in which they merge, so these are here too.
    """
    return Attrs({"imports": tuple(Attrs({"imports": (definition.value,)}) for definition in definitions)})


class _AsDeclared(Free):
    """A type that only its own function `merge` knows: lines, alternatives, what is coerced, functions."""

    def __init__(self, function: Any, *, changes: bool) -> None:
        self._function = function
        self._changes = changes

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> Any:
        """What the function gives; where it fails, or only Nix can know a value, as of whatever type."""
        evaluator = merger.evaluator
        if len(definitions) > 1 or self._changes:
            given = tuple(Attrs({"file": definition.file or "", "value": definition.value}) for definition in definitions)
            try:
                merged = evaluator.force(evaluator.call(evaluator.call(self._function, path), given))
            except DiagnosticError:
                return super().merge(merger, path, definitions)
            if not isinstance(merged, Unknown):
                return merged
        return super().merge(merger, path, definitions)


class _Open(Free):
    """A declared type that takes unknown values too; anything it cannot hold is given as it is."""

    def __init__(self, inner: Type) -> None:
        self.inner = inner

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> Any:
        """As the type inside, where that accepts all."""
        if all(self.inner.accepts(definition.value) for definition in definitions):
            return self.inner.merge(merger, path, definitions)
        return super().merge(merger, path, definitions)

    def empty(self, merger: Merger, path: tuple[str, ...]) -> Any:
        """As the type inside."""
        return self.inner.empty(merger, path)


class _List(Type):
    """A list whose elements have a type of their own (submodules get their defaults)."""

    def __init__(self, element: Type) -> None:
        self._element = element

    def accepts(self, value: Any) -> bool:
        """Lists."""
        return isinstance(value, tuple)

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> Any:
        """The elements of all, in order."""
        elements = [element for definition in definitions for element in definition.elements(definition.value)]
        return tuple(merger.later(path, self._element, [element]) for element in elements)


class _NullOr(Type):
    """null, or a value of the type inside."""

    def __init__(self, inner: Type) -> None:
        self._inner = inner

    def accepts(self, value: Any) -> bool:
        """null too."""
        return value is None or self._inner.accepts(value)

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> Any:
        """null if nothing else is there."""
        given = [definition for definition in definitions if definition.value is not None]
        return self._inner.merge(merger, path, given) if given else None


class _Applied(Type):
    """A type with the `apply` of an option."""

    holds_unknown = True

    def __init__(self, inner: Type, function: Any) -> None:
        self._inner = inner
        self._function = function

    def accepts(self, value: Any) -> bool:
        """As the type inside."""
        return self._inner.accepts(value)

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> Any:
        """The merged value, put through the function."""
        evaluator = merger.evaluator
        return evaluator.force(evaluator.call(self._function, self._inner.merge(merger, path, definitions)))


def extended(merger: Merger, native: OptionSet, declared: Sequence[Definition]) -> tuple[OptionSet, list[Definition]]:
    """The options of `native` and those declared, with definitions of the declared ones' defaults."""
    return _extended(merger, native, declared, ())


def _extended(
    merger: Merger, native: OptionSet, declared: Sequence[Definition], path: tuple[str, ...]
) -> tuple[OptionSet, list[Definition]]:
    evaluator = merger.evaluator
    options: dict[str, Option | OptionSet] = dict(native.options)
    defaults: dict[str, Any] = {}
    for definition in declared:
        attributes = _forced(merger, definition, definition.value)
        for name in attributes if isinstance(attributes, Attrs) and len(path) < _DEEPEST else ():
            child = definition.child(attributes, name)
            value = _forced(merger, child, child.value)
            known = options.get(name)
            if not isinstance(value, Attrs):
                continue
            if evaluator.force(value.get("_type")) == "option":
                kind = _type(evaluator, value)
                if known is None:
                    options[name] = Option(kind, default=DECIDED_LATER)
                    defaults[name] = _default(value, (*path, name))
                elif isinstance(known, Option) and isinstance(known.type, Submodule) and isinstance(kind, _Open):
                    options[name] = Option(_both(known.type, kind), default=known.default)
                continue
            if isinstance(known, Option):
                if not isinstance(known.type, Submodule):
                    continue
                inside, more = _extended(merger, known.type.options, [child.with_value(value)], (*path, name))
                kind = Submodule(inside, arguments=known.type.arguments, also=known.type.also)
                options[name] = Option(kind, default=known.default)
            else:
                nested = known if known is not None else OptionSet({}, freeform=native.freeform)
                inside, more = _extended(merger, nested, [child.with_value(value)], (*path, name))
                options[name] = inside
            for one in more:
                defaults[name] = _joined(defaults.get(name), one.value)
    made = [Definition(Attrs(defaults), file=DEFAULTS)] if defaults else []
    return OptionSet(options, freeform=native.freeform, removed=native.removed), made


def _both(native: Submodule, declared: _Open) -> Submodule:
    """A submodule of ours with the options that another declaration of it adds."""
    more = declared.inner.also if isinstance(declared.inner, Submodule) else None

    def also(merger: Merger, path: tuple[str, ...]) -> list[Definition]:
        return [each for one in (native.also, more) if one is not None for each in one(merger, path)]

    return Submodule(native.options, arguments=native.arguments, also=also)


def _forced(merger: Merger, definition: Definition, value: Any) -> Any:
    try:
        return merger.evaluator.force(value)
    except DiagnosticError as problem:
        merger.pass_on(problem, definition)
        return None


def _joined(one: Any, other: Any) -> Any:
    """Two sets of defaults as one."""
    if not isinstance(one, Attrs) or not isinstance(other, Attrs) or "_type" in one or "_type" in other:
        return other if one is None else one
    return Attrs({name: _joined(one.get(name), other[name]) if name in other else one[name] for name in {**one, **other}})


def _default(option: Attrs, path: tuple[str, ...]) -> Attrs:
    name = "config." + ".".join(path)
    missing = Unknown(name, f"`{name}` is declared, but no module that can be read here gives it a value")
    content = option.get("default", missing)
    return Attrs({"_type": "override", "priority": _OPTION_DEFAULT, "content": content})


def _type(evaluator: Evaluator, option: Attrs) -> Type:
    made = _converted(evaluator, option.get("type"), 0)
    return _Applied(made, option["apply"]) if "apply" in option else made


def _converted(evaluator: Evaluator, kind: Any, depth: int) -> Type:
    """Our type for one of nixpkgs': what the merged value depends on, no more."""
    try:
        found = evaluator.force(kind)
        name = evaluator.force(found.get("name")) if isinstance(found, Attrs) else None
        nested = evaluator.force(found.get("nestedTypes")) if isinstance(found, Attrs) else None
        modules = evaluator.force(found.get("getSubModules")) if name == "submodule" else None
    except DiagnosticError:
        return Free()
    element = nested.get("elemType") if isinstance(nested, Attrs) else None
    if depth >= _DEEPEST or not isinstance(found, Attrs):
        return Free()
    if name == "deferredModule":
        return _ModuleList()
    if name == "submodule" and isinstance(modules, tuple):
        return _Open(_submodule(modules))
    if name in ("attrsOf", "lazyAttrsOf"):
        return _Open(AttrsOf(_converted(evaluator, element, depth + 1), lazy=True))
    if name == "listOf":
        return _Open(_List(_converted(evaluator, element, depth + 1)))
    if name == "nullOr":
        return _Open(_NullOr(_converted(evaluator, element, depth + 1)))
    if name == "unique":
        return _converted(evaluator, element, depth + 1)
    return _AsDeclared(found["merge"], changes=name in _CHANGING) if "merge" in found and name != "raw" else Free()


def _submodule(modules: tuple[Any, ...]) -> Submodule:
    def also(merger: Merger, path: tuple[str, ...]) -> list[Definition]:
        return [Definition(module, file="options") for module in modules]

    return Submodule(OptionSet({}, freeform=Free()), also=also)

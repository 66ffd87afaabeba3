"""A definition: a value given to an option somewhere, and the properties (`mkIf`, `mkForce`, …) that may wrap it.

The rules are those of `dischargeProperties`, `filterOverrides` and `sortProperties` in nixpkgs' `lib/modules.nix`. A property
is an attribute set with `_type`: `"if"` (condition, content), `"merge"` (contents), `"override"` (priority, content),
`"order"` (priority, content).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.diagnostics import DiagnosticError, Span, error
from clanback.nix.errors import EvalError, LimitError
from clanback.nix.values import Attrs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clanback.diagnostics import Diagnostic, Source
    from clanback.nix import ast
    from clanback.nix.evaluator import Evaluator

DEFAULT_PRIORITY = 100
"""Priority of a plain definition; `mkForce` is 50, `mkDefault` 1000, an option's own default 1500. Lower wins."""
DEFAULT_ORDER = 1000
"""Order of a plain definition; `mkBefore` is 500, `mkAfter` 1500. Lower comes first."""


class Definition:
    """A value, forced or not, and where it is written.

    `attribute` is the attribute that gave it (its name and its value have spans); `expr` the expression of the value where that
    is something else (an element of a list, the content of a `mkMerge`). `file` names where it comes from when it has no place.
    `content` is the expression inside the properties that `value` was taken out of. `conditions` are those of every `mkIf` around
    it that nobody has looked at yet. `level` says whose settings it belongs to, where somebody asks for that (`explain`).
    """

    __slots__ = ("attribute", "conditions", "content", "expr", "file", "inside", "level", "order", "priority", "source", "value")

    def __init__(
        self,
        value: Any,
        source: Source | None = None,
        attribute: ast.Attribute | ast.DynamicAttribute | None = None,
        expr: ast.Expr | None = None,
        *,
        file: str | None = None,
        priority: int = DEFAULT_PRIORITY,
        order: int = DEFAULT_ORDER,
        conditions: tuple[Any, ...] = (),
    ) -> None:
        self.value = value
        self.source = source
        self.attribute = attribute
        self.expr = expr
        self.content: ast.Expr | None = None
        self.file = file
        self.inside: Attrs | None = None
        self.level: str | None = None
        self.priority = priority
        self.order = order
        self.conditions = conditions

    def __repr__(self) -> str:
        return f"Definition({self.value!r}, {self.value_span!r})"

    @property
    def value_span(self) -> Span | None:
        """Where the value is written, with the properties around it."""
        if self.source is None:
            return None
        expr = self.expr if self.expr is not None else self.attribute.expr if self.attribute is not None else None
        return None if expr is None else Span(self.source, expr.start, expr.end)

    @property
    def name_span(self) -> Span | None:
        """Where the name of the attribute is written; that of the value if there is no name."""
        if self.source is None or self.attribute is None:
            return self.value_span
        return Span(self.source, self.attribute.name_start, self.attribute.name_end)

    @property
    def value_expr(self) -> ast.Expr | None:
        """The expression of the value itself, without properties around it."""
        if self.content is not None:
            return self.content
        return self.expr if self.expr is not None else None if self.attribute is None else self.attribute.expr

    def child(self, attributes: Attrs, name: str) -> Definition:
        """The definition of `name` that this definition, whose forced value is `attributes`, contains."""
        place = None if attributes.positions is None else attributes.positions.get(name)
        if place is None:
            made = Definition(attributes[name], self.source, None, self.value_expr, file=self.file)
        else:
            made = Definition(attributes[name], place[0], place[1], file=self.file)
        made.priority = self.priority
        made.conditions = self.conditions
        made.inside = self.inside
        made.level = self.level
        return made

    def elements(self, values: tuple[Any, ...], expr: ast.Expr | None = None) -> list[Definition]:
        """Definitions of the elements of a list, with places of their own where the list is written out."""
        expr = self.value_expr if expr is None else expr
        items: Iterable[ast.Expr | None] = getattr(expr, "items", ())
        items = items if len(tuple(items)) == len(values) else (expr,) * len(values)
        return [Definition(value, self.source, None, item, file=self.file) for value, item in zip(values, items, strict=True)]

    def with_value(self, value: Any, expr: ast.Expr | None = None) -> Definition:
        """This definition with another value, which `expr` says if that is known: the same place, seen from outside."""
        made = Definition(value, self.source, self.attribute, self.expr, file=self.file)
        made.content = expr
        made.inside, made.level = self.inside, self.level
        made.priority, made.order, made.conditions = self.priority, self.order, self.conditions
        return made


def property_kind(evaluator: Evaluator, value: Any) -> str | None:
    """`"if"`, `"merge"`, `"override"`, `"order"` or `"definition"` for a forced value that is a property, else None."""
    if not isinstance(value, Attrs) or "_type" not in value:
        return None
    kind = evaluator.force(value["_type"])
    if not isinstance(kind, str) or kind not in _PROPERTIES:
        return None
    for name in _PROPERTIES[kind]:
        if name not in value:
            raise EvalError("CB112", f"attribute '{name}' missing in a set with `_type = \"{kind}\"`", value.name_span("_type"))
    return str(kind)


_DEEPEST = 500
"""Deeper than anybody nests properties; one that contains itself stops here."""

_PROPERTIES = {
    "if": ("condition", "content"),
    "merge": ("contents",),
    "override": ("priority", "content"),
    "order": ("priority", "content"),
    "definition": ("value",),
}
"""What every property has."""


def push_down(evaluator: Evaluator, definition: Definition, depth: int = 0) -> list[Definition]:
    """The definitions without properties that a definition stands for: values forced, conditions only collected.

    The list of a `mkMerge` may be an `Unknown`: then that is the value, for the caller to report. A property that stands where
    Nix does not look for it is a value as well (`misplacement`).
    """
    if depth > _DEEPEST:
        raise LimitError("CB190", f"`mkIf`, `mkMerge` and the like are nested more than {_DEEPEST} deep", definition.value_span)
    value = definition.value = evaluator.force(definition.value)
    kind = property_kind(evaluator, value)
    if kind is None:
        return [definition]
    if definition.inside is not None and not may_stand_in(kind, evaluator.force(definition.inside["_type"])):
        return [definition]
    if kind == "merge":
        contents = evaluator.force(value["contents"])
        written = _argument(definition, "mkMerge", 0)
        if not isinstance(contents, tuple):
            return [definition.with_value(contents, written)]
        found: list[Definition] = []
        for part in definition.elements(contents, written):
            part.attribute = definition.attribute
            part.inside, part.level = definition.inside, definition.level
            part.priority, part.order, part.conditions = definition.priority, definition.order, definition.conditions
            found += push_down(evaluator, part, depth + 1)
        return found
    if kind == "if":
        inner = definition.with_value(value["content"], _argument(definition, "mkIf", 1))
        inner.conditions = (*definition.conditions, value["condition"])
        return push_down(evaluator, inner, depth + 1)
    if kind == "definition":
        return push_down(evaluator, definition.with_value(value["value"]), depth + 1)
    inner = definition.with_value(value["content"], _last_argument(definition))
    inner.inside = value
    priority = evaluator.force(value["priority"])
    if isinstance(priority, int):
        if kind == "override":
            inner.priority = priority
        else:
            inner.order = priority
    return push_down(evaluator, inner, depth + 1)


_NAMES = {
    ("override", 50): "mkForce",
    ("override", 1000): "mkDefault",
    ("override", 1500): "mkOptionDefault",
    ("order", 500): "mkBefore",
    ("order", 1500): "mkAfter",
}


def property_name(evaluator: Evaluator, value: Attrs) -> str:
    """The function of `lib` that makes such a property."""
    kind = evaluator.force(value["_type"])
    if kind not in ("override", "order"):
        return {"if": "mkIf", "merge": "mkMerge"}.get(kind, "mkDefinition")
    return _NAMES.get((kind, evaluator.force(value["priority"])), "mkOverride" if kind == "override" else "mkOrder")


def may_stand_in(kind: str, around: str) -> bool:
    """Whether Nix looks at a property of one kind within an `override` or `order`: it takes off the kinds in one order only."""
    return kind == "definition" or (kind == "order" and around == "override")


def misplaced(evaluator: Evaluator, value: Attrs, around: Attrs, span: Span | None) -> Diagnostic:
    """What to say of a property inside of one that has to be inside of it, or of its own kind."""
    inner, outer = property_name(evaluator, value), property_name(evaluator, around)
    kind = evaluator.force(value["_type"])
    hint = (
        f"turn them around: `lib.{inner} … (lib.{outer} …)`" if kind != evaluator.force(around["_type"]) else "keep one of them"
    )
    return error("CB228", f"`{inner}` cannot stand inside of `{outer}`", span, help=hint)


def misplacement(evaluator: Evaluator, definition: Definition) -> Diagnostic | None:
    """What is wrong if the value of a definition that was pushed down is a property still: Nix takes it for a value."""
    if definition.inside is None or property_kind(evaluator, definition.value) is None:
        return None
    return misplaced(evaluator, definition.value, definition.inside, definition.value_span)


def strongest(definitions: list[Definition]) -> list[Definition]:
    """Those with the best (lowest) priority, in the given order."""
    if len(definitions) < 2:
        return definitions
    best = min(d.priority for d in definitions)
    return [d for d in definitions if d.priority == best]


def not_overridden(evaluator: Evaluator, definitions: Sequence[Definition]) -> Sequence[Definition]:
    """What counts of the definitions of a module that is for others to read: those that hold, of the best priority, in order.

    As given, properties and all, where none has any, or where only Nix can know which of them count.
    """
    certain: list[Definition] = []
    doubtful: list[Definition] = []
    try:
        parts = [part for definition in definitions for part in push_down(evaluator, definition)]
        if all(part is definition for part, definition in zip(parts, definitions, strict=False)) and len(parts) == len(
            definitions
        ):
            return definitions
        for part in parts:
            conditions = [evaluator.force(condition) for condition in part.conditions]
            if misplacement(evaluator, part) is not None and property_kind(evaluator, part.value) not in _MODULES:
                doubtful.append(part)
            elif not any(condition is False for condition in conditions):
                (certain if all(condition is True for condition in conditions) else doubtful).append(part)
    except DiagnosticError:
        return definitions
    kept = strongest(certain)
    if doubtful and (not kept or any(part.priority <= kept[0].priority for part in doubtful)):
        return definitions
    return ordered(kept)


_MODULES = ("if", "override")
"""Properties that Nix takes for modules, where it wants one: those of the module's `config`."""


def ordered(definitions: list[Definition]) -> list[Definition]:
    """Sorted by `mkOrder`, `mkBefore`, `mkAfter`; otherwise as given."""
    if all(d.order == DEFAULT_ORDER for d in definitions):
        return definitions
    return sorted(definitions, key=lambda d: d.order)


def _called(definition: Definition) -> tuple[str, tuple[ast.Expr, ...]] | None:
    """The last name of the function and the arguments if the value is written as a call."""
    expr = definition.value_expr
    function, arguments = getattr(expr, "function", None), getattr(expr, "arguments", ())
    if function is None:
        return None
    path = getattr(function, "path", None)
    name = getattr(path[-1], "name", "") if path else getattr(function, "name", "")
    return (name if isinstance(name, str) else ""), arguments


def is_property_call(definition: Definition) -> bool:
    """Whether the value is written as a call of `mkIf`, `mkForce` or the like."""
    called = _called(definition)
    return called is not None and called[0].startswith("mk")


def _argument(definition: Definition, function: str, index: int) -> ast.Expr | None:
    called = _called(definition)
    return called[1][index] if called is not None and called[0] == function and len(called[1]) > index else None


def _last_argument(definition: Definition) -> ast.Expr | None:
    """The content of `mkForce x` and the like, where written so."""
    called = _called(definition)
    if called is None or not called[0].startswith("mk"):
        return None
    return called[1][-1]

"""What modules state: definitions that may hold or not, and the properties (`mkIf`, `mkForce`, …) they are wrapped in.

The rules are those of `pushDownProperties`, `dischargeProperties` and `filterOverrides` in nixpkgs' `lib/modules.nix`, with one
addition: a condition that only NixOS can decide leaves a *doubt* on all that depends on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.diagnostics import Span
from clanback.modules.definition import may_stand_in
from clanback.nix.ast import Apply, List, Select, StaticName, Var
from clanback.nix.errors import EvalError
from clanback.nix.values import Attrs, OpenAttrs, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clanback.nix import ast
    from clanback.nix.evaluator import Evaluator

PLAIN_PRIORITY = 100
PLAIN_ORDER = 1000
_DEEPEST = 100


class Statement:
    """A value that a module gives to something.

    `span` is where the value is written, `name_span` where the name it is given to is; `expr` its expression, where there is one.
    `doubt` is the unknown condition on which it depends, None if it certainly holds. `priority` is None until an override is met.
    `inside` is the `mkForce` or `mkBefore` whose content it is, if any.
    """

    __slots__ = ("doubt", "expr", "inside", "name_span", "order", "priority", "span", "value")

    def __init__(
        self,
        value: Any,
        span: Span | None = None,
        name_span: Span | None = None,
        expr: ast.Expr | None = None,
        doubt: Unknown | None = None,
        priority: int | None = None,
        order: int = PLAIN_ORDER,
        inside: Attrs | None = None,
    ) -> None:
        self.value = value
        self.span = span
        self.name_span = name_span
        self.expr = expr
        self.doubt = doubt
        self.priority = priority
        self.order = order
        self.inside = inside

    def but(self, **changes: Any) -> Statement:
        """The same statement with some of its attributes changed."""
        made = Statement(self.value, self.span, self.name_span, self.expr, self.doubt, self.priority, self.order, self.inside)
        for name, value in changes.items():
            setattr(made, name, value)
        return made

    @property
    def text(self) -> str:
        """The source text of the value."""
        return self.span.text if self.span is not None else "…"


def known(evaluator: Evaluator, value: Any, span: Span | None = None) -> Any:
    """`value` forced; what cannot be evaluated here is an Unknown, since Nix, with all inputs there, may be able to."""
    try:
        return evaluator.force(value)
    except EvalError as failed:
        text = span.text if span is not None else "…"
        return Unknown(text, f"it cannot be evaluated here: {failed.message}", span or failed.diagnostic.span)


def member(statement: Statement, attributes: Attrs, name: str) -> Statement:
    """What `statement`, whose forced value is `attributes`, states for `name`, which is in there."""
    place = attributes.positions.get(name) if attributes.positions is not None else None
    if place is None:
        return statement.but(value=attributes[name])
    source, attribute = place
    return Statement(
        attributes[name],
        Span(source, attribute.expr.start, attribute.expr.end),
        Span(source, attribute.name_start, attribute.name_end),
        attribute.expr,
        statement.doubt,
        statement.priority,
        statement.order,
        statement.inside,
    )


def elements(statement: Statement, values: tuple[Any, ...], expr: ast.Expr | None = None) -> list[Statement]:
    """What `statement`, whose forced value is the list `values`, states for each element, with its own place if written out."""
    written = statement.expr if expr is None else expr
    if isinstance(written, List) and len(written.items) == len(values) and statement.span is not None:
        source = statement.span.source
        return [
            statement.but(value=value, expr=item, span=Span(source, item.start, item.end))
            for value, item in zip(values, written.items, strict=True)
        ]
    return [statement.but(value=value, expr=None) for value in values]


class _EndlessError(Exception):
    """Properties that contain themselves."""


def plain(evaluator: Evaluator, statement: Statement) -> list[Statement]:
    """The statements without properties that `statement` stands for, their values forced.

    What stands inside of `mkForce` or `mkBefore` and is not looked for there stays as it is, as a value. An unknown list of
    `mkMerge` gives one statement of unknown value, and so do properties without end, however many there are.
    """
    try:
        return list(_plain(evaluator, statement, 0))
    except _EndlessError:
        return [statement.but(value=Unknown(statement.text, "properties in properties without end", statement.span))]


def _plain(evaluator: Evaluator, statement: Statement, depth: int) -> Iterator[Statement]:
    value = known(evaluator, statement.value, statement.span)
    kind = property_kind(evaluator, value)
    if depth > _DEEPEST:
        raise _EndlessError
    if kind is None or _is_misplaced(evaluator, statement, kind):
        yield statement if value is statement.value else statement.but(value=value)
    elif kind == "merge":
        contents = known(evaluator, value.get("contents"), statement.span)
        if isinstance(contents, tuple):
            for part in elements(statement, contents, _argument(statement, "mkMerge", 0)):
                yield from _plain(evaluator, part, depth + 1)
        else:
            yield statement.but(value=_unknown(contents, statement))
    elif kind == "if":
        condition = known(evaluator, value.get("condition"), statement.span)
        if condition is True or isinstance(condition, Unknown):
            content = _content(statement, value.get("content"), _argument(statement, "mkIf", 1))
            if condition is not True and content.doubt is None:
                content = content.but(doubt=condition)
            yield from _plain(evaluator, content, depth + 1)
    elif kind == "definition":
        yield from _plain(evaluator, _content(statement, value.get("value"), None), depth + 1)
    else:
        content = _content(statement, value.get("content"), _argument(statement, None, -1)).but(inside=value)
        number = known(evaluator, value.get("priority"), statement.span)
        if isinstance(number, int) and kind == "override" and statement.priority is None:
            content = content.but(priority=number)
        elif isinstance(number, int) and kind == "order":
            content = content.but(order=number)
        yield from _plain(evaluator, content, depth + 1)


def _is_misplaced(evaluator: Evaluator, statement: Statement, kind: str) -> bool:
    if statement.inside is None:
        return False
    around = property_kind(evaluator, statement.inside)
    return around is not None and not may_stand_in(kind, around)


def option_value(statement: Statement) -> Statement:
    """A statement that was settled, as the value of its option: what is in it has properties of its own."""
    return statement.but(priority=None, order=PLAIN_ORDER, inside=None)


def property_kind(evaluator: Evaluator, value: Any) -> str | None:
    """`"merge"`, `"if"`, `"override"`, `"order"` or `"definition"` for a value that is a property, else None."""
    if not isinstance(value, Attrs) or "_type" not in value:
        return None
    kind = known(evaluator, value["_type"])
    return str(kind) if isinstance(kind, str) and kind in ("merge", "if", "override", "order", "definition") else None


def below(evaluator: Evaluator, statements: Sequence[Statement], path: Sequence[str]) -> tuple[list[Statement], list[Unknown]]:
    """The statements for the option `path`, and the unknowns that may hold further ones.

    Properties on the way are pushed down; what is no set on the way has nothing to say of the option.
    """
    doubts: list[Unknown] = []
    for name in path:
        inner: list[Statement] = []
        for statement in statements:
            for found in plain(evaluator, statement):
                value = found.value
                if isinstance(value, Unknown):
                    doubts.append(value)
                elif found.inside is not None and property_kind(evaluator, value) is not None:
                    doubts.append(Unknown(found.text, "properties stand here where Nix does not look for them", found.span))
                elif isinstance(value, Attrs):
                    if name in value:
                        inner.append(member(found, value, name))
                    elif isinstance(value, OpenAttrs):
                        missing: Any = value.unknown(name, found.span)  # of `options` it is an option
                        reason = "only NixOS knows it"
                        doubts.append(missing if isinstance(missing, Unknown) else Unknown(found.text, reason, found.span))
        statements = inner
    return list(statements), doubts


def settle(evaluator: Evaluator, statements: Sequence[Statement], left_out: list[Statement] | None = None) -> list[Statement]:
    """The plain statements for one option that count: those of the best priority, in NixOS' order; others go to `left_out`.

    One that holds only perhaps cannot take away what certainly holds; but if it would, the certain one is in doubt as well.
    """
    found = [part for statement in statements for part in plain(evaluator, statement)]
    if any(part.priority is not None for part in found):
        priorities = [PLAIN_PRIORITY if part.priority is None else part.priority for part in found]
        best = min((p for p, part in zip(priorities, found, strict=True) if part.doubt is None), default=None)
        if best is not None:
            stronger = next(
                (part.doubt for p, part in zip(priorities, found, strict=True) if part.doubt is not None and p < best), None
            )
            kept = [part for p, part in zip(priorities, found, strict=True) if p <= best]
            if left_out is not None:
                left_out += [part for p, part in zip(priorities, found, strict=True) if p > best]
            found = kept if stronger is None else [part.but(doubt=part.doubt or stronger) for part in kept]
    if any(part.order != PLAIN_ORDER for part in found):
        found.sort(key=lambda part: part.order)
    return found


def _content(statement: Statement, value: Any, expr: ast.Expr | None) -> Statement:
    if expr is None or statement.span is None:
        return statement.but(value=value, expr=None)
    return statement.but(value=value, expr=expr, span=Span(statement.span.source, expr.start, expr.end))


def _unknown(value: Any, statement: Statement) -> Unknown:
    if isinstance(value, Unknown):
        return value
    return Unknown(statement.text, "`mkMerge` wants a list", statement.span)


def _argument(statement: Statement, function: str | None, index: int) -> ast.Expr | None:
    """The argument of the call that the value is written as, `lib.mkIf condition content`, so that it keeps its own place."""
    expr = statement.expr
    if not isinstance(expr, Apply):
        return None
    callee: Any = expr.function
    if isinstance(callee, Select):
        callee = callee.path[-1]
    name = callee.name if isinstance(callee, Var | StaticName) else ""
    if (name == function or (function is None and name.startswith("mk"))) and len(expr.arguments) > index:
        return expr.arguments[index]
    return None

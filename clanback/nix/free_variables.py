"""Which names an expression takes from around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from clanback.nix import ast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_Bound: TypeAlias = "tuple[frozenset[str], _Bound] | None"
"""The names bound around a node, innermost first."""


class FreeVariable:
    """A name that is not bound inside the expression: `occurrences` are its uses, in no promised order.

    `always_in_with` says whether each of them is in the body of a `with` inside the expression, which may give it its value.
    `scopes` are those `with`s' scope expressions, the innermost first, of every use that is in one.
    """

    __slots__ = ("always_in_with", "name", "occurrences", "scopes")

    def __init__(self, name: str) -> None:
        self.name = name
        self.occurrences: list[ast.Var] = []
        self.always_in_with = True
        self.scopes: list[tuple[ast.Expr, ...]] = []

    def __repr__(self) -> str:
        return f"FreeVariable({self.name!r}, {len(self.occurrences)} uses, always_in_with={self.always_in_with})"


def free_variables(expressions: Iterable[ast.Expr]) -> dict[str, FreeVariable]:
    """The free variables of some expressions, by name. Global names (`map`) are among them, since they can be shadowed."""
    found: dict[str, FreeVariable] = {}
    pending: list[tuple[ast.Expr, _Bound, tuple[ast.Expr, ...]]] = [(expr, None, ()) for expr in expressions]
    while pending:
        node, bound, scopes = pending.pop()
        if type(node) is ast.Var:
            if not _is_bound(node.name, bound):
                variable = found.get(node.name)
                if variable is None:
                    variable = found[node.name] = FreeVariable(node.name)
                variable.occurrences.append(node)
                if scopes:
                    variable.scopes.append(scopes)
                else:
                    variable.always_in_with = False
        elif type(node) is ast.Lambda:
            names = lambda_names(node)
            inner: _Bound = (frozenset(names), bound)
            pending.append((node.body, inner, scopes))
            pending += [(formal.default, inner, scopes) for formal in node.formals or () if formal.default is not None]
        elif type(node) is ast.Let:
            inner = (frozenset(node.attributes), bound)
            pending += _attributes(node.attributes.values(), inner, bound, scopes)
            pending.append((node.body, inner, scopes))
        elif type(node) is ast.LegacyLet:
            pending.append((node.attrset, bound, scopes))
        elif type(node) is ast.AttrSet:
            inner = (frozenset(node.attributes), bound) if node.recursive else bound
            pending += _attributes(node.attributes.values(), inner, bound, scopes)
            for dynamic in node.dynamic:
                pending += [(dynamic.name, inner, scopes), (dynamic.expr, inner, scopes)]
        elif type(node) is ast.With:
            pending.append((node.scope, bound, scopes))
            pending.append((node.body, bound, (node.scope, *scopes)))
        else:
            pending += [(child, bound, scopes) for child in children(node)]
    return found


def lambda_names(node: ast.Lambda) -> list[str]:
    """The names that a function binds: its formals, and its parameter or the name of its whole argument."""
    names = [formal.name for formal in node.formals or ()]
    if node.param is not None:
        names.append(node.param)
    return names


def children(node: ast.Expr) -> Iterable[ast.Expr]:
    """The expressions directly inside a node, as desugared; names of paths that are computed included."""
    inside = _CHILDREN.get(type(node))
    return () if inside is None else inside(node)


def _parts(node: ast.String | ast.Path) -> Iterable[ast.Expr]:
    return [part for part in node.parts if type(part) is not str]  # type: ignore[misc]


def _select(node: ast.Select) -> Iterable[ast.Expr]:
    found = [node.subject, *(name.expr for name in node.path if type(name) is ast.DynamicName)]
    if node.default is not None:
        found.append(node.default)
    return found


def _has_attr(node: ast.HasAttr) -> Iterable[ast.Expr]:
    return [node.subject, *(name.expr for name in node.path if type(name) is ast.DynamicName)]


def _attrset(node: ast.AttrSet) -> Iterable[ast.Expr]:
    found = [_written(attribute) for attribute in node.attributes.values()]
    for dynamic in node.dynamic:
        found += (dynamic.name, dynamic.expr)
    return found


def _lambda(node: ast.Lambda) -> Iterable[ast.Expr]:
    return [*(formal.default for formal in node.formals or () if formal.default is not None), node.body]


_CHILDREN: dict[type, Callable[[Any], Iterable[ast.Expr]]] = {
    ast.String: _parts,
    ast.Path: _parts,
    ast.Select: _select,
    ast.HasAttr: _has_attr,
    ast.AttrSet: _attrset,
    ast.Let: lambda node: [*(_written(attribute) for attribute in node.attributes.values()), node.body],
    ast.LegacyLet: lambda node: (node.attrset,),
    ast.List: lambda node: node.items,
    ast.Lambda: _lambda,
    ast.With: lambda node: (node.scope, node.body),
    ast.If: lambda node: (node.condition, node.consequence, node.alternative),
    ast.Assert: lambda node: (node.condition, node.body),
    ast.Apply: lambda node: (node.function, *node.arguments),
    ast.Unary: lambda node: (node.operand,),
    ast.Binary: lambda node: (node.left, node.right),
    ast.File: lambda node: (node.expr,),
}


def _written(attribute: ast.Attribute) -> ast.Expr:
    """The expression of an attribute; for `inherit (e) a` that is `e`, shared by all names of the `inherit`."""
    expr = attribute.expr
    return expr.subject if attribute.inherited == "source" and isinstance(expr, ast.Select) else expr


def _attributes(
    attributes: Iterable[ast.Attribute], inner: _Bound, outer: _Bound, scopes: tuple[ast.Expr, ...]
) -> Iterator[tuple[ast.Expr, _Bound, tuple[ast.Expr, ...]]]:
    shared: set[int] = set()
    for attribute in attributes:
        if attribute.inherited == "scope":
            yield attribute.expr, outer, scopes
            continue
        expr = _written(attribute)
        if attribute.inherited == "source":
            if id(expr) in shared:
                continue
            shared.add(id(expr))
        yield expr, inner, scopes


def _is_bound(name: str, bound: _Bound) -> bool:
    while bound is not None:
        if name in bound[0]:
            return True
        bound = bound[1]
    return False

"""What a piece of a module needs around it, and the text that gives it that."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from clanback.inventory.machine_modules.excerpt import Pieces, joined
from clanback.nix import ast
from clanback.nix.free_variables import FreeVariable, free_variables

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Binder: TypeAlias = "ast.Let | ast.AttrSet | ast.Lambda | ast.With"


class Needs:
    """The names that a piece of a module takes from around it."""

    __slots__ = ("variables",)

    def __init__(self, variables: dict[str, FreeVariable]) -> None:
        self.variables = variables

    @classmethod
    def of(cls, expressions: Iterable[ast.Expr]) -> Needs:
        """Those of some expressions together."""
        return cls(free_variables(expressions))

    def add(self, expressions: Iterable[ast.Expr]) -> None:
        """And those of some more."""
        self.merge(Needs.of(expressions))

    def merge(self, more: Needs) -> None:
        """And those of another piece."""
        for name, variable in more.variables.items():
            there = self.variables.get(name)
            if there is None:
                self.variables[name] = variable
            else:
                there.occurrences += variable.occurrences
                there.scopes += variable.scopes
                there.always_in_with = there.always_in_with and variable.always_in_with


class Layer:
    """Something that stands around the module's body: the bindings of a `let`, or `with …;`; names it binds and those it uses."""

    __slots__ = ("binds", "is_let", "text", "uses")

    def __init__(self, text: Pieces, binds: frozenset[str], uses: frozenset[str], is_let: bool = True) -> None:
        self.text = text
        self.binds = binds
        self.uses = uses
        self.is_let = is_let


def wrapped(layers: Sequence[Layer], text: Pieces) -> Pieces:
    """The text of an expression inside its layers, innermost first. `let`s that cannot be confused become one."""
    merged: list[Layer] = []
    for layer in layers:
        inner = merged[-1] if merged else None
        if inner is not None and inner.is_let and layer.is_let and inner.binds.isdisjoint(layer.binds | layer.uses):
            merged[-1] = Layer([*layer.text, *inner.text], inner.binds | layer.binds, inner.uses | layer.uses)
        else:
            merged.append(layer)
    for layer in merged:
        text = ["let\n", *layer.text, "in\n", *text] if layer.is_let else [*layer.text, *text]
    return joined(text)


class Carried:
    """What a piece of a module needs around it: layers, innermost first, and names to be taken as module arguments."""

    __slots__ = ("arguments", "layers")

    def __init__(self, arguments: set[str] | None = None) -> None:
        self.layers: list[Layer] = []
        self.arguments = arguments or set()

"""Where an expression stands: its parents, and the bindings and `with`s around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.nix import ast
from clanback.nix.free_variables import children

if TYPE_CHECKING:
    from collections.abc import Iterator


class Ancestry:
    """The parents of all expressions of one file, by identity of the nodes."""

    def __init__(self, file: ast.File) -> None:
        self.file = file
        self._parents: dict[int, ast.Expr] = {}
        pending: list[ast.Expr] = [file]
        parents = self._parents
        while pending:
            node = pending.pop()
            for child in children(node):
                parents[id(child)] = node
                pending.append(child)

    def knows(self, node: ast.Expr) -> bool:
        """Whether the node belongs to this file."""
        return node is self.file or id(node) in self._parents

    def parents(self, node: ast.Expr) -> Iterator[tuple[ast.Expr, ast.Expr]]:
        """Pairs of an expression and its parent, from `node` outwards."""
        while (parent := self._parents.get(id(node))) is not None:
            yield node, parent
            node = parent

    def binders(self, node: ast.Expr) -> list[ast.Let | ast.AttrSet | ast.Lambda | ast.With]:
        """What binds names around `node`, the innermost first: `let`, `rec` sets, functions, and `with` around its body."""
        found: list[ast.Let | ast.AttrSet | ast.Lambda | ast.With] = []
        for child, parent in self.parents(node):
            if isinstance(parent, ast.AttrSet):
                if parent.recursive:
                    found.append(parent)
            elif isinstance(parent, ast.Let | ast.Lambda) or (isinstance(parent, ast.With) and parent.body is child):
                found.append(parent)
        return found

"""Bindings of an attribute set as they are written, with the comments that belong to them.

A set need not stand in one place: `machines.a.x = 1; machines.a.y = 2;` writes the set of `a` in two bindings.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from clanback.nix import ast

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clanback.diagnostics import Source
    from clanback.nix.ancestry import Ancestry

_TRIVIA = re.compile(r"(?:\s+|#[^\n]*|/\*.*?\*/)*", re.DOTALL)
_TRAILING = re.compile(r"[ \t]*(?:#[^\n]*|/\*[^\n]*?\*/(?=[ \t]*\n))")
_NO_COMMENT = re.compile(r"\s*")


@attrs.frozen(eq=False)
class Item:
    """One binding of a set: `names` is its path inside that set (empty for an `inherit`).

    `start` and `end` are the range with its comments; `name_start` is where the path inside the set begins.
    """

    names: tuple[ast.AttrName, ...]
    binding: ast.Binding | ast.Inherit
    start: int
    end: int

    @property
    def name_start(self) -> int:
        """Where the binding's path, as far as it is inside the set, begins."""
        return self.names[0].start if self.names else self.binding.start

    @property
    def expressions(self) -> list[ast.Expr]:
        """The expressions inside: value and computed names; the names of an `inherit` as variables."""
        if isinstance(self.binding, ast.Binding):
            return [self.binding.value, *(name.expr for name in self.names if isinstance(name, ast.DynamicName))]
        if self.binding.source is not None:
            return [self.binding.source]
        return [ast.Var(name.start, name.end, name.name) for name in self.binding.names]


def items_of(source: Source, node: ast.AttrSet | ast.Let) -> list[Item]:
    """The bindings written inside a set's own braces, or inside a `let`."""
    text = source.text
    at = brace(source, node) + 1 if isinstance(node, ast.AttrSet) else _behind_let(text, node.start)
    items = []
    for binding in node.bindings:
        start = _NO_COMMENT.match(text, at).end()  # type: ignore[union-attr]
        trailing = _TRAILING.match(text, binding.end)
        end = trailing.end() if trailing is not None else binding.end
        names = binding.path if isinstance(binding, ast.Binding) else ()
        items.append(Item(names, binding, min(start, binding.start), end))
        at = end
    return items


def brace(source: Source, node: ast.AttrSet) -> int:
    """Offset of the `{` of a set that is written out."""
    text = source.text
    at = node.start
    while text[at] != "{":
        step = _TRIVIA.match(text, at).end()  # type: ignore[union-attr]
        at = step if step > at else at + (3 if text.startswith("rec", at) else 1)
    return at


def closing_brace(source: Source, node: ast.AttrSet) -> int:
    """Offset of the `}` of a set that is written out."""
    at = node.bindings[-1].end if node.bindings else brace(source, node) + 1
    return _TRIVIA.match(source.text, at).end()  # type: ignore[union-attr]


def written_items(source: Source, ancestry: Ancestry, node: ast.AttrSet) -> tuple[list[Item], bool]:
    """All bindings of a set, wherever they are written, and whether that is inside the set's own braces alone."""
    names: list[str] = []
    top = node
    for child, parent in ancestry.parents(node):
        if child is not top or not isinstance(parent, ast.AttrSet):
            break
        name = next((a.name for a in parent.attributes.values() if a.expr is child and a.inherited is None), None)
        if name is None:
            break
        names.insert(0, name)
        top = parent
    items = list(_found(source, items_of(source, top), names))
    own = (
        not node.implicit
        and len(items) == len(node.bindings)
        and all(a.binding is b for a, b in zip(items, node.bindings, strict=True))
    )
    return items, own


def _found(source: Source, items: Sequence[Item], names: list[str]) -> Iterator[Item]:
    """Those of `items` that are below the path `names`, with what is left of their paths."""
    if not names:
        yield from items
        return
    for item in items:
        path = item.names
        depth = min(len(path), len(names))
        if not path or any(not isinstance(a, ast.StaticName) or a.name != b for a, b in zip(path, names, strict=False)):
            continue
        if len(path) > len(names):
            yield attrs.evolve(item, names=path[depth:])
        elif isinstance(item.binding, ast.Binding) and isinstance(item.binding.value, ast.AttrSet):
            yield from _found(source, items_of(source, item.binding.value), names[depth:])


def _behind_let(text: str, start: int) -> int:
    at = start
    while not text.startswith("let", at):
        step = _TRIVIA.match(text, at).end()  # type: ignore[union-attr]
        at = step if step > at else at + 1
    return at + 3

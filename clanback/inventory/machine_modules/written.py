"""Bindings of an attribute set as they are written, with the comments that belong to them.

A set need not stand in one place: `machines.a.x = 1; machines.a.y = 2;` writes the set of `a` in two bindings.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clanback.nix import ast

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clanback.diagnostics import Source
    from clanback.nix.ancestry import Ancestry

_TRIVIA = re.compile(r"(?:\s+|#[^\n]*|/\*.*?\*/)*", re.DOTALL)
_TRAILING = re.compile(r"[ \t]*(?:#[^\n]*|/\*[^\n]*?\*/(?=[ \t]*\n))")
_BLANK = re.compile(r"\s*")


class Item:
    """One binding of a set: `names` is its path inside that set (empty for an `inherit`).

    `start` and `end` are the range with its comments; `name_start` is where the path inside the set begins.
    """

    __slots__ = ("binding", "end", "names", "start")

    def __init__(self, names: tuple[ast.AttrName, ...], binding: ast.Binding | ast.Inherit, start: int, end: int) -> None:
        self.names = names
        self.binding = binding
        self.start = start
        self.end = end

    def below(self, depth: int) -> Item:
        """The same binding seen from inside the sets that the first names of its path lead to."""
        return Item(self.names[depth:], self.binding, self.start, self.end)

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


class Written:
    """The bindings of one file's sets, as written. What is found once is kept."""

    def __init__(self, source: Source, ancestry: Ancestry) -> None:
        self.source = source
        self.ancestry = ancestry
        self._items: dict[int, list[Item]] = {}
        self._by_name: dict[int, dict[tuple[str, ...], list[Item]]] = {}
        """Bindings by their first name, by their first two, and (those of one name) by that and the empty name."""
        self._names: dict[int, dict[int, str]] = {}

    def items(self, node: ast.AttrSet | ast.Let) -> list[Item]:
        """The bindings written inside a set's own braces, or inside a `let`."""
        found = self._items.get(id(node))
        if found is None:
            found = self._items[id(node)] = self._read(node)
        return found

    def _read(self, node: ast.AttrSet | ast.Let) -> list[Item]:
        text = self.source.text
        if not node.bindings:
            return []
        at = brace(text, node) + 1 if isinstance(node, ast.AttrSet) else _behind_let(text, node.start)
        items = []
        for binding in node.bindings:
            blank = _BLANK.match(text, at)
            trailing = _TRAILING.match(text, binding.end)
            start = blank.end() if blank is not None else at
            end = trailing.end() if trailing is not None else binding.end
            items.append(Item(binding.path if isinstance(binding, ast.Binding) else (), binding, min(start, binding.start), end))
            at = end
        return items

    def everywhere(self, node: ast.AttrSet) -> tuple[list[Item], bool]:
        """All bindings of a set, wherever they are written, and whether that is inside the set's own braces alone."""
        names: list[str] = []
        top = node
        for child, parent in self.ancestry.parents(node):
            if child is not top or not isinstance(parent, ast.AttrSet):
                break
            name = self._name_in(parent, child)
            if name is None:
                break
            names.insert(0, name)
            top = parent
        items = list(self._below(top, names)) if names else self.items(top)
        own = (
            not node.implicit
            and len(items) == len(node.bindings)
            and all(a.binding is b for a, b in zip(items, node.bindings, strict=True))
        )
        return items, own

    def _name_in(self, parent: ast.AttrSet, child: ast.Expr) -> str | None:
        names = self._names.get(id(parent))
        if names is None:
            names = {id(a.expr): a.name for a in parent.attributes.values() if a.inherited is None}
            self._names[id(parent)] = names
        return names.get(id(child))

    def _below(self, node: ast.AttrSet, names: Sequence[str]) -> Iterator[Item]:
        """The bindings below the path `names` of a set that is written out, with what is left of their paths."""
        grouped = self._by_name.get(id(node))
        if grouped is None:
            grouped = self._by_name[id(node)] = {}
            for item in self.items(node):
                first, second = (*item.names, None, None)[:2]
                if isinstance(first, ast.StaticName):
                    grouped.setdefault((first.name,), []).append(item)
                    if second is None or isinstance(second, ast.StaticName):
                        grouped.setdefault((first.name, "" if second is None else second.name), []).append(item)
        if len(names) == 1:
            found = grouped.get((names[0],), [])
        else:  # `machines.NAME.…` may be written a thousand times: only those of this name are looked at
            found = [*grouped.get((names[0], ""), ()), *grouped.get((names[0], names[1]), ())]
            found.sort(key=lambda item: item.start)
        for item in found:
            path = item.names
            if any(not isinstance(a, ast.StaticName) or a.name != b for a, b in zip(path, names, strict=False)):
                continue
            if len(path) > len(names):
                yield item.below(len(names))
            elif isinstance(item.binding, ast.Binding) and isinstance(item.binding.value, ast.AttrSet):
                if len(path) == len(names):
                    yield from self.items(item.binding.value)
                else:
                    yield from self._below(item.binding.value, names[len(path) :])


def brace(text: str, node: ast.AttrSet) -> int:
    """Offset of the `{` of a set that is written out."""
    at = node.start
    while text[at] != "{":
        step = _after_trivia(text, at)
        at = step if step > at else at + (3 if text.startswith("rec", at) else 1)
    return at


def closing_brace(text: str, node: ast.AttrSet) -> int:
    """Offset of the `}` of a set that is written out."""
    at = node.bindings[-1].end if node.bindings else brace(text, node) + 1
    return _after_trivia(text, at)


def _after_trivia(text: str, at: int) -> int:
    """Offset of what follows white space and comments."""
    found = _TRIVIA.match(text, at)
    assert found is not None, "it matches the empty text, too"
    return found.end()


def _behind_let(text: str, start: int) -> int:
    at = start
    while not text.startswith("let", at):
        step = _after_trivia(text, at)
        at = step if step > at else at + 1
    return at + 3

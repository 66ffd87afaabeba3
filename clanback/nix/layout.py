"""Lays out text in lines: documents of text, possible line breaks and groups that are broken as a whole or not at all.

The idea is Wadler's ("A prettier printer"); nothing here recurses, so documents may be nested to any depth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

_NEVER_FLAT: Final = 1_000_000_000


class Break:
    """A place where a line may end: `flat` is what stands there in a group that is not broken."""

    __slots__ = ("flat", "width")

    def __init__(self, flat: str, width: int) -> None:
        self.flat = flat
        self.width = width


LINE: Final = Break(" ", 1)
"""A space, or a new line."""
SOFT: Final = Break("", 0)
"""Nothing, or a new line."""
HARD: Final = Break("", _NEVER_FLAT)
"""Always a new line; breaks every group around it."""


class Document:
    """Parts one after the other; `group` breaks its own breaks together or not at all, `nest` indents the lines begun inside."""

    __slots__ = ("group", "nest", "parts", "width")

    def __init__(self, parts: Iterable[Doc], *, nest: bool = False, group: bool = False) -> None:
        self.parts = tuple(parts)
        self.nest = nest
        self.group = group
        self.width: int = sum(len(part) if isinstance(part, str) else part.width for part in self.parts)


Doc: TypeAlias = str | Break | Document


def concat(*parts: Doc) -> Document:
    """Parts one after the other."""
    return Document(parts)


def nest(*parts: Doc) -> Document:
    """Parts one after the other, lines begun inside indented by one more step."""
    return Document(parts, nest=True)


def group(*parts: Doc) -> Document:
    """Parts on one line if that fits, else with all its own breaks as new lines."""
    return Document(parts, group=True)


def is_flat(doc: Doc) -> bool:
    """Whether the document can stand on one line at all."""
    return isinstance(doc, str) or doc.width < _NEVER_FLAT


def render(doc: Doc, *, width: int = 100, indent: int = 0, step: str = "  ") -> str:
    """The text of a document in lines of at most `width` columns where possible; all but the first begin `indent` steps in."""
    out: list[str] = []
    column = indent * len(step)
    fresh = False  # a new line has begun and its indentation is not written yet
    pending: list[tuple[Doc, int, bool]] = [(doc, indent, False)]
    at_indent = indent
    while pending:
        item, depth, flat = pending.pop()
        if isinstance(item, str):
            if item:
                if fresh:
                    out.append(step * at_indent)
                    fresh = False
                out.append(item)
                column += len(item)
        elif isinstance(item, Break):
            if flat:
                out.append(item.flat)
                column += item.width
            else:
                out.append("\n")
                fresh, at_indent = True, depth
                column = depth * len(step)
        else:
            if item.nest:
                depth += 1
            if item.group and not flat:
                flat = column + item.width <= width
            pending.extend((part, depth, flat) for part in reversed(item.parts))
    return "".join(out)

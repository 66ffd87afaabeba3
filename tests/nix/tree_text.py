"""A syntax tree as text for golden files: a node a line with its place; what bindings mean stands below them."""

from __future__ import annotations

from typing import cast

import attrs

from clanback.nix.ast import Attribute, AttrSet, DynamicAttribute, File, Let, Node

_PLACES = {"start", "end", "name_start", "name_end", "operator_start", "source_file"}


def tree_text(node: object, depth: int = 0, label: str = "") -> str:
    """The text of a tree."""
    pad = "  " * depth + (f"{label}: " if label else "")
    if isinstance(node, File):
        return tree_text(node.expr)
    if isinstance(node, tuple):
        if not node:
            return ""
        return "".join(tree_text(item, depth, label) for item in node)
    if isinstance(node, dict):
        return "".join(tree_text(item, depth, label) for item in node.values())
    if not isinstance(node, Node):
        return f"{pad}{node!r}\n"
    if isinstance(node, Attribute | DynamicAttribute):
        place = f"{node.name_start}..{node.name_end}"
    else:
        place = f"{node.start}..{node.end}"  # type: ignore[attr-defined]
    simple: list[str] = []
    below = ""
    for field in attrs.fields(cast("type[attrs.AttrsInstance]", type(node))):
        value = getattr(node, field.name)
        if field.name in _PLACES or value is None or value == () or value is False:
            continue
        if isinstance(value, str | int | float):
            simple.append(f"{field.name}={value!r}")
        elif field.name == "attributes" and isinstance(node, AttrSet | Let) and not _desugared(node):
            continue
        else:
            below += tree_text(value, depth + 1, field.name)
    return f"{pad}{type(node).__name__} {place}{''.join(' ' + s for s in simple)}\n{below}"


def _desugared(node: AttrSet | Let) -> bool:
    """Whether the attributes say more than the bindings as written."""
    return any(len(getattr(binding, "path", ())) != 1 for binding in node.bindings) or not node.bindings

"""The graph as a Mermaid flowchart, for Markdown that GitHub and others draw."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clanback.plan.graph import Health, Kind

if TYPE_CHECKING:
    from clanback.plan.graph import Edge, Graph, Node

_CLASSES = {
    Health.GOOD: "good",
    Health.SAVED: "saved",
    Health.UNKNOWN: "unknown",
    Health.UNSAVED: "unsaved",
    Health.NOTHING: "nothing",
}
_STYLES = (
    "classDef good stroke:#1a7f4b,stroke-width:2px",
    "classDef saved stroke:#2563a8,stroke-width:2px",
    "classDef unknown stroke:#9a6700,stroke-width:2px,stroke-dasharray:4",
    "classDef unsaved stroke:#c22f2f,stroke-width:3px",
    "classDef nothing stroke:#7a8594",
)


def mermaid(graph: Graph) -> str:
    """The text of a flowchart."""
    names = {node.name: f"n{number}" for number, node in enumerate(graph.nodes)}
    lines = ["flowchart LR"]
    for node in graph.nodes:
        style = f":::{_CLASSES[node.health]}" if node.kind is not Kind.EXTERNAL else ""
        lines.append(f"  {names[node.name]}{_shape(node)}{style}")
    for edge in graph.edges:
        arrow = "-->" if edge.off_site is not None or edge.local else "-.->"
        lines.append(f'  {names[edge.source]} {arrow}|"{_words(edge)}"| {names[edge.target]}')
    return "\n".join([*lines, *(f"  {style}" for style in _STYLES)]) + "\n"


def _shape(node: Node) -> str:
    label = text(node.label)
    if node.kind is Kind.EXTERNAL:
        return f'(["{label}"])'
    return f'[("{label}")]' if node.keeps else f'["{label}"]'


def _words(edge: Edge) -> str:
    times = ", ".join(edge.when[:2]) + (", …" if len(edge.when) > 2 else "")
    return text(times if edge.jobs == 1 else f"{edge.jobs} jobs, {times}")


def text(label: str) -> str:
    """A label in quotes: everything that could be Mermaid, Markdown or HTML is written as a number."""
    return re.sub(r"[^A-Za-z0-9 .,:/@_+…×-]", lambda match: f"#{ord(match.group())};", label)  # noqa: RUF001

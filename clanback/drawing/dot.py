"""The graph in the language of Graphviz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.plan.graph import Health, Kind

if TYPE_CHECKING:
    from clanback.plan.graph import Edge, Graph, Node

_COLOURS = {
    Health.GOOD: "#1a7f4b",
    Health.SAVED: "#2563a8",
    Health.UNKNOWN: "#9a6700",
    Health.UNSAVED: "#c22f2f",
    Health.NOTHING: "#7a8594",
}


def dot(graph: Graph) -> str:
    """The text of a directed graph."""
    lines = [
        f"digraph {quoted(graph.clan or 'clan')} {{",
        "  rankdir=LR;",
        '  node [shape=box, style=rounded, fontname="sans-serif"];',
        '  edge [fontname="sans-serif", fontsize=10, color="#5b6775"];',
    ]
    lines += [f"  {quoted(node.name)} [{_attributes(node)}];" for node in graph.nodes]
    lines += [f"  {quoted(edge.source)} -> {quoted(edge.target)} [{_words(edge)}];" for edge in graph.edges]
    return "\n".join([*lines, "}"]) + "\n"


def _attributes(node: Node) -> str:
    if node.kind is Kind.EXTERNAL:
        return f"label={quoted(node.label)}, shape=cylinder, style=dashed"
    shape = ", shape=cylinder" if node.keeps else ""
    return f"label={quoted(node.label)}{shape}, color={quoted(_COLOURS[node.health])}"


def _words(edge: Edge) -> str:
    times = ", ".join(edge.when[:2]) + (", …" if len(edge.when) > 2 else "")
    label = times if edge.jobs == 1 else f"{edge.jobs} jobs, {times}"
    return f"label={quoted(label)}" + (", style=dotted" if edge.off_site is None else "")


def quoted(text: str) -> str:
    """A string of DOT that means exactly this text: escapes of labels (`\\n`, `\\N`) mean nothing in it."""
    shown = "".join(character if character.isprintable() else "\ufffd" for character in text)
    return '"' + shown.replace("\\", "\\\\").replace('"', '\\"') + '"'

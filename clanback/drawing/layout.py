"""Where the boxes and lines of a graph lie: in columns from left to right, as backups flow.

The steps of Sugiyama, each small: cycles are opened, columns found by the longest way, lines through several columns bent at
points of their own, each column put in the order of its neighbours, and moved as near to them as the boxes' height allows.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import attrs

from clanback.plan.graph import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clanback.plan.graph import Edge, Graph, Node

WIDTH, HEIGHT = 216, 56
COLUMN_GAP, ROW_GAP, BEND = 132, 16, 10
_SWEEPS = 12
Point = tuple[float, float]


@attrs.frozen
class Box:
    """A node's place: the upper left corner."""

    node: Node
    x: float
    y: float


@attrs.frozen
class Line:
    """An edge's way: from the right side of its source to the left side of its target, through the points between."""

    edge: Edge
    points: tuple[Point, ...]
    backwards: bool = False


@attrs.frozen
class Layout:
    """All of it, from (0, 0). `columns` are headings and where they stand; `lonely` are the boxes that no line leads to, which
    begin at `lonely_y`.
    """

    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    columns: tuple[tuple[str, float], ...]
    lonely: tuple[Box, ...] = ()
    lonely_y: float = 0


def laid_out(graph: Graph) -> Layout:
    """Find a place for everything."""
    nodes = {node.name: node for node in graph.nodes}
    edges = [edge for edge in graph.edges if edge.source != edge.target]
    linked = {name for edge in graph.edges for name in (edge.source, edge.target)}
    forward = _without_cycles([node for node in nodes if node in linked], edges)
    column = _columns(nodes, linked, forward)
    layers, segments = _with_bends(column, forward)
    _order(layers, segments)
    centres = _heights(layers, segments, nodes)
    boxes = tuple(
        Box(nodes[name], number * (WIDTH + COLUMN_GAP), centres[name] - HEIGHT / 2)
        for number, layer in enumerate(layers)
        for name in layer
        if name in nodes
    )
    lines = [_line(edge, forward[edge.source, edge.target], column, centres) for edge in edges]
    lines += [_loop(edge, column, centres) for edge in graph.edges if edge.source == edge.target]
    height = max((box.y + HEIGHT for box in boxes), default=0.0)
    width = float(max(len(layers), 1) * (WIDTH + COLUMN_GAP) - COLUMN_GAP)
    alone = [node for name, node in nodes.items() if name not in linked]
    per_row = max(1, len(layers) if layers else 3)
    lonely_y = height + (56 if boxes else 0)
    lonely = tuple(
        Box(node, (at % per_row) * (WIDTH + COLUMN_GAP), lonely_y + (at // per_row) * (HEIGHT + ROW_GAP))
        for at, node in enumerate(alone)
    )
    if lonely:
        height = lonely[-1].y + HEIGHT
        width = max(width, max(box.x for box in lonely) + WIDTH)
    words = [_heading(layer, nodes, number) for number, layer in enumerate(layers)]
    headings = tuple(
        (word, number * (WIDTH + COLUMN_GAP)) for number, word in enumerate(words) if number == 0 or word != words[number - 1]
    )
    return Layout(width, height, boxes, tuple(lines), headings, lonely, lonely_y)


def _heading(layer: Sequence[str], nodes: Mapping[str, Node], number: int) -> str:
    here = [nodes[name] for name in layer if name in nodes]
    if all(node.kind is Kind.EXTERNAL for node in here):
        return "Outside the clan"
    return "Keeps backups" if number and all(node.keeps for node in here) else "Machines"


Forward = dict[tuple[str, str], tuple[str, str]]
"""Each edge's ends, and the same in the direction that leads to no cycle."""


def _without_cycles(names: Sequence[str], edges: Sequence[Edge]) -> Forward:
    """Turn round the edges that lead back to a node still being walked."""
    after: dict[str, list[str]] = {}
    for edge in edges:
        after.setdefault(edge.source, []).append(edge.target)
    state: dict[str, int] = {}
    back: set[tuple[str, str]] = set()
    for start in names:
        if start in state:
            continue
        state[start] = 1
        walk = [(start, iter(after.get(start, ())))]
        while walk:
            name, rest = walk[-1]
            following = next(rest, None)
            if following is None:
                state[name] = 2
                walk.pop()
            elif following not in state:
                state[following] = 1
                walk.append((following, iter(after.get(following, ()))))
            elif state[following] == 1:
                back.add((name, following))
    return {(e.source, e.target): (e.target, e.source) if (e.source, e.target) in back else (e.source, e.target) for e in edges}


def _columns(nodes: Mapping[str, Node], linked: set[str], forward: Forward) -> dict[str, int]:
    """The column of each linked node: one more than all that save to it; what is outside stands last."""
    after: dict[str, list[str]] = {name: [] for name in nodes if name in linked}
    waiting_for = dict.fromkeys(after, 0)
    for source, target in set(forward.values()):
        after[source].append(target)
        waiting_for[target] += 1
    column = {name: 0 for name, count in waiting_for.items() if count == 0}
    ready = list(column)
    for name in ready:  # grows while it is walked
        for target in after[name]:
            column[target] = max(column.get(target, 0), column[name] + 1)
            waiting_for[target] -= 1
            if waiting_for[target] == 0:
                ready.append(target)
    assert len(ready) == len(after), "cycles have been opened"
    last = max(column.values(), default=0)
    outside = [name for name in column if nodes[name].kind is Kind.EXTERNAL]
    if any(nodes[name].kind is not Kind.EXTERNAL and number == last for name, number in column.items()) and outside:
        last += 1
    column.update(dict.fromkeys(outside, last))
    return column


def _with_bends(column: Mapping[str, int], forward: Forward) -> tuple[list[list[str]], list[tuple[str, str]]]:
    """The columns with a bend for each line that passes through one, and the pieces of lines between neighbouring columns."""
    layers: list[list[str]] = [[] for _ in range(max(column.values(), default=-1) + 1)]
    for name in sorted(column):
        layers[column[name]].append(name)
    segments: dict[tuple[str, str], None] = {}
    bends: set[str] = set()
    for source, target in forward.values():
        way = [source, *(bend(source, target, number) for number in range(column[source] + 1, column[target])), target]
        for number, name in enumerate(way[1:-1], column[source] + 1):
            if name not in bends:
                bends.add(name)
                layers[number].append(name)
        segments.update(dict.fromkeys(pairwise(way)))
    return layers, list(segments)


def bend(source: str, target: str, number: int) -> str:
    """The name of a point on a line's way: no node has a NUL in its name. Lines to one target share their bends."""
    del source
    return f"\0{target}\0{number}"


def _order(layers: list[list[str]], segments: Sequence[tuple[str, str]]) -> None:
    """Put each column in the order of its neighbours' middle, to and fro."""
    left: dict[str, list[str]] = {}
    right: dict[str, list[str]] = {}
    for source, target in segments:
        right.setdefault(source, []).append(target)
        left.setdefault(target, []).append(source)
    for sweep in range(_SWEEPS):
        forwards = sweep % 2 == 0
        neighbours = left if forwards else right
        for layer in layers if forwards else layers[::-1]:
            place = {name: at for other in layers for at, name in enumerate(other)}
            middle = {
                name: sum(place[one] for one in neighbours[name]) / len(neighbours[name]) if name in neighbours else place[name]
                for name in layer
            }
            layer.sort(key=lambda name: middle[name])


def _heights(layers: list[list[str]], segments: Sequence[tuple[str, str]], nodes: Mapping[str, Node]) -> dict[str, float]:
    """The middle of each box and bend: near its neighbours, in the order of its column, none above another."""
    near: dict[str, list[str]] = {}
    for source, target in segments:
        near.setdefault(source, []).append(target)
        near.setdefault(target, []).append(source)

    def half(name: str) -> float:
        return HEIGHT / 2 if name in nodes else BEND / 2

    centres: dict[str, float] = {}
    for layer in layers:
        at = 0.0
        for name in layer:
            centres[name] = at + half(name)
            at += 2 * half(name) + ROW_GAP
    for sweep in range(_SWEEPS):
        for layer in layers if sweep % 2 else layers[::-1]:
            wanted = [
                sum(centres[one] for one in near[name]) / len(near[name]) if name in near else centres[name] for name in layer
            ]
            gaps = [half(one) + half(other) + ROW_GAP for one, other in pairwise(layer)]
            centres.update(zip(layer, _apart(wanted, gaps), strict=True))
    top = min((centres[name] - half(name) for layer in layers for name in layer), default=0)
    return {name: round(centre - top, 1) for name, centre in centres.items()}


def _apart(wanted: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """Values as near to those wanted as can be with these gaps between them (isotonic regression)."""
    offsets = [0.0]
    for gap in gaps:
        offsets.append(offsets[-1] + gap)
    blocks: list[tuple[float, int]] = []  # mean, how many
    for value, offset in zip(wanted, offsets, strict=False):
        mean, count = value - offset, 1
        while blocks and blocks[-1][0] > mean:
            other, more = blocks.pop()
            mean, count = (mean * count + other * more) / (count + more), count + more
        blocks.append((mean, count))
    means = [mean for mean, count in blocks for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=False)]


def _line(edge: Edge, ends: tuple[str, str], column: Mapping[str, int], centres: Mapping[str, float]) -> Line:
    source, target = ends
    step = WIDTH + COLUMN_GAP
    points: list[Point] = [(column[source] * step + WIDTH, centres[source])]
    for number in range(column[source] + 1, column[target]):
        height = centres[bend(source, target, number)]
        points += [(number * step, height), (number * step + WIDTH, height)]
    points.append((column[target] * step, centres[target]))
    backwards = ends != (edge.source, edge.target)
    return Line(edge, tuple(points[::-1] if backwards else points), backwards)


def _loop(edge: Edge, column: Mapping[str, int], centres: Mapping[str, float]) -> Line:
    """A machine that saves to itself."""
    x, y = column[edge.source] * (WIDTH + COLUMN_GAP) + WIDTH, centres[edge.source]
    return Line(edge, ((x, y - 12), (x + 34, y - 12), (x + 34, y + 12), (x, y + 12)))

"""The graph as SVG: boxes in columns, lines from left to right. Readable in light and dark, and without colours."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from clanback.drawing.layout import HEIGHT, WIDTH, laid_out
from clanback.drawing.markup import Markup, escape
from clanback.plan.graph import Health, Kind

if TYPE_CHECKING:
    from clanback.drawing.layout import Box, Line
    from clanback.plan.graph import Edge, Graph, Node

MARGIN = 28
TOP, TOP_WITHOUT_TITLE = 78, 46
_LABELS = 12
"""With more lines than this, none is labelled: the pointer tells what each is."""
_NAME_ROOM = 20
_NOTE_ROOM = 24

WORDS = {
    Health.GOOD: "3-2-1",
    Health.SAVED: "saved",
    Health.UNKNOWN: "unknown",
    Health.UNSAVED: "not saved",
    Health.NOTHING: "no state",
}
CLASSES = {
    Health.GOOD: "good",
    Health.SAVED: "saved",
    Health.UNKNOWN: "unknown",
    Health.UNSAVED: "unsaved",
    Health.NOTHING: "nothing",
}

STYLE = """
.graph { --bg: #ffffff; --card: #ffffff; --border: #cdd6e0; --text: #17202c; --muted: #566373; --line: #93a4b7;
  --good: #157347; --saved: #1f5fa8; --unknown: #8a5a00; --unsaved: #b42323; --nothing: #66727f; --outside: #f3f6f9;
  --halo: #ffffff; }
@media (prefers-color-scheme: dark) { .graph { --bg: #10161e; --card: #18212c; --border: #364454; --text: #e8eef5;
  --muted: #a3b1c0; --line: #5f7389; --good: #4ec98a; --saved: #71b0f5; --unknown: #e3b04b; --unsaved: #ff8078;
  --nothing: #98a6b5; --outside: #131b25; --halo: #10161e; } }
.graph text { font-family: system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; fill: var(--text); }
.graph .background { fill: var(--bg); }
.graph .heading { font-size: 13px; font-weight: 600; fill: var(--muted); letter-spacing: .02em; }
.graph .title { font-size: 17px; font-weight: 650; }
.graph .card { fill: var(--card); stroke: var(--border); stroke-width: 1; }
.graph .outside .card { fill: var(--outside); stroke-dasharray: 5 4; }
.graph .behind { fill: var(--card); stroke: var(--border); stroke-width: 1; }
.graph .name { font-size: 14px; font-weight: 600; }
.graph .note { font-size: 12px; fill: var(--muted); }
.graph .pill { font-size: 11px; font-weight: 600; text-anchor: end; }
.graph .good .pill { fill: var(--good); } .graph .good .stripe { fill: var(--good); }
.graph .saved .pill { fill: var(--saved); } .graph .saved .stripe { fill: var(--saved); }
.graph .unknown .pill { fill: var(--unknown); } .graph .unknown .stripe { fill: var(--unknown); }
.graph .unsaved .pill { fill: var(--unsaved); } .graph .unsaved .stripe { fill: var(--unsaved); }
.graph .nothing .pill { fill: var(--nothing); } .graph .nothing .stripe { fill: var(--nothing); }
.graph .edge path { fill: none; stroke: var(--line); }
.graph .edge.off path { stroke: var(--good); }
.graph .edge.open path { stroke-dasharray: 6 4; }
.graph .edge .tip { fill: var(--line); stroke: none; }
.graph .edge.off .tip { fill: var(--good); }
.graph .edge text { font-size: 11.5px; fill: var(--muted); text-anchor: middle; paint-order: stroke; stroke: var(--halo);
  stroke-width: 4px; stroke-linejoin: round; }
"""
"""Used by the picture and by the page: names of colours, and what wears them."""


def svg(graph: Graph, *, standalone: bool = True) -> Markup:
    """The picture. Not `standalone`, it has links and no style of its own, for the page around it."""
    layout = laid_out(graph)
    top = TOP if standalone else TOP_WITHOUT_TITLE
    width, height = layout.width + 2 * MARGIN, layout.height + top + MARGIN
    title = f"Who backs up what to whom in {graph.clan}" if graph.clan else "Who backs up what to whom"
    described = f"{_machines(graph)} machines, {sum(edge.jobs for edge in graph.edges)} backup jobs"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="graph" viewBox="0 0 {width:g} {height:g}" '
        + (f'width="{width:g}" height="{height:g}" role="img" ' if standalone else f'width="{width:g}" role="group" ')
        + 'aria-labelledby="graph-title graph-description">',
        f'<title id="graph-title">{escape(title)}</title><desc id="graph-description">{escape(described)}</desc>',
    ]
    if standalone:
        parts.append(f"<style>{STYLE}</style>")
        parts.append('<rect class="background" width="100%" height="100%"/>')
    parts.append(f'<g transform="translate({MARGIN} {top})">')
    if standalone:
        parts.append(f'<text class="title" x="0" y="-46">{escape(title)}</text>')
    parts += [f'<text class="heading" x="{x:g}" y="-14">{escape(words)}</text>' for words, x in layout.columns]
    if layout.lonely:
        parts.append(f'<text class="heading" x="0" y="{layout.lonely_y - 12:g}">Neither saves nor keeps backups</text>')
    labelled = len(layout.lines) <= _LABELS
    parts += [_edge(line, graph, labelled=labelled) for line in layout.lines]
    parts += [_box(box, linked=not standalone) for box in (*layout.boxes, *layout.lonely)]
    parts.append("</g></svg>")
    return Markup("\n".join(parts) + "\n")


def _machines(graph: Graph) -> int:
    return sum(len(node.members) for node in graph.nodes)


def _box(box: Box, *, linked: bool) -> str:
    node = box.node
    classes = "node outside" if node.kind is Kind.EXTERNAL else f"node {CLASSES[node.health]}"
    x, y = box.x, box.y
    shapes = []
    if node.kind is Kind.GROUP:
        shapes += [
            f'<rect class="behind" x="{x + at:g}" y="{y + at:g}" width="{WIDTH}" height="{HEIGHT}" rx="9"/>' for at in (6, 3)
        ]
    shapes.append(f'<rect class="card" x="{x:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" rx="9"/>')
    if node.kind is not Kind.EXTERNAL:
        shapes.append(f'<rect class="stripe" x="{x + 7:g}" y="{y + 10:g}" width="4" height="{HEIGHT - 20}" rx="2"/>')
        shapes.append(f'<text class="pill" x="{x + WIDTH - 12:g}" y="{y + 41:g}">{escape(WORDS[node.health])}</text>')
    shapes.append(f'<text class="name" x="{x + 20:g}" y="{y + 24:g}">{escape(shortened(node.label, _NAME_ROOM))}</text>')
    shapes.append(f'<text class="note" x="{x + 20:g}" y="{y + 41:g}">{escape(shortened(_note(node), _NOTE_ROOM))}</text>')
    body = f"<title>{escape(_told(node))}</title>{''.join(shapes)}"
    if not linked:
        return f'<g class="{classes}">{body}</g>'
    return (
        f'<a class="{classes}" href="#machines" data-node="{escape(node.name)}" data-members="{escape(" ".join(node.members))}" '
        f'aria-label="{escape(_told(node))}">{body}</a>'
    )


def shortened(text: str, room: int) -> str:
    """At most `room` characters; the middle is left out, since names of machines differ at their ends."""
    if len(text) <= room:
        return text
    front = room - 1 - room // 3
    return f"{text[:front]}…{text[-(room // 3) :]}"


def _note(node: Node) -> str:
    """The second line of a box."""
    parts = []
    if node.folders:
        parts.append(f"{node.folders} folder{'' if node.folders == 1 else 's'}")
    if node.keeps:
        parts.append(f"keeps {node.keeps}")
    if node.site is not None and (node.kind is Kind.EXTERNAL or len(parts) < 2):
        parts.append(node.site)
    return " · ".join(parts)


def _told(node: Node) -> str:
    """A box in a sentence, for those who cannot see it, and for the pointer."""
    words = [node.label]
    if node.kind is Kind.EXTERNAL:
        words.append("outside the clan")
    elif node.kind is Kind.GROUP:
        words.append(", ".join(node.members[:8]) + (" and more" if len(node.members) > 8 else ""))
    if node.states:
        words.append(f"{node.states} state{'' if node.states == 1 else 's'} with {node.folders} folders")
    if node.keeps:
        words.append(f"keeps backups of {node.keeps} machine{'' if node.keeps == 1 else 's'}")
    if node.kind is not Kind.EXTERNAL:
        words.append({Health.GOOD: "3-2-1 holds", Health.NOTHING: "declares no state"}.get(node.health, node.health.value))
    return "; ".join(words)


def _edge(line: Line, graph: Graph, *, labelled: bool) -> str:
    edge = line.edge
    loop = edge.source == edge.target
    width = min(1.4 + 0.55 * math.log2(edge.jobs), 6)
    path = _loop_path(line) if loop else _path(line)
    classes = "edge" + (" off" if edge.off_site else " open" if edge.off_site is None else "")
    x, y = line.points[-1]
    side = 1 if loop or line.backwards else -1
    tip = f"M{x:g} {y:g}l{side * 9} -4.5v9z"
    said = (
        f"{graph.node(edge.source).label} saves to {graph.node(edge.target).label}: {_words(edge)}"
        + {True: ", off-site", False: ", same site", None: ", off-site or not is unknown"}[edge.off_site]
        + ("" if edge.pinned or edge.local else ", host key not pinned")
    )
    label = ""
    if labelled:
        at_x, at_y = _middle(line)
        label = f'<text x="{at_x:g}" y="{at_y:g}">{escape(shortened(_words(edge), 24))}</text>'
    return (
        f'<g class="{classes}" data-from="{escape(edge.source)}" data-to="{escape(edge.target)}"><title>{escape(said)}</title>'
        f'<path d="{path}" stroke-width="{width:.2f}"/><path class="tip" d="{tip}"/>{label}</g>'
    )


def _words(edge: Edge) -> str:
    times = ", ".join(edge.when[:2]) + (", …" if len(edge.when) > 2 else "")
    return times if edge.jobs == 1 else f"{edge.jobs} jobs, {times}"


def _path(line: Line) -> str:
    """A smooth way through the points: level at each of them."""
    points = line.points
    out = [f"M{points[0][0]:g} {points[0][1]:g}"]
    last = len(points) - 1
    for at, ((x, y), (to_x, to_y)) in enumerate(pairwise(points), 1):
        if at == last:  # end where the tip begins
            to_x += 8 if to_x < x else -8
        if y == to_y:
            out.append(f"H{to_x:g}")
        else:
            middle = (x + to_x) / 2
            out.append(f"C{middle:g} {y:g} {middle:g} {to_y:g} {to_x:g} {to_y:g}")
    return "".join(out)


def _loop_path(line: Line) -> str:
    (x, y), (out_x, _), _, (_, end_y) = line.points
    return f"M{x:g} {y:g}C{out_x:g} {y:g} {out_x:g} {end_y:g} {x + 8:g} {end_y:g}"


def _middle(line: Line) -> tuple[float, float]:
    """Where a label stands: over the first stretch between two columns, a little above the line."""
    if line.edge.source == line.edge.target:
        return line.points[1][0] + 24, line.points[1][1] + 28
    (x, y), (to_x, to_y) = line.points[0], line.points[1]
    share = 0.42  # of a curve that is level at both ends
    eased = 3 * share**2 - 2 * share**3
    return x + (to_x - x) * share, y + (to_y - y) * eased - 6

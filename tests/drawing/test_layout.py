"""Where boxes and lines lie: in columns, none above another, whatever the graph."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from clanback.drawing.layout import HEIGHT, WIDTH, Layout, laid_out
from clanback.plan.graph import Edge, Graph, Kind, Node


def made(edges: list[tuple[str, str]], *alone: str, outside: frozenset[str] = frozenset()) -> Graph:
    names = sorted({name for edge in edges for name in edge} | set(alone))
    nodes = [Node(name, Kind.EXTERNAL if name in outside else Kind.MACHINE, name, members=(name,)) for name in names]
    return Graph("c", tuple(nodes), tuple(Edge(source, target, 1, ("daily 01:00",)) for source, target in dict.fromkeys(edges)))


def columns(layout: Layout) -> list[list[str]]:
    at: dict[float, list[tuple[float, str]]] = {}
    for box in layout.boxes:
        at.setdefault(box.x, []).append((box.y, box.node.name))
    return [[name for _, name in sorted(at[x])] for x in sorted(at)]


def test_clients_servers_and_what_is_outside_stand_in_columns() -> None:
    found = laid_out(made([("a", "nas"), ("b", "nas"), ("nas", "box"), ("a", "box")], outside=frozenset({"box"})))
    assert columns(found) == [["a", "b"], ["nas"], ["box"]]
    assert [word for word, _ in found.columns] == ["Machines", "Outside the clan"]


def test_machines_that_save_to_each_other_are_no_trouble() -> None:
    found = laid_out(made([("a", "b"), ("b", "a"), ("b", "c"), ("c", "a"), ("a", "a")]))
    assert sorted(name for column in columns(found) for name in column) == ["a", "b", "c"]
    assert len(found.lines) == 5
    assert sum(line.backwards for line in found.lines) >= 2


def test_who_has_no_line_stands_below() -> None:
    found = laid_out(made([("a", "b")], "x", "y"))
    assert [box.node.name for box in found.lonely] == ["x", "y"]
    assert min(box.y for box in found.lonely) > max(box.y for box in found.boxes)
    only = laid_out(made([], "x"))
    assert (len(only.boxes), len(only.lonely)) == (0, 1)
    assert laid_out(made([])).boxes == ()


NAMES = st.sampled_from([f"m{number}" for number in range(12)])


@settings(max_examples=200)
@given(st.lists(st.tuples(NAMES, NAMES), max_size=40), st.lists(NAMES, max_size=4), st.frozensets(NAMES, max_size=3))
def test_nothing_covers_anything(edges: list[tuple[str, str]], alone: list[str], outside: frozenset[str]) -> None:
    edges = [(source, target) for source, target in edges if source not in outside]
    graph = made(edges, *alone, outside=outside)
    found = laid_out(graph)
    boxes = [*found.boxes, *found.lonely]
    assert sorted(box.node.name for box in boxes) == [node.name for node in graph.nodes]
    for at, one in enumerate(boxes):
        assert 0 <= one.x <= found.width - WIDTH
        assert -0.2 <= one.y <= found.height - HEIGHT + 0.2
        for other in boxes[at + 1 :]:
            assert one.x != other.x or abs(one.y - other.y) >= HEIGHT - 0.2
    assert len(found.lines) == len(graph.edges)
    by_name = {box.node.name: box for box in found.boxes}
    for line in found.lines:
        source, target = by_name[line.edge.source], by_name[line.edge.target]
        assert line.points[0][0] in (source.x, source.x + WIDTH)
        assert line.points[-1][0] in (target.x, target.x + WIDTH)
        # A line that passes through a column passes between its boxes.
        for (x, y), (to_x, to_y) in zip(line.points[1:-1], line.points[2:-1], strict=False):
            if y == to_y and source is not target:
                covered = [box for box in found.boxes if box.x == min(x, to_x) and box.y < y < box.y + HEIGHT]
                assert covered == []


def test_a_long_chain_is_laid_out_in_time() -> None:
    found = laid_out(made([(f"m{number:03d}", f"m{number + 1:03d}") for number in range(300)]))
    assert len(columns(found)) == 301

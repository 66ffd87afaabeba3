"""Mermaid, DOT and SVG: well-formed whatever the names, and saying what the graph says."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clanback.drawing import dot, mermaid
from clanback.drawing.markup import Markup, escape
from clanback.drawing.svg import STYLE, shortened, svg
from clanback.plan.graph import Edge, Graph, Health, Kind, Node

HOSTILE = [
    "<script>alert(1)</script>",
    'a"]:::x',
    "a\\",
    "x\n  y --> z",
    "end",
    "#quot;",
    "`$(x)`",
    "\x00\x1b\u202e",
    "😀",
    "]]>",
    "&amp;",
]


def graph(*labels: str) -> Graph:
    machine = Node("a", Kind.MACHINE, "a", members=("a",), states=1, folders=2, health=Health.SAVED)
    outside = [Node(f"@{label}", Kind.EXTERNAL, label, keeps=1) for label in labels]
    return Graph("c", (machine, *outside), tuple(Edge("a", node.name, 1, ("daily 01:00",), True) for node in outside))


def test_mermaid() -> None:
    assert mermaid.mermaid(graph("box.example.org")).splitlines()[:4] == [
        "flowchart LR",
        '  n0["a"]:::saved',
        '  n1(["box.example.org"])',
        '  n0 -->|"daily 01:00"| n1',
    ]


def test_dot() -> None:
    text = dot.dot(graph("box.example.org"))
    assert '  "a" -> "@box.example.org" [label="daily 01:00"];\n' in text
    assert text.endswith("}\n")


@pytest.mark.parametrize("label", HOSTILE)
def test_names_cannot_say_more_than_a_name(label: str) -> None:
    drawn = mermaid.mermaid(graph(label))
    assert re.fullmatch(r'  n1\(\["[A-Za-z0-9 .,:/@_+…#;-]*"\]\)', drawn.splitlines()[2])
    assert len(drawn.splitlines()) == len(mermaid.mermaid(graph("plain")).splitlines())
    assert len(dot.dot(graph(label)).splitlines()) == len(dot.dot(graph("plain")).splitlines())
    tags = [element.tag for element in ElementTree.fromstring(svg(graph(label))).iter()]
    assert tags == [element.tag for element in ElementTree.fromstring(svg(graph("plain"))).iter()]


@settings(max_examples=200)
@given(st.text())
def test_any_text_is_drawn(label: str) -> None:
    ElementTree.fromstring(svg(graph(label)))
    ElementTree.fromstring(svg(graph(label), standalone=False))
    assert mermaid.mermaid(graph(label)).count("\n") == mermaid.mermaid(graph("x")).count("\n")
    assert dot.dot(graph(label)).count("\n") == dot.dot(graph("x")).count("\n")


def test_what_is_escaped() -> None:
    assert escape("<a href=\"x\" id='y'>&") == "&lt;a href=&#34;x&#34; id=&#39;y&#39;&gt;&amp;"
    assert escape("a\x00\x1b\ud800\u202eb") == "a\ufffd\ufffd\ufffd\ufffdb"
    assert escape(Markup("<b>")) == "<b>"
    assert escape(3) == "3"


def test_long_names_keep_their_ends() -> None:
    assert shortened("u123456.your-storagebox.de", 20) == "u123456.your-…box.de"
    assert len(shortened("x" * 99, 20)) == 20


def test_a_picture_tells_those_who_cannot_see_it() -> None:
    picture = svg(graph("box.example.org"))
    assert "<title>a saves to box.example.org: daily 01:00, off-site, host key not pinned</title>" in picture
    assert "<title>a; 1 state with 2 folders; saved</title>" in picture


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def colours(style: str, *, dark: bool) -> dict[str, str]:
    """The named colours of a style sheet, as they are in the light or in the dark."""
    blocks = re.findall(r"(@media \(prefers-color-scheme: dark\) \{ )?(?::root|\.graph) \{ ([^}]*)\}", style)
    found: dict[str, str] = {}
    for media, block in blocks:
        if dark or not media:
            found.update(re.findall(r"--(\w+): (#[0-9a-f]{6})", block))
    return found


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("of", ["picture", "page"])
def test_text_can_be_read(of: str, dark: bool) -> None:
    from clanback.drawing.runtime import page_template

    named = colours(STYLE if of == "picture" else page_template("page.css"), dark=dark)
    grounds = ("bg", "card", "outside") if of == "picture" else ("bg", "surface", "stripe")
    for text in ("text", "muted", "good", "saved", "unknown", "unsaved", "nothing"):
        for ground in grounds:
            assert contrast(named[text], named[ground]) >= 4.5, (text, ground)
    assert contrast(named["line"], named["bg"]) >= 2

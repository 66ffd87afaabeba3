"""Diagnostics as text, as compilers print them:

    error[CB201]: role `client` of borgbackup has no setting `excludes`
      --> clan.nix:6:49
       |
     6 |     roles.client.settings.excludes = [ ];
       |                           ^^^^^^^^
       |
       = help: did you mean `exclude`?

Whatever comes from the input is made harmless for terminals first (`cli/terminal.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.cli.terminal import safe
from clanback.diagnostics import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clanback.diagnostics import Diagnostic


_CODES = {"error": "1;31", "warning": "1;33", "info": "1;36", "gutter": "1;34", "bold": "1", "help": "1;32", "dim": "2"}


class Style:
    """Colours, or none of them."""

    __slots__ = ("on",)

    def __init__(self, on: bool) -> None:
        self.on = on

    def __call__(self, kind: str, text: str) -> str:
        """`text` in the colour of its kind."""
        return f"\x1b[{_CODES[kind]}m{text}\x1b[0m" if self.on and text else text


def render_all(diagnostics: Sequence[Diagnostic], style: Style) -> str:
    """All of them, one after the other with a blank line between, each ending with a newline; empty for none."""
    return "\n".join(render(found, style) for found in diagnostics)


def render(found: Diagnostic, style: Style) -> str:
    """One diagnostic as lines, ending with a newline."""
    from clanback.cli.snippet import snippets

    kind = found.severity.value
    head = f"{style(kind, f'{kind}[{found.code}]')}{style('bold', ': ' + _continued(found.message, len(kind) + 9))}"
    lines = [head]
    blocks, gutter = snippets(found)
    margin = " " * gutter
    for arrow, place, rows in blocks:
        lines.append(f"{margin}{style('gutter', arrow)} {safe(place)}")
        for number, text, kind_of_row in rows:
            lines.append(_row(number, text, kind_of_row, gutter, style, found.severity))
    footer = [("note", note) for note in found.notes]
    if found.help:
        footer.append(("help", found.help))
    if blocks and footer:
        lines.append(f"{margin} {style('gutter', '|')}")
    for word, text in footer:
        lines.append(f"{margin} {style('gutter', '=')} {style('bold', word + ':')} {_continued(text, gutter + 5 + len(word))}")
    return "\n".join(line.rstrip(" ") for line in "\n".join(lines).split("\n")) + "\n"


def _row(number: str, text: str, kind: str, gutter: int, style: Style, severity: Severity) -> str:
    """A row of a snippet: source text as it is, marks in the colour of what they mark."""
    bar = style("gutter", number if number == "..." else f"{number:>{gutter}} |")
    if number == "...":
        return f"{bar}{' ' * (gutter - 1)}{text}"
    if not text:
        return bar
    if kind == "primary":
        text = style(severity.value, text)
    elif kind == "label":
        text = style("gutter", text)
    return f"{bar} {text}"


def _continued(text: str, indent: int) -> str:
    """Text of several lines, the later ones indented below the first."""
    return ("\n" + " " * indent).join(safe(line) for line in text.split("\n"))


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning`; empty for none."""
    counts = dict.fromkeys(Severity, 0)
    for found in diagnostics:
        counts[found.severity] += 1
    words = {Severity.ERROR: ("error", "errors"), Severity.WARNING: ("warning", "warnings"), Severity.INFO: ("remark", "remarks")}
    return ", ".join(f"{count} {words[severity][count != 1]}" for severity, count in counts.items() if count)

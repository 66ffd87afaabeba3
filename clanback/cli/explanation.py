"""An explanation on a terminal, and as JSON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from clanback.cli.terminal import safe
from clanback.explaining.reasons import best_priority, fate, order_name, priority_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clanback.cli.text import Style
    from clanback.explaining import Cause, Explanation, UnknownPathError
    from clanback.inventory.model import Place
    from clanback.inventory.origins import Origin

_WIDEST = 100
"""Columns of a value or a line of source that are shown where many stand below each other."""


def text(explanation: Explanation, style: Style) -> str:
    """The explanation for a terminal, ending with a newline."""
    lines = [style("bold", safe(explanation.path))]
    subject = explanation.subject
    if subject is not None:
        if subject.text not in ("member", "job", "repository", "state", "user"):
            lines[0] += f" = {safe(subject.known)}"
        lines.append(f"  {safe(_plain(subject.summary))}")
        for unknown in subject.unknown:
            lines.append(f"  {style('warning', 'known to Nix only:')} {_short(unknown)}")
        for cause in subject.causes:
            lines += ["", *_cause(cause, style)]
    if explanation.rendered:
        lines += ["", style("bold", "becomes")]
        lines += _aligned([(f"{safe(line.file)}:{line.line}", _short(line.text)) for line in explanation.rendered], "  ", style)
    if explanation.members:
        lines += ["", style("bold", "members")]
        lines += _aligned([(safe(name), _short(value)) for name, value in explanation.members], "  ", style)
    if explanation.below:
        lines += ["", style("bold", "below it" if subject is not None else "what can be explained")]
        lines += _aligned([(safe(path), _short(value)) for path, value in explanation.below], "  ", style)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _cause(cause: Cause, style: Style) -> list[str]:
    shown = f" = {_short(cause.text)}" if cause.text else ""
    lines = [f"{safe(_plain(cause.title))}{shown}", f"  {safe(_plain(cause.why))}"]
    best = best_priority(cause.definitions)
    for origin in cause.definitions:
        mark = style("help", "+") if origin.holds else style("error", "-")
        where = _where(origin)
        level = f"{_level(origin.level)}, " if origin.level else ""
        lines.append(f"  {mark} {style('gutter', safe(where))}  {safe(level + fate(origin, best))}")
        if origin.line.strip():
            lines.append(f"      {_short(origin.line.strip())}")
        if len(cause.definitions) > 1 and origin.text and origin.text not in origin.line:
            lines.append(f"      {style('dim', 'value:')} {_short(origin.text)}")
    if cause.default is not None and any(origin.holds for origin in cause.definitions):
        lines.append(f"  {style('dim', 'instead of the default')} {_short(cause.default)}")
    return lines


def _level(level: str) -> str:
    """`the role's settings`, `settings of tag x`."""
    return "settings of the role" if level == "role" else f"settings of {level}" if " " in level and "top" not in level else level


def _where(origin: Origin) -> str:
    if origin.place is not None:
        return f"{origin.place.file}:{origin.place.line}:{origin.place.column}"
    return origin.file or "clan-core"


def _short(value: str) -> str:
    line = safe(" ".join(value.split()) if "\n" in value else value)
    return line if len(line) <= _WIDEST else line[: _WIDEST - 1] + "…"


def _plain(sentence: str) -> str:
    return re.sub(r"`([^`]*)`", r"\1", sentence)


def _aligned(rows: Iterable[tuple[str, str]], margin: str, style: Style) -> list[str]:
    kept = list(rows)
    width = min(60, max((len(first) for first, _ in kept), default=0))
    return [f"{margin}{style('gutter', first)}{' ' * (width - len(first))}  {second}" for first, second in kept]


def as_json(explanation: Explanation) -> dict[str, Any]:
    """The explanation as `explain --json` prints it, format 1."""
    subject = explanation.subject
    return {
        "format_version": 1,
        "path": explanation.path,
        "value": None if subject is None else subject.value,
        "text": None if subject is None else subject.text,
        "summary": None if subject is None else subject.summary,
        "unknown": [] if subject is None else list(subject.unknown),
        "causes": [] if subject is None else [_cause_json(cause) for cause in subject.causes],
        "rendered": [{"file": line.file, "line": line.line, "text": line.text} for line in explanation.rendered],
        "members": dict(explanation.members),
        "below": dict(explanation.below),
    }


def _cause_json(cause: Cause) -> dict[str, Any]:
    best = best_priority(cause.definitions)
    return {
        "title": cause.title,
        "text": cause.text,
        "why": cause.why,
        "default": cause.default,
        "definitions": [
            {
                **_place(origin.place),
                "source": origin.line.strip(),
                "origin": origin.file if origin.place is None else None,
                "level": origin.level or None,
                "text": origin.text,
                "value": origin.value,
                "priority": origin.priority,
                "priority_name": priority_name(origin.priority) or None,
                "order": origin.order,
                "order_name": order_name(origin.order) or None,
                "holds": origin.holds,
                "fate": fate(origin, best),
            }
            for origin in cause.definitions
        ],
    }


def _place(place: Place | None) -> dict[str, Any]:
    if place is None:
        return dict.fromkeys(("file", "line", "column", "end_line", "end_column"))
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
    }


def unknown(problem: UnknownPathError) -> str:
    """What to say of a path that leads nowhere."""
    lines = [f"clanback explain: {safe(_plain(problem.message))}"]
    if problem.meant:
        lines[0] += f"; did you mean {safe(problem.meant)}?"
    if problem.known:
        shown = ", ".join(safe(name) for name in problem.known[:20])
        lines.append(f"there is: {shown}{', …' if len(problem.known) > 20 else ''}")
    return "\n".join(lines) + "\n"

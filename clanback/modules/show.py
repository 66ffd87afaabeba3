"""How values and option paths are written in messages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from clanback.diagnostics import DiagnosticError, Label
from clanback.nix.values import Attrs, PathValue, Unknown, type_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clanback.diagnostics import Span
    from clanback.nix.evaluator import Evaluator

_NAME = r"[A-Za-z_][A-Za-z0-9_'-]*"
_LONGEST = 60


def dotted(path: Sequence[str]) -> str:
    """An option's path as one would write it in Nix: `inventory.machines."my host".tags`."""
    return ".".join(name if re.fullmatch(_NAME, name) else quoted(name) for name in path)


def quoted(text: str) -> str:
    """A string as Nix writes it, on one line."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("${", "\\${")
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'


def shown(evaluator: Evaluator, value: Any) -> str:
    """A value in a few words: scalars as Nix writes them, `[ … ]`, `{ … }`, else its type."""
    try:
        text = _shown(evaluator, value, 0)
    except DiagnosticError:
        return "a value with an error"
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _shown(evaluator: Evaluator, value: Any, depth: int) -> str:
    value = evaluator.force(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return quoted(value[: _LONGEST + 1])
    if isinstance(value, PathValue):
        return value.path
    if isinstance(value, tuple):
        if not value:
            return "[ ]"
        inside = " ".join([_shown(evaluator, element, 1) for element in value[:4]]) if depth == 0 else ""
        return f"[ {inside} … ]" if depth == 0 and len(value) > 4 else f"[ {inside} ]" if depth == 0 else "[ … ]"
    if isinstance(value, Attrs):
        names = sorted(value)
        inside = " ".join([f"{dotted((name,))} = …;" for name in names[:3]])
        return "{ }" if not names else f"{{ {inside} … }}" if len(names) > 3 else f"{{ {inside} }}"
    return value.text if isinstance(value, Unknown) else type_name(value)


def labels_at(span: Span | None, message: str) -> list[Label]:
    """A label, where the place is known."""
    return [] if span is None else [Label(span, message)]


def one_line(text: str) -> str:
    """A text without its line breaks, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 3] + "…"

"""How values and option paths are written in messages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from clanback.diagnostics import DiagnosticError
from clanback.nix.values import Attrs, PathValue, Unknown, type_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clanback.nix.evaluator import Evaluator

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_'-]*")
_LONGEST = 60


def dotted(path: Sequence[str]) -> str:
    """An option's path as one would write it in Nix: `inventory.machines."my host".tags`."""
    return ".".join(name if _NAME.fullmatch(name) else quoted(name) for name in path)


def quoted(text: str) -> str:
    """A string as Nix writes it, on one line."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("${", "\\${")
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'


def shown(evaluator: Evaluator, value: Any) -> str:
    """A value in a few words: scalars as Nix writes them, `[ … ]`, `{ … }`, else its type."""
    try:
        value = evaluator.force(value)
    except DiagnosticError:
        return "a value with an error"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        text = quoted(value)
    elif isinstance(value, PathValue):
        text = value.path
    elif isinstance(value, tuple):
        text = "[ " + " ".join(shown(evaluator, v) for v in value[:4]) + (" … ]" if len(value) > 4 else " ]") if value else "[ ]"
    elif isinstance(value, Attrs):
        names = sorted(value)
        text = (
            "{ " + " ".join(f"{dotted((n,))} = …;" for n in names[:3]) + (" … }" if len(names) > 3 else " }") if names else "{ }"
        )
    elif isinstance(value, Unknown):
        text = value.text
    else:
        return type_name(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"

"""What an editor offers to do about a finding: the name that was probably meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clanback.checks.fixes import fix_of
from clanback.editor.renaming import Edit
from clanback.modules.show import dotted, quoted

if TYPE_CHECKING:
    from clanback.diagnostics import Diagnostic

_MEANT = re.compile(r"did you mean [`'](?P<name>[^`']+)[`']\?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_'-]*")


def fixes(found: Diagnostic) -> list[tuple[str, Edit]]:
    """Titles and edits, the best first; empty where nothing is certain."""
    if found.span is None or found.span.source.path is None:
        return []
    certain = fix_of(found)
    if certain is not None:
        return [(certain.title, Edit(certain.span.source, certain.span.start, certain.span.end, certain.text))]
    match = _MEANT.search(found.help or "")
    if match is None:
        return []
    meant, written = match["name"], found.span.text
    if _NAME.fullmatch(written):
        if not _NAME.fullmatch(meant):
            return []  # an expression is meant, and not a name in place of a name
        text = dotted((meant,))
    elif re.fullmatch(r'"[^"$\\]*"', written):
        text = quoted(meant)
    else:
        return []
    return [(f"change to {meant}", Edit(found.span.source, found.span.start, found.span.end, text))]

"""What `render --diff` and `check --fix` print: unified differences, coloured on a terminal."""

from __future__ import annotations

import difflib
import sys
from typing import TYPE_CHECKING

from clanback.cli.colour import wanted
from clanback.cli.terminal import safe

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable
    from typing import TextIO

_COLOURS = {"+": "32", "-": "31", "@": "36"}


def write_diff(
    changed: Iterable[tuple[str, str | None, str | None]], options: argparse.Namespace, stream: TextIO | None = None
) -> None:
    """Write the difference of each `(path, text on disk or None, new text or None)`, to stdout if nothing else is said."""
    stream = sys.stdout if stream is None else stream
    colour = wanted(options.color, stream)
    for path, old, new in changed:
        before = "/dev/null" if old is None else f"a/{path}"
        after = "/dev/null" if new is None else f"b/{path}"
        lines = difflib.unified_diff((old or "").splitlines(True), (new or "").splitlines(True), before, after)
        for line in lines:
            text = safe(line.removesuffix("\n"))
            code = "1" if line.startswith(("+++", "---")) else _COLOURS.get(line[0])
            stream.write(f"\x1b[{code}m{text}\x1b[0m\n" if colour and code else f"{text}\n")

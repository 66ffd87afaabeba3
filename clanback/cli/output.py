"""Writing results to stdout and everything else to stderr."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from clanback.cli.colour import wanted
from clanback.diagnostics import Severity

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from typing import TextIO

    from clanback.diagnostics import Diagnostic


def visible(diagnostics: Sequence[Diagnostic], options: argparse.Namespace) -> list[Diagnostic]:
    """What is shown to people: errors only with `-q`, remarks only with `-v`."""
    hidden = {Severity.INFO} if not options.verbose else set()
    if options.quiet:
        hidden = {Severity.INFO, Severity.WARNING}
    return [found for found in diagnostics if found.severity not in hidden]


def write_diagnostics(diagnostics: Sequence[Diagnostic], options: argparse.Namespace, stream: TextIO) -> None:
    """Print them as text, with a line that counts them; nothing where there is nothing to say."""
    from clanback.cli.text import Style, render_all, summary

    shown = visible(diagnostics, options)
    if shown:
        style = Style(wanted(options.color, stream))
        stream.write(f"{render_all(shown, style)}\n{style('bold', summary(shown))}\n")


def write_json(value: object) -> None:
    """Print a result as JSON, two spaces deep, with a newline at the end."""
    sys.stdout.write(json_text(value))


def json_text(value: object) -> str:
    """A result as JSON, as it may be printed: in ASCII where stdout takes nothing else."""
    import json

    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    text = json.dumps(value, indent=2, ensure_ascii=not utf8)
    return (text if text.isascii() else _escaped(text)) + "\n"


def _escaped(text: str) -> str:
    """JSON whose strings hold nothing that a terminal might obey: what cannot be printed is written as `\\uXXXX`."""
    import re

    def escape(match: re.Match[str]) -> str:
        character = match.group()
        if character.isprintable():
            return character
        codes = character.encode("utf-16-be", "surrogatepass").hex()
        return "".join(f"\\u{codes[at : at + 4]}" for at in range(0, len(codes), 4))

    return re.sub(r"[^\x00-\x7e]", escape, text)


def say(text: str, options: argparse.Namespace) -> None:
    """Tell people on stderr what was done, unless `-q`."""
    if not options.quiet:
        sys.stderr.write(text + "\n")

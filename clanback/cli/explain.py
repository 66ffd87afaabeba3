"""Say what a code means, what to do, and how it looks wrong and right.

`clanback explain CB201` prints the page of one code, `clanback explain` lists them all.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from clanback.checks.registry import Code
    from clanback.cli.text import Style

NAME = "explain"
SUMMARY = "say what a code such as CB201 means"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the argument of `explain`."""
    parser.add_argument("code", nargs="?", metavar="CODE", help="a code as it stands in brackets after `error`: CB201")


def run(options: argparse.Namespace) -> int:
    """Print the page of a code, or the list of them; 2 if there is no such code."""
    from clanback.checks import registry
    from clanback.cli.colour import wanted
    from clanback.cli.text import Style

    style = Style(wanted(options.color, sys.stdout))
    if options.code is None:
        sys.stdout.write(index(style))
        return 0
    known = registry.find(options.code.upper())
    if known is None:
        from clanback.cli.terminal import safe

        sys.stderr.write(f"clanback explain: there is no code {safe(options.code)!r}; `clanback explain` lists them\n")
        return 2
    sys.stdout.write(page(known, style))
    return 0


def page(known: Code, style: Style) -> str:
    """The page of one code, for a terminal."""
    parts = [
        f"{style(known.severity, f'{known.severity}[{known.code}]')}{style('bold', ': ' + known.title)}",
        known.explanation.strip(),
    ]
    for word, example in (("Wrong", known.bad), ("Right", known.good)):
        if example:
            indented = "\n".join(f"    {line}".rstrip() for line in example.strip("\n").splitlines())
            parts.append(f"{style('bold', word + ':')}\n\n{indented}")
    return "\n\n".join(parts) + "\n"


def index(style: Style) -> str:
    """All codes with their titles, by family."""
    from clanback.checks import registry

    lines: list[str] = []
    for digit, (_, title) in registry.FAMILIES.items():
        codes = registry.family(digit)
        if codes:
            lines += ["", style("bold", title), *(f"  {one.code}  {one.title}" for one in codes.values())]
    return "\n".join(lines[1:]) + "\n"

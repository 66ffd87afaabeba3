"""Say what a code means, or why a value is what it is.

`clanback explain CB201` prints the page of a code, `clanback explain` lists them all. `clanback explain MACHINE.OPTION` shows the
value, the definitions that made it with file and line, which won and why, and the rendered line it became; `explain MACHINE`
lists what there is. Options have our names (`laptop.jobs.server.repo`, `laptop.borgbackup.client.startAt`) or those of NixOS
(`laptop.services.borgbackup.jobs.server.repo`); `INSTANCE.ROLE.SETTING` explains a setting for all members of a role.
"""

from __future__ import annotations

import re
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from clanback.checks.registry import Code
    from clanback.cli.text import Style

NAME = "explain"
SUMMARY = "say what a code such as CB201 means, or why a value is what it is"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `explain`."""
    parser.add_argument(
        "subject",
        nargs="?",
        metavar="CODE|MACHINE.OPTION",
        help="a code as it stands in brackets after `error` (CB201), or a value: laptop.tags",
    )
    parser.add_argument("--json", action="store_true", help="print the explanation of a value as JSON, format 1")


def run(options: argparse.Namespace) -> int:
    """Print the page of a code, the list of them, or the explanation of a value; 2 if there is no such thing."""
    from clanback.checks import registry
    from clanback.cli.colour import wanted
    from clanback.cli.text import Style

    style = Style(wanted(options.color, sys.stdout))
    if options.subject is None:
        sys.stdout.write(index(style))
        return 0
    if re.fullmatch(r"(?i)cb\d*", options.subject) is None:
        return _explain_value(options, style)
    known = registry.find(options.subject.upper())
    if known is None:
        sys.stderr.write(f"clanback explain: there is no code {options.subject!r}; `clanback explain` lists them\n")
        return 2
    sys.stdout.write(page(known, style))
    return 0


def _explain_value(options: argparse.Namespace, style: Style) -> int:
    """Explain a value of the clan; 2 if there is none of that name, else the status of the findings that stood in the way."""
    from clanback import explaining
    from clanback.cli import configuration, explanation, output, repository
    from clanback.stages import follow

    clan = repository.locate(options.clan)
    settings = configuration.read(repository.root_of(clan), outside=options.allow_outside)
    outcome = follow(clan, compat=None, check=False, allow_outside=options.allow_outside, nixpkgs=options.nixpkgs, recording=True)
    if outcome.inventory is None or outcome.plan is None:
        found = outcome.diagnostics(settings.ignore)
        output.write_diagnostics(found, options, sys.stderr)
        return outcome.status_of_findings(found) or 1
    try:
        context = explaining.Context(outcome.inventory, outcome.plan)
        made = explaining.explain(context, options.subject, out=settings.out, secrets=settings.secrets)
    except explaining.UnknownPathError as problem:
        sys.stderr.write(explanation.unknown(problem))
        return 2
    if options.json:
        output.write_json(explanation.as_json(made))
    else:
        sys.stdout.write(explanation.text(made, style))
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
    if known.console:
        lines = "\n".join(f"    {line}".rstrip() for line in known.console.strip().splitlines())
        parts.append(f"{style('bold', 'How it looks:')}\n\n{lines}")
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

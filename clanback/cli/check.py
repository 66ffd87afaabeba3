"""Find what is wrong: errors Nix would find minutes later, and those it never finds.

Prints every finding with file, line and column, and fails with 1 if one is an error (with `--strict`, also if one is a warning).
Codes are explained by `clanback explain CODE`; `ignore` in clanback.toml silences them for good.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from clanback.diagnostics import Diagnostic
    from clanback.stages import Outcome

NAME = "check"
SUMMARY = "find what is wrong, with file, line and column"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `check`."""
    parser.add_argument(
        "--format", choices=("text", "json", "sarif", "github"), default="text", help="form of the findings (default: text)"
    )
    parser.add_argument(
        "--select", metavar="CODES", type=codes, default=(), help="report only these codes or families: CB4,CB201"
    )
    parser.add_argument("--ignore", metavar="CODES", type=codes, default=(), help="do not report these codes or families")
    parser.add_argument("--strict", action="store_true", help="fail on warnings too, and report remarks as with -v")
    parser.add_argument("--compat", choices=("clan-core",), help="judge what clan-core would do, without our corrections")


def codes(text: str) -> tuple[str, ...]:
    """Codes or beginnings of codes, separated by commas; refuses what is no code, so that a slip does not silence everything."""
    chosen = tuple(part.strip().upper() for part in text.split(",") if part.strip())
    for code in chosen:
        if not (code.startswith("CB") and 3 <= len(code) <= 5 and code[2:].isdigit()):
            from argparse import ArgumentTypeError

            raise ArgumentTypeError(f"{code!r} is no code: write CB201, or CB2 for the whole family")
    return chosen


def run(options: argparse.Namespace) -> int:
    """Report everything that is found; 0 without errors, 1 with, 2 if there is nothing that could be read."""
    from clanback.cli import configuration, repository
    from clanback.stages import follow

    clan = repository.locate(options.clan)
    settings = configuration.read(repository.root_of(clan))
    outcome = follow(clan, compat=options.compat, allow_outside=options.allow_outside, nixpkgs=options.nixpkgs)
    options.verbose = options.verbose or options.strict
    found = outcome.diagnostics((*settings.ignore, *options.ignore), options.select)
    _write(found, outcome, options)
    return outcome.status_of_findings(found, strict=options.strict)


def _write(found: list[Diagnostic], outcome: Outcome, options: argparse.Namespace) -> None:
    from clanback.cli import output

    if options.format == "json":
        output.write_json({"format_version": 1, "diagnostics": [one.as_json() for one in output.visible(found, options)]})
    elif options.format == "sarif":
        from clanback.cli.sarif import sarif

        output.write_json(sarif(output.visible(found, options)))
    elif options.format == "github":
        from clanback.cli.github import annotation

        sys.stdout.write("".join(annotation(one) for one in output.visible(found, options)))
    else:
        output.write_diagnostics(found, options, sys.stdout)
        if not output.visible(found, options) and outcome.plan is not None:
            from clanback.cli.terminal import counted

            machines = counted(len(outcome.plan.machines), "machine")
            jobs = counted(sum(len(machine.jobs) for machine in outcome.plan.machines.values()), "job")
            output.say(f"nothing found in {machines} with {jobs}", options)

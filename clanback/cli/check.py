"""Find what is wrong: errors Nix would find minutes later, and those it never finds.

Prints every finding with file, line and column, and fails with 1 if one is an error (with `--strict`, also if one is a warning).
Codes are explained by `clanback explain CODE`. A comment `# clanback: ignore[CODE] reason` silences findings on its line or the
line below; `ignore` in clanback.toml silences a code everywhere. `--fix` mends what has one right way out and shows what it
changes; with `--diff` it only shows, and fails with 1 if there is anything to change.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping

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
    parser.add_argument(
        "--strict",
        action="store_true",
        help="fail on warnings too, report remarks as with -v, and unknown values",
    )
    parser.add_argument("--compat", choices=("clan-core",), help="judge what clan-core would do, without our corrections")
    parser.add_argument("--fix", action="store_true", help="mend what has one right way out, and show the changes")
    parser.add_argument("--diff", action="store_true", help="with --fix: show the changes, write nothing")


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

    if options.diff and not options.fix:
        sys.stderr.write("clanback check: --diff goes with --fix\n")
        return 2
    clan = repository.locate(options.clan)
    settings = configuration.read(repository.root_of(clan), outside=options.allow_outside)

    def again(overlay: Mapping[str, str] | None = None) -> Outcome:
        def once() -> Outcome:
            given = {"allow_outside": options.allow_outside, "nixpkgs": options.nixpkgs}
            return follow(clan, compat=options.compat, overlay=overlay, **given)

        if not options.strict:
            return once()
        from clanback.cli.unknowns import with_unknowns

        return with_unknowns(once)

    outcome = again()
    options.verbose = options.verbose or options.strict
    found = outcome.diagnostics((*settings.ignore, *options.ignore), options.select)
    if options.fix:
        mended = _mend(clan, found, outcome, again, options)
        if options.diff:
            return 1 if mended else 0
        if mended:
            outcome = again()
            found = outcome.diagnostics((*settings.ignore, *options.ignore), options.select)
    _write(found, outcome, options)
    return outcome.status_of_findings(found, strict=options.strict)


def _mend(
    clan: str,
    found: list[Diagnostic],
    outcome: Outcome,
    again: Callable[[Mapping[str, str]], Outcome],
    options: argparse.Namespace,
) -> bool:
    """Show what is mended, and write it unless only the difference is wanted; whether there was anything."""
    from clanback.cli import output, repository
    from clanback.cli.changes import write_diff
    from clanback.cli.terminal import counted, safe
    from clanback.mending import mend, write

    root = outcome.inventory.root if outcome.inventory is not None else repository.root_of(clan)
    mending = mend(root, found, outcome, again)
    stream = sys.stdout if options.diff or options.format == "text" else sys.stderr
    write_diff([(file.name, file.before, file.after) for file in mending.files], options, stream)
    for one, why in mending.left:
        place = f" at {one.span.source.name}:{one.span.line}" if one.span is not None else ""
        output.say(safe(f"left alone: {one.code}{place}: {why}"), options)
    if mending.files and not options.diff:
        try:
            write(mending.files)
        except OSError as problem:
            sys.stderr.write(f"clanback check: not all is mended: {safe(str(problem))}\n")
            return True
        what = f"{counted(len(mending.fixed), 'finding')} in {counted(len(mending.files), 'file')}"
        output.say(f"mended {what}", options)
    return bool(mending.files)


def _offer_fixes(found: list[Diagnostic], options: argparse.Namespace) -> None:
    from clanback.checks.fixes import fix_of
    from clanback.cli import output

    count = sum(fix_of(one) is not None for one in found)
    if count and not options.fix:
        which = "all of them" if count == len(found) > 1 else "it" if len(found) == 1 else f"{count} of them"
        output.say(f"clanback check --fix mends {which}", options)


def _fix_json(found: Diagnostic) -> dict[str, object] | None:
    from clanback.checks.fixes import fix_of
    from clanback.diagnostics import place_json

    fix = fix_of(found)
    return None if fix is None else {"title": fix.title, "text": fix.text, **place_json(fix.span)}


def _write(found: list[Diagnostic], outcome: Outcome, options: argparse.Namespace) -> None:
    from clanback.cli import output

    if options.format == "json":
        shown = [{**one.as_json(), "fix": _fix_json(one)} for one in output.visible(found, options)]
        output.write_json({"format_version": 1, "diagnostics": shown})
    elif options.format == "sarif":
        from clanback.cli.sarif import sarif

        output.write_json(sarif(output.visible(found, options)))
    elif options.format == "github":
        from clanback.cli.github import annotation

        sys.stdout.write("".join(annotation(one) for one in output.visible(found, options)))
    else:
        output.write_diagnostics(found, options, sys.stdout)
        _offer_fixes(output.visible(found, options), options)
        if not output.visible(found, options) and outcome.plan is not None:
            from clanback.cli.terminal import counted

            machines = counted(len(outcome.plan.machines), "machine")
            jobs = counted(sum(len(machine.jobs) for machine in outcome.plan.machines.values()), "job")
            output.say(f"nothing found in {machines} with {jobs}", options)

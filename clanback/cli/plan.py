"""Tell what a change means for backups: machines, folders and archives that are lost, schedules, what is new.

Compares the clan with another state of it: a revision of its git repository (default: HEAD, so what has not been committed yet)
or another folder. Folders that are no longer saved and repositories that begin empty stand first; rendered files that differ
for other reasons are listed at the end. Nothing of the repository is run: no hook, no filter, no Nix code with side effects.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any

    from clanback.plan.changes import Difference
    from clanback.plan.model import Plan
    from clanback.stages import Outcome

NAME = "plan"
SUMMARY = "tell what a change means for backups"
CHANGES = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `plan`."""
    parser.add_argument(
        "--against", metavar="REV|DIR", default="HEAD", help="what to compare with: a git revision, or a folder (default: HEAD)"
    )
    parser.add_argument(
        "--detailed-exitcode", action="store_true", help="exit with 0 if nothing changes, 2 if something does, 1 on errors"
    )
    parser.add_argument(
        "--format", choices=("text", "json", "markdown"), default="text", help="form of the result (default: text)"
    )


def run(options: argparse.Namespace) -> int:
    """Print the difference; 0 when done, 1 with errors in the clan, 2 if it cannot be read, or see `--detailed-exitcode`."""
    from clanback.cli import repository
    from clanback.cli.output import write_diagnostics
    from clanback.diagnostics import DiagnosticError, Severity
    from clanback.stages import follow

    clan = repository.locate(options.clan)
    after = follow(clan, compat=None, check=False, allow_outside=options.allow_outside, nixpkgs=options.nixpkgs)
    errors = [one for one in after.diagnostics() if one.severity is Severity.ERROR]
    write_diagnostics(errors, options, sys.stderr)
    if after.plan is None:
        return _failed(after.status_of_failure(None), options)
    try:
        before, files_before = _before(clan, options)
        files = _files(after.plan, after)
    except DiagnosticError as stop:
        write_diagnostics(stop.diagnostics, options, sys.stderr)
        return _failed(2, options)
    from clanback.plan.diff import diff

    found = diff(before, after.plan, files_before, files)
    _write(found, options)
    if errors:
        return _failed(1, options)
    return CHANGES if found and options.detailed_exitcode else 0


def _failed(status: int, options: argparse.Namespace) -> int:
    """With `--detailed-exitcode` 2 means changes, so that every failure is 1."""
    return 1 if options.detailed_exitcode else status


def _before(clan: str, options: argparse.Namespace) -> tuple[Plan, dict[str, str]]:
    """The plan to compare with, and its files. Raises DiagnosticError where there is none."""
    if os.path.isdir(options.against):
        return _planned(os.path.abspath(options.against), options)
    if os.path.isfile(options.against):
        return _planned(os.path.abspath(options.against), options)
    from clanback.cli import repository
    from clanback.system.revisions import checked_out

    with checked_out(repository.root_of(clan), options.against) as folder:
        return _planned(folder if os.path.isdir(clan) else f"{folder}/{os.path.basename(clan)}", options)


def _planned(clan: str, options: argparse.Namespace) -> tuple[Plan, dict[str, str]]:
    """The plan at a place; an empty one where there is no clan yet."""
    from clanback.cli.output import say
    from clanback.diagnostics import DiagnosticError, Severity, error
    from clanback.stages import follow

    outcome = follow(clan, compat=None, check=False, allow_outside=options.allow_outside, nixpkgs=options.nixpkgs)
    if outcome.plan is not None:
        errors = sum(one.severity is Severity.ERROR for one in outcome.found)
        if errors:
            from clanback.cli.terminal import counted, safe

            say(f"note: {safe(options.against)} has {counted(errors, 'error')}; what it would do is a guess", options)
        return outcome.plan, _files(outcome.plan, outcome)
    if [one.code for one in outcome.found if one.severity is Severity.ERROR] == ["CB200"]:
        from clanback.cli.terminal import safe
        from clanback.inventory.model import Meta
        from clanback.plan.model import Plan

        say(f"note: there is no clan in {safe(options.against)}: everything is new", options)
        return Plan(Meta(""), {}), {}
    problem = error(
        "CB493",
        f"the clan in {options.against} cannot be read, so nothing can be compared with it",
        notes=tuple(f"{one.code}: {one.message}" for one in outcome.found if one.severity is Severity.ERROR)[:3],
        help="compare with a revision that worked: `clanback plan --against REV`",
    )
    raise DiagnosticError(problem)


def _files(plan: Plan, outcome: Outcome) -> dict[str, str]:
    """What is rendered of the plan, and what the rendered modules import."""
    from clanback import render
    from clanback.render.carried import carried_files

    assert outcome.config is not None
    root = outcome.config.root
    return {**carried_files(plan, root), **render.render(plan, out_relative="generated", root=root)}


def _write(found: Difference, options: argparse.Namespace) -> None:
    if options.format == "json":
        from clanback.cli.output import write_json

        write_json(to_json(found, options.against))
    elif options.format == "markdown":
        from clanback.cli.plan_text import markdown

        sys.stdout.write(markdown(found, options.against))
    else:
        from clanback.cli.colour import wanted
        from clanback.cli.plan_text import text

        sys.stdout.write(text(found, options.against, colour=wanted(options.color, sys.stdout), every_file=options.verbose))


def to_json(found: Difference, against: str) -> dict[str, Any]:
    """The difference as plain values, format 1."""
    from clanback.plan.changes import Weight
    from clanback.plan.telling import tell

    return {
        "format_version": 1,
        "against": against,
        "changed": bool(found),
        "counts": {weight.value: len(found.of(weight)) for weight in Weight},
        "changes": [
            {
                "weight": told.weight.value,
                "machines": list(told.machines),
                "sentence": "".join(told.sentence),
                "details": [
                    {
                        "subject": change.subject.value,
                        "machine": change.machine,
                        "job": change.job,
                        "before": change.before,
                        "after": change.after,
                    }
                    for change in told.changes
                ],
            }
            for told in tell(found.changes)
        ],
        "files": [
            {
                "path": file.path,
                "lines_added": file.added,
                "lines_removed": file.removed,
                "only_comments": file.only_comments,
                "told": file.told,
            }
            for file in found.files
        ],
    }

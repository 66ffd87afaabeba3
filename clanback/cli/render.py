"""Write the NixOS modules of every machine, ready to import.

Reads the clan and writes one folder per machine below the output folder, for `nixosSystem { modules = [ ./generated/NAME ]; }`.
Only files named in `generated/MANIFEST.json` are ever replaced or removed, and either all of them or none.
"""

from __future__ import annotations

import os
import sys

from clanback.cli import configuration, repository

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from clanback.cli.configuration import Configuration
    from clanback.render import WriteResult
    from clanback.stages import Outcome

NAME = "render"
SUMMARY = "write the NixOS modules of every machine"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `render`."""
    parser.add_argument(
        "--out", metavar="DIR", help="folder to write to (default: generated/ beside the clan, or what clanback.toml says)"
    )
    parser.add_argument("--check", action="store_true", help="write nothing, fail with 1 if the modules are not up to date")
    parser.add_argument("--diff", action="store_true", help="write nothing, print what would change")
    parser.add_argument("--compat", choices=("clan-core",), help="render exactly what clan-core means, without our corrections")
    parser.add_argument(
        "--secrets",
        choices=configuration.WAYS,
        help="how secrets reach the machines (default: upload, by `clanback vars upload`; clan: clan-core deploys them)",
    )
    parser.add_argument(
        "--no-standalone", action="store_true", help="leave out the clan.core options, for machines that import clan-core too"
    )
    parser.add_argument("--force", action="store_true", help="replace rendered files that were edited by hand")


def run(options: argparse.Namespace) -> int:
    """Render, compare or check; 0 when done or up to date, 1 with findings or changes."""
    clan = repository.locate(options.clan)
    _finish_change_of_keys(repository.root_of(clan))
    settings = configuration.read(repository.root_of(clan), outside=options.allow_outside)
    out = os.path.abspath(options.out) if options.out else os.path.join(repository.root_of(clan), settings.out)
    options.secrets = options.secrets or settings.secrets
    recorded = {
        "clan": os.path.relpath(clan, out),
        "compat": options.compat,
        "secrets": options.secrets,
        "standalone": not options.no_standalone,
    }
    if options.allow_outside:
        recorded["outside"] = True
    if options.nixpkgs:
        recorded["nixpkgs"] = True
    if _unchanged(out, clan, recorded, options.nixpkgs):
        if not options.quiet:
            sys.stderr.write(f"{_shown(out)} is up to date\n")
        return 0
    return _render(options, clan, out, settings, recorded)


def _finish_change_of_keys(root: str) -> None:
    """Where `vars` was killed while it put new keys in place, finish that: half of them must not be rendered.

    Where it cannot be finished, `clanback vars check` says why.
    """
    if not os.path.isdir(os.path.join(root, "secrets/.clanback-change")):
        return
    from contextlib import suppress

    from clanback.diagnostics import DiagnosticError
    from clanback.vars import change

    with suppress(DiagnosticError), change.locked(root):
        change.finish(root)


def _unchanged(out: str, clan: str, recorded: Mapping[str, object], nixpkgs: str | None) -> bool:
    """Whether the manifest proves that rendering again would write the same: then nothing of the language is even imported."""
    from clanback.render.folders import leads_out
    from clanback.render.manifest import unchanged

    root = repository.root_of(os.path.realpath(clan))
    return not leads_out(out, root) and unchanged(out, root=root, options=recorded, nixpkgs=nixpkgs)


def _render(options: argparse.Namespace, clan: str, out: str, settings: Configuration, recorded: Mapping[str, object]) -> int:
    from clanback.cli.output import say, write_diagnostics
    from clanback.stages import follow, raised

    outcome = follow(
        clan, compat=options.compat, secrets=options.secrets, allow_outside=options.allow_outside, nixpkgs=options.nixpkgs
    )
    found = raised(outcome.diagnostics(settings.ignore))
    write_diagnostics(found, options, sys.stderr)
    stop = outcome.status_of_failure(options.compat, settings.ignore)
    if stop:
        say("nothing was written", options)
        return stop
    from clanback.diagnostics import DiagnosticError, Severity

    try:
        findings = sum(finding.severity is not Severity.INFO for finding in found)
        return _write(options, outcome, out, recorded, findings)
    except DiagnosticError as refused:
        write_diagnostics(refused.diagnostics, options, sys.stderr)
        say("nothing was written", options)
        return 1


def _write(options: argparse.Namespace, outcome: Outcome, out: str, recorded: Mapping[str, object], findings: int) -> int:
    """Render the plan and write the texts, or compare with what is there."""
    from clanback import render
    from clanback.cli.output import say
    from clanback.cli.terminal import counted

    plan, config = outcome.plan, outcome.config
    assert plan is not None
    assert config is not None
    texts = render.render(
        plan,
        compat=options.compat,
        secrets=options.secrets,
        standalone=not options.no_standalone,
        out_relative=_inside(out, config.root),
        root=config.root,
    )
    render.require_fit(out, config.root)
    if options.check or options.diff:
        return _compare(options, out, texts)
    if _inside(out, config.root) is None and any(f"{config.root}/" in text for text in texts.values()):
        _warn_of_absolute_paths(options)
    inputs = {**outcome.inputs(), **render.variable_inputs(plan, config.root)}
    more = {"findings": findings, "nixpkgs": options.nixpkgs, "force": options.force}
    result = render.write(out, texts, inputs, root=config.root, options=recorded, **more)
    say(f"wrote {counted(len(plan.machines), 'machine')} to {_shown(out)} ({_changes(result)})", options)
    return 0


def _warn_of_absolute_paths(options: argparse.Namespace) -> None:
    from clanback.cli.output import write_diagnostics
    from clanback.diagnostics import warning

    found = warning(
        "CB605",
        "the modules name files of the repository by absolute paths, because the output folder lies outside of it",
        notes=("flakes refuse to read absolute paths",),
        help="choose a folder inside the repository with --out",
    )
    write_diagnostics([found], options, sys.stderr)


def _compare(options: argparse.Namespace, out: str, texts: Mapping[str, str]) -> int:
    """`--diff` to stdout, or for `--check` alone the names of what differs."""
    from clanback import render
    from clanback.cli.output import say

    changed = render.compare(out, texts)
    if options.diff:
        from clanback.cli.changes import write_diff

        write_diff(changed, options)
    elif changed:
        sys.stdout.write("".join(f"{path}\n" for path, _, _ in changed))
    if not changed:
        say(f"{_shown(out)} is up to date", options)
    elif options.check:
        say(f"{_shown(out)} is not up to date: run `clanback render`", options)
    return 1 if changed and options.check else 0


def _inside(out: str, root: str) -> str | None:
    """`out` relative to the repository, links resolved; None where it lies outside."""
    relative = os.path.relpath(os.path.realpath(out), os.path.realpath(root))
    return None if relative == ".." or relative.startswith("../") else relative


def _shown(path: str) -> str:
    """A path as people call it: relative where it lies below the current folder."""
    from clanback.cli.terminal import safe

    relative = os.path.relpath(path)
    return safe(path if relative.startswith("..") else relative)


def _changes(result: WriteResult) -> str:
    parts = [
        f"{len(names)} {word}"
        for word, names in (("new or changed", result.written), ("removed", result.removed), ("unchanged", result.unchanged))
        if names
    ]
    return f"files: {', '.join(parts)}" if parts else "no files"

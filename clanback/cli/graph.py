"""Draw who backs up what to whom: for Markdown, for Graphviz, as a picture, or as a page with everything.

Formats: mermaid (GitHub and others draw it in Markdown), dot (Graphviz), svg, and html: one file with the graph, a table of the
machines that can be searched and sorted, and what check and audit find; it loads nothing and sends nothing. With many machines,
those that save to the same places are drawn as one box.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from clanback.stages import Outcome

NAME = "graph"
SUMMARY = "draw who backs up what to whom"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `graph`."""
    parser.add_argument(
        "--format", choices=("mermaid", "dot", "svg", "html"), help="form of the drawing (default: by --out's name, else mermaid)"
    )
    parser.add_argument("--out", metavar="FILE", help="write to this file, not to standard output")
    parser.add_argument("--all", action="store_true", help="draw every machine as a box of its own, however many there are")


def run(options: argparse.Namespace) -> int:
    """Draw what could be planned; 0 when done, 1 with errors in the clan, 2 if it cannot be read or written."""
    from clanback.cli import configuration, repository
    from clanback.cli.output import say, write_diagnostics
    from clanback.diagnostics import Severity, error
    from clanback.stages import follow

    form = options.format or _by_name(options.out)
    clan = repository.locate(options.clan)
    outcome = follow(clan, compat=None, check=form == "html", allow_outside=options.allow_outside, nixpkgs=options.nixpkgs)
    errors = [one for one in outcome.found if one.severity is Severity.ERROR]
    write_diagnostics(errors, options, sys.stderr)
    if outcome.plan is None:
        return outcome.status_of_failure(None)
    ignore = configuration.read(repository.root_of(clan), outside=options.allow_outside).ignore
    text = _drawn(outcome, form, ignore=ignore, every=options.all)
    if options.out is None:
        sys.stdout.write(text)
    else:
        from clanback.cli.terminal import safe

        try:
            _write(options.out, text)
        except (OSError, ValueError) as problem:
            reason = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
            refused = error("CB494", f"cannot write {options.out}: {reason}", help="choose another file with --out")
            write_diagnostics([refused], options, sys.stderr)
            return 2
        say(f"wrote {safe(options.out)}", options)
    return 1 if errors else 0


def _write(path: str, text: str) -> None:
    """Replace the file in one step; into what is no file (`/dev/stdout`) the text is written."""
    import os

    content = text.encode("utf-8", "backslashreplace")
    if os.path.exists(path) and not os.path.isfile(path):
        with open(path, "wb") as other:
            other.write(content)
    else:
        from clanback.system.files import replace

        replace(path, content)


def _by_name(out: str | None) -> str:
    ending = "" if out is None else out.rpartition(".")[2].lower()
    return {"svg": "svg", "html": "html", "htm": "html", "dot": "dot", "gv": "dot"}.get(ending, "mermaid")


def _drawn(outcome: Outcome, form: str, *, ignore: tuple[str, ...], every: bool) -> str:
    from clanback.cli.audit import audited
    from clanback.plan.graph import collapsed, graph

    assert outcome.inventory is not None
    assert outcome.plan is not None
    audit = audited(outcome)
    found = graph(outcome.inventory, outcome.plan, audit)
    if form == "html":
        from clanback.diagnostics import Severity
        from clanback.drawing.page import page

        order = (Severity.ERROR, Severity.WARNING)
        findings = [one for one in outcome.diagnostics(ignore) if one.severity in order]
        findings.sort(key=lambda one: order.index(one.severity))
        return page(found, outcome.plan, audit, findings)
    shown = found if every else collapsed(found)
    if form == "svg":
        from clanback.drawing.svg import svg

        return svg(shown)
    if form == "dot":
        from clanback.drawing.dot import dot

        return dot(shown)
    from clanback.drawing.mermaid import mermaid

    return mermaid(shown)

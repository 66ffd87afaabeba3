"""Findings as workflow commands of GitHub Actions (Forgejo and Gitea know them too): annotations of a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.cli.terminal import safe
from clanback.diagnostics import Severity

if TYPE_CHECKING:
    from clanback.diagnostics import Diagnostic

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def annotation(found: Diagnostic) -> str:
    """One finding as one line: `::error file=…,line=…,title=CB201::message`."""
    properties = {}
    if found.span is not None:
        properties = {"file": found.span.source.name, "line": str(found.span.line), "endLine": str(found.span.end_line)}
        if found.span.line == found.span.end_line:  # GitHub refuses columns on spans of several lines
            properties |= {"col": str(found.span.column), "endColumn": str(max(found.span.column, found.span.end_column - 1))}
    properties["title"] = found.code
    message = found.message if found.help is None else f"{found.message}\nhelp: {found.help}"
    joined = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[found.severity]} {joined}::{_escaped(message)}\n"


def _escaped(text: str) -> str:
    text = "\n".join(map(safe, text.split("\n")))
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")

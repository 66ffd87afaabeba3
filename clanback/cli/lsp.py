"""Serve an editor over stdin and stdout: findings while typing, completion, hover, definitions, renaming.

Editors start it themselves; docs/how-to/use-in-an-editor.md says how. It speaks the language server protocol.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

NAME = "lsp"
SUMMARY = "serve an editor (language server protocol)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the option that many editors give of their own accord."""
    parser.add_argument("--stdio", action="store_true", help="speak over stdin and stdout: the default, and the only way")


def run(options: argparse.Namespace) -> int:
    """Serve until the editor goes away; 2 if the library for the protocol is missing."""
    del options
    try:
        import pygls.lsp.server  # noqa: F401
    except ImportError:
        sys.stderr.write(f"clanback lsp: the library pygls is missing; install it: {_installing()}\n")
        return 2
    from clanback.editor.server import serve

    serve()
    return 0


PYGLS = "pygls>=2"
"""What `clanback[lsp]` in pyproject.toml asks for: no index of packages has clanback itself."""


def _installing() -> str:
    """The command that installs the library for the Python that runs us."""
    import shlex

    if sys.executable.startswith("/nix/store/"):
        return "clanback.overridePythonAttrs (old: { dependencies = old.dependencies ++ old.optional-dependencies.lsp; })"
    return shlex.join([sys.executable, "-m", "pip", "install", PYGLS])

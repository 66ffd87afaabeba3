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
        sys.stderr.write("clanback lsp: pygls is missing; install it with `pip install 'clanback[lsp]'`\n")
        return 2
    from clanback.editor.server import serve

    serve()
    return 0

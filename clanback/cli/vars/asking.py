"""Asking for a secret at the terminal: hidden, and twice."""

from __future__ import annotations

import sys

_ATTEMPTS = 3


def asked_twice(what: str, if_empty: str) -> str:
    """What was entered twice alike; empty if nothing was, where that means something (`if_empty` says what).

    Raises DiagnosticError CB524 after three tries.
    """
    from getpass import getpass

    from clanback.cli.terminal import safe
    from clanback.diagnostics import DiagnosticError, error

    shown = safe(what)
    for _ in range(_ATTEMPTS):
        entered = getpass(f"{shown}{f' (empty: {if_empty})' if if_empty else ''}: ", stream=sys.stderr)
        if (not entered and if_empty) or getpass("The same again: ", stream=sys.stderr) == entered:
            return entered
        sys.stderr.write("They are not the same.\n")
    message = f"{shown} was not entered twice alike"
    raise DiagnosticError(error("CB524", message, help="run the command again; nothing has been changed"))

"""What we say when clanback itself or the system below it fails: a diagnostic, not a traceback."""

from __future__ import annotations

import os
import platform
import sys

UNUSABLE = 2


def report(surprise: Exception) -> int:
    """Print CB901 for an error of the operating system, CB900 for what no stage expected; return the exit status 2.

    The traceback goes to stderr only with `CLANBACK_DEBUG=1`: it may hold pieces of the input.
    """
    from clanback import __version__
    from clanback.cli.colour import wanted
    from clanback.cli.text import Style, render_all
    from clanback.diagnostics import error

    if isinstance(surprise, OSError):
        what = surprise.strerror or type(surprise).__name__
        found = error(
            "CB901", f"{surprise.filename}: {what}" if surprise.filename else what, help="see to it and run the command again"
        )
    else:
        said = f": {surprise}" if str(surprise) else ""
        found = error(
            "CB900",
            f"clanback is at fault: {type(surprise).__name__}{said}",
            notes=(f"clanback {__version__}, Python {platform.python_version()}, in {_innermost(surprise)}",),
            help="please report it, with the input that causes it (CONTRIBUTING.md); CLANBACK_DEBUG=1 shows the way to it",
        )
    sys.stderr.write(render_all([found], Style(wanted("auto", sys.stderr))))
    if os.environ.get("CLANBACK_DEBUG") == "1":
        import traceback

        traceback.print_exception(surprise)
    return UNUSABLE


def _innermost(surprise: Exception) -> str:
    """File (inside the package) and line where the exception came from."""
    at, here = surprise.__traceback__, "an unknown place"
    while at is not None:
        name = at.tb_frame.f_code.co_filename
        if "clanback" in name:
            here = f"{name[name.rindex('clanback') :]}:{at.tb_lineno}"
        at = at.tb_next
    return here

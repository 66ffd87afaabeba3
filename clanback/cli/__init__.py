"""The command line: arguments in, output out, nothing else. `main` is what the program `clanback` runs.

This file and `arguments.py` import nothing heavy, so that `--version` and `--help` answer at once; each command imports what it
needs when it runs.
"""

from __future__ import annotations

import io
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

DONE = 0
FINDINGS = 1
UNUSABLE = 2
INTERRUPTED = 130
READER_GONE = 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status (DESIGN section 8; 141 when the reader of our output has gone).

    `argv` are the arguments without the program's name, those of the process by default. Never raises: what nobody expected
    becomes the diagnostic CB900; with `CLANBACK_DEBUG=1` in the environment its traceback is printed too.
    """
    arguments = sys.argv[1:] if argv is None else list(argv)
    if arguments in (["--version"], ["-V"]):
        from clanback import __version__

        return _guarded(lambda: print(f"clanback {__version__}"))
    if arguments[:1] == ["__complete"]:  # what shells ask, and nobody else
        from clanback.cli import complete

        return _guarded(lambda: complete.run(arguments[1:]))
    return _guarded(lambda: _run(arguments))


def _run(arguments: list[str]) -> int:
    import gc

    from clanback.cli.arguments import parse

    gc.set_threshold(200_000, 50, 1000)  # a short run makes much that lives to its end and hardly any garbage
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # names of files may hold bytes that are no UTF-8
    options = parse(arguments)
    status: int = options.run(options)
    return status


def program() -> int:
    """What the program `clanback` runs: `main`, and then nothing more."""
    import gc

    status = main()
    gc.freeze()  # at its end Python would look through everything that was made for garbage: an eighth of a short run
    return status


def _guarded(run: object) -> int:
    """Call `run`, and turn whatever ends it early into an exit status."""
    assert callable(run)
    _stand_in_for_closed_streams()
    try:
        try:
            status = run()
            sys.stdout.flush()
        except SystemExit as stop:  # argparse: after --help (0), after wrong usage (2)
            sys.stdout.flush()
            status = stop.code
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        _forget_stdout()
        return READER_GONE
    except Exception as surprise:
        from clanback.cli.internal import report

        status = report(surprise)
        try:
            sys.stdout.flush()
        except OSError:  # a full disk: the interpreter would fail on it once more, and exit with 120
            _forget_stdout()
        return status
    return status if isinstance(status, int) else DONE


def _stand_in_for_closed_streams() -> None:
    """Whoever starts us with stdout or stderr closed gets the exit status only."""
    if sys.stdout is None:
        sys.stdout = io.StringIO()
    if sys.stderr is None:
        sys.stderr = io.StringIO()


def _forget_stdout() -> None:
    """Let the interpreter's own flush at exit go nowhere, instead of failing once more."""
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)
    except (OSError, ValueError):  # stdout is no file (tests), or already closed
        pass

"""Programs that run beside us until we let go of them, or are gone ourselves."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from typing import TYPE_CHECKING

from clanback.diagnostics import DiagnosticError, error
from clanback.system.processes import environment, missing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_GRACE_SECONDS = 3.0


class Background:
    """A program in a session of its own, so that Ctrl-C reaches us alone.

    Its standard input is a pipe whose other end nobody has but us: it comes to its end when we close it, and also when we are
    killed. A program that is to end with us reads it.
    """

    def __init__(self, words: Sequence[str], *, log: str, more_environment: Mapping[str, str] | None = None) -> None:
        """Start it; what it prints goes to the file `log`. Raises DiagnosticError CB910 where it cannot be started."""
        self.words = tuple(words)
        with open(log, "ab") as output:
            try:
                self._process = subprocess.Popen(  # noqa: S603 (an argument list, never a shell)
                    list(words),
                    stdin=subprocess.PIPE,
                    stdout=output,
                    stderr=output,
                    env=environment(more_environment),
                    start_new_session=True,
                )
            except FileNotFoundError:
                raise DiagnosticError(missing(words[0])) from None
            except OSError as problem:
                raise DiagnosticError(
                    error("CB910", f"cannot start `{words[0]}`: {problem.strerror}", help="see that the program works here")
                ) from None

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def end(self) -> None:
        """Close its standard input and see to it that it is over."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        for number in (None, signal.SIGTERM, signal.SIGKILL):
            if number is not None and self.is_running:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_GRACE_SECONDS)
                return

"""Locks that leave nothing lying about: an exclusive `flock` on a folder."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from typing import TYPE_CHECKING

from clanback.diagnostics import DiagnosticError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from clanback.diagnostics import Diagnostic

WAIT_SECONDS = 30.0


@contextlib.contextmanager
def locked(
    folder: str, busy: Diagnostic, *, seconds: float | None = None, on_wait: Callable[[], None] | None = None
) -> Iterator[None]:
    """Hold the lock on `folder` while the block runs; the system frees it when the process ends, however it does.

    Waits up to `seconds` (default: `WAIT_SECONDS`) for whoever has it (`on_wait` is called once if it has to), then raises
    DiagnosticError with `busy`.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        deadline = time.monotonic() + (WAIT_SECONDS if seconds is None else seconds)
        waited = False
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise DiagnosticError(busy) from None
            if not waited and on_wait is not None:
                on_wait()
            waited = True
            time.sleep(0.02)
        yield
    finally:
        os.close(descriptor)

"""What a process that holds secrets does first: no core dump of it, and no look into it by other processes of the same user."""

from __future__ import annotations

import contextlib
import resource
import sys

_PR_SET_DUMPABLE = 4


def keep_memory_private() -> None:
    """Set the limit of core files to 0, also for programs we start, and make this process not dumpable (prctl(2)).

    The limit alone is not enough: a core pattern that is a pipe (systemd-coredump, apport) does not care about it.
    """
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)

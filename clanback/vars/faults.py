"""The diagnostics that several files of this room give: files that cannot be read or written, and who cannot decrypt."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from clanback.diagnostics import error

if TYPE_CHECKING:
    from clanback.diagnostics import Diagnostic


def unreadable(path: str, problem: OSError) -> Diagnostic:
    """A file that is there and cannot be read."""
    return error(
        "CB514", f"cannot read {path}: {_reason(problem)}", help="see who owns the file, and that it is a file and no folder"
    )


def unwritable(path: str, problem: OSError) -> Diagnostic:
    """A file that cannot be written, or a full disk."""
    full = problem.errno in (errno.ENOSPC, errno.EDQUOT)
    advice = "make room on the disk and run the command again" if full else "see who owns the folder, and run the command again"
    return error("CB519", f"cannot write {path}: {_reason(problem)}", help=f"nothing was lost; {advice}")


def foreign(path: str, reason: str) -> Diagnostic:
    """A file that lies where a secret belongs, and is none of ours."""
    return error(
        "CB515",
        f"{path} is not a file that age has encrypted: {reason}",
        help="restore it from version control; if its content was meant as the secret, remove it and use `clanback vars set`",
    )


def _reason(problem: OSError) -> str:
    return (problem.strerror or str(problem)).lower()

"""Files of the clan's own folder and nothing else: a repository may hold links, and nobody's keys lie at their other end.

Who clones a repository has not read it: a link `vars -> ~/.ssh` must make no command write there, read it or wait for it.
"""

from __future__ import annotations

import os
import stat

from clanback.diagnostics import DiagnosticError, error

_LARGEST = 64 * 1024 * 1024


class OutsideError(OSError):
    """A path of the repository that a link leads out of it."""

    strerror = "a link leads out of the repository"


def is_inside(directory: str, path: str) -> bool:
    """Whether `path`, relative to `directory`, lies below it once all links are followed."""
    return _below(os.path.realpath(directory), os.path.realpath(os.path.join(directory, path)))


def require_folder_inside(directory: str, path: str) -> None:
    """Raises DiagnosticError CB519 where the folder of `path` lies elsewhere; a link at `path` itself is replaced."""
    if not is_inside(directory, os.path.dirname(path)):
        raise DiagnosticError(
            error(
                "CB519",
                f"cannot write {path}: {OutsideError.strerror}",
                help="nothing was written; put a folder in the place of the link, and run the command again",
            )
        )


def read(directory: str, path: str) -> bytes:
    """The content of a file of the repository. Raises OSError, for links that lead out of it and for what is no file too."""
    descriptor = os.open(os.path.join(directory, path), os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # a pipe must not hold us up
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not is_inside(directory, path):
            raise OutsideError
        if not stat.S_ISREG(found.st_mode):
            raise OSError(0, "it is no file")
        if found.st_size > _LARGEST:
            raise OSError(0, "it is too large")
        return file.read(_LARGEST)


def _below(root: str, path: str) -> bool:
    return path == root or path.startswith(root.rstrip("/") + "/")

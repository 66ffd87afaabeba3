"""Reads a file of Nix text: only regular files of sane size, only UTF-8; anything else is a diagnostic, never a hang."""

from __future__ import annotations

import os
import stat
from typing import Final

from clanback.diagnostics import Source, Span, error
from clanback.nix.errors import NixSyntaxError

MAX_BYTES: Final = 64 * 1024 * 1024


_NAME_A_FILE = "correct the path, or put a readable file there"


def read_source(path: str | os.PathLike[str], name: str | None = None) -> Source:
    """The text of a file as a `Source`; `name` is what people see, the path itself unless given.

    Raises `NixSyntaxError`: CB020 (no such file, not a regular one, not allowed), CB021 (not UTF-8), CB024 (too large).
    """
    real = os.fspath(path)
    shown = real if name is None else name
    try:
        # O_NONBLOCK: opening a pipe that nobody writes to must not wait.
        descriptor = os.open(real, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
        raise NixSyntaxError(error("CB020", f"cannot read `{shown}`: {reason}", help=_NAME_A_FILE)) from problem
    try:
        status = os.fstat(descriptor)
        if stat.S_ISDIR(status.st_mode):
            raise NixSyntaxError(error("CB020", f"cannot read `{shown}`: it is a directory", help=_NAME_A_FILE))
        if not stat.S_ISREG(status.st_mode):
            raise NixSyntaxError(error("CB020", f"cannot read `{shown}`: it is not a regular file", help=_NAME_A_FILE))
        with os.fdopen(os.dup(descriptor), "rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as problem:
        raise NixSyntaxError(error("CB020", f"cannot read `{shown}`: {problem.strerror}", help=_NAME_A_FILE)) from problem
    finally:
        os.close(descriptor)
    if len(content) > MAX_BYTES:
        large = f"`{shown}` is too large: more than {MAX_BYTES // 1024 // 1024} MiB"
        raise NixSyntaxError(error("CB024", large, help="split it into several files that import each other"))
    try:
        return Source(shown, content.decode("utf-8"), real)
    except UnicodeDecodeError as problem:
        source = Source(shown, content.decode("utf-8", "replace"), real)
        offset = len(content[: problem.start].decode("utf-8"))
        raise NixSyntaxError(
            error(
                "CB021",
                f"file is not UTF-8: byte 0x{content[problem.start]:02x} cannot stand here",
                Span(source, offset, offset + 1),
                help="save the file as UTF-8",
            )
        ) from problem

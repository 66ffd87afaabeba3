"""A revision of a git repository as a folder, without trusting the repository: no hook, filter, pager or transport of it runs.

`git archive` and `git worktree` would apply the attributes and filters that a repository configures. Here git is asked for
names and contents only (`ls-tree`, `cat-file`), and we write the files ourselves, into a folder that nobody else can enter.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

import attrs

from clanback.diagnostics import DiagnosticError, error
from clanback.system import processes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clanback.diagnostics import Diagnostic

_HARMLESS = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_ALLOW_PROTOCOL": "none",  # no transport: missing objects of a partial clone are not fetched
    "GIT_ATTR_NOSYSTEM": "1",
    "LC_ALL": "C",
}
_OPTIONS = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "--no-pager", "--literal-pathspecs")

_BATCH = 32 * 1024 * 1024
"""Bytes of contents asked for at once."""
_LARGE = 50_000_000
"""Files larger than this cannot be read by the evaluator either: they are laid out with their size, but empty."""
_MOST = 2 * 1024**3
"""Bytes of a whole revision."""
_SECONDS = 120.0


@attrs.frozen
class _Entry:
    mode: str
    kind: str
    object: str
    size: int
    path: str


@contextmanager
def checked_out(folder: str, revision: str) -> Iterator[str]:
    """Lay out what `folder` is in `revision` of the git repository around it; the result is removed when the block is left.

    Gives the folder that stands for `folder`. Raises DiagnosticError: CB490 no git repository, CB491 no such revision, CB492
    what git says cannot be laid out.
    """
    top = os.path.realpath(folder)
    commit, prefix = _commit(top, revision)
    entries = _entries(top, commit, prefix, revision)
    target = tempfile.mkdtemp(prefix="clanback-")  # 0700
    try:
        _write(top, entries, target, revision)
        yield target
    finally:
        shutil.rmtree(target, ignore_errors=True)


def _git(folder: str, words: Sequence[str], stdin: bytes = b"") -> processes.Finished:
    command = ["git", *_OPTIONS, "-C", folder, *words]
    try:
        return processes.run(command, stdin=stdin, more_environment=_HARMLESS, timeout=_SECONDS, folder=folder)
    except processes.TimedOutError as late:  # a pipe where git expects a file
        raise DiagnosticError(
            error("CB490", f"the git repository of {folder} cannot be read: {late}", help="see that `git status` works there")
        ) from None


def _commit(folder: str, revision: str) -> tuple[str, str]:
    """The id of the commit, and where `folder` lies in its tree (empty, or ending with `/`)."""
    found = _git(folder, ["rev-parse", "--show-prefix"])
    if found.status != 0:
        raise DiagnosticError(
            error(
                "CB490",
                f"{folder} is not in a git repository that can be read",
                notes=tuple(found.complaint.splitlines()[-1:]),
                help="name the folder to compare with: `clanback plan --against DIR`",
            )
        )
    prefix = found.text.rstrip("\n")
    named = _git(folder, ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"])
    commit = named.text.strip()
    if named.status != 0 or re.fullmatch(r"[0-9a-f]{40,64}", commit) is None:
        raise DiagnosticError(_no_revision(folder, revision))
    return commit, prefix


def _no_revision(folder: str, revision: str) -> Diagnostic:
    """Why there is no such revision: a repository that somebody has just made has none at all."""
    listed = _git(folder, ["rev-list", "--all", "--max-count=1"])
    if listed.status == 0 and not listed.text.strip():
        return error(
            "CB491",
            "the git repository has no commit yet, so there is nothing to compare with",
            help="commit first; from then on `clanback plan` tells what your changes mean",
        )
    return error(
        "CB491",
        f"git knows no revision `{revision}`",
        help="name a branch, tag or commit that is there (in CI: fetch it first), or a folder",
    )


def _entries(folder: str, commit: str, prefix: str, revision: str) -> list[_Entry]:
    """All files below `prefix` in the commit, their paths relative to it."""
    tree = f"{commit}:{prefix.rstrip('/')}" if prefix else f"{commit}^{{tree}}"
    listed = _git(folder, ["ls-tree", "-r", "-z", "--long", "--full-tree", tree])
    if listed.status != 0:
        if prefix and _git(folder, ["cat-file", "-e", tree]).status != 0:
            return []  # the folder is younger than the revision
        raise _unusable(revision, listed.complaint)
    entries = []
    for line in listed.text.split("\0"):
        match = re.fullmatch(r"(\d+) (\w+) ([0-9a-f]+) +(\d+|-)\t(.*)", line, re.DOTALL)
        if match is not None:
            size = 0 if match[4] == "-" else int(match[4])
            entries.append(_Entry(match[1], match[2], match[3], size, match[5]))
        elif line:  # git prints BAD for the size of contents that are not there
            raise _unusable(revision, f"git does not know the size of {line.rpartition(chr(9))[2]!r}")
    if sum(entry.size for entry in entries if entry.size <= _LARGE) > _MOST:
        raise _unusable(revision, f"its files are larger than {_MOST >> 30} GiB")
    return entries


def _unusable(revision: str, reason: str) -> DiagnosticError:
    return DiagnosticError(
        error(
            "CB492",
            f"the revision `{revision}` cannot be laid out: {reason.splitlines()[-1] if reason else 'git does not say why'}",
            help="check the repository with `git fsck`, or name a folder to compare with",
        )
    )


def _write(folder: str, entries: Sequence[_Entry], target: str, revision: str) -> None:
    """Write files, then links: so no file is ever written through a link of the repository."""
    for entry in entries:
        if any(part in ("", ".", "..") or part.lower() == ".git" for part in entry.path.split("/")) or "\0" in entry.path:
            raise _unusable(revision, f"it has a file named {entry.path!r}")
    files = [entry for entry in entries if entry.kind == "blob"]
    links = [entry for entry in files if entry.mode == "120000"]
    try:
        for entry in entries:
            if entry.kind == "commit":  # a submodule that nobody has fetched: an empty folder, as git makes it
                os.makedirs(f"{target}/{entry.path}", exist_ok=True)
        for batch in _batches([entry for entry in files if entry.mode != "120000"]):
            for entry, content in _contents(folder, batch, revision):
                _write_file(f"{target}/{entry.path}", entry, content)
        for entry, content in [found for batch in _batches(links) for found in _contents(folder, batch, revision)]:
            path = f"{target}/{entry.path}"
            os.makedirs(os.path.dirname(path), exist_ok=True)
            os.symlink(content, os.fsencode(path))
    except (OSError, ValueError) as problem:
        raise _unusable(revision, str(problem)) from None


def _write_file(path: str, entry: _Entry, content: bytes) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(number, "wb") as file:
        file.write(content)
        if entry.size > len(content):
            file.truncate(entry.size)


def _batches(entries: Sequence[_Entry]) -> Iterator[list[_Entry]]:
    batch: list[_Entry] = []
    size = 0
    for entry in entries:
        batch.append(entry)
        size += entry.size if entry.size <= _LARGE else 0
        if size >= _BATCH or len(batch) >= 5000:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _contents(folder: str, batch: Sequence[_Entry], revision: str) -> Iterator[tuple[_Entry, bytes]]:
    """The contents of files as git stores them, without filters; nothing for those that are too large."""
    wanted = [entry for entry in batch if entry.size <= _LARGE]
    asked = "".join(f"{entry.object}\n" for entry in wanted).encode()
    found = _git(folder, ["cat-file", "--batch"], asked) if wanted else None
    at, output = 0, b"" if found is None else found.stdout
    for entry in wanted:
        end = output.find(b"\n", at)
        head = output[at:end].split() if end >= 0 else []
        if len(head) != 3 or head[1] != b"blob" or int(head[2]) != entry.size:
            raise _unusable(revision, f"the content of {entry.path!r} is missing")
        yield entry, output[end + 1 : end + 1 + entry.size]
        at = end + 2 + entry.size
    for entry in batch:
        if entry.size > _LARGE:
            yield entry, b""

"""Paths and files: what a path literal means, what may be read, what was read.

Nothing outside the root is read, unless `allow_outside`: every path is resolved, symbolic links included, before it is opened,
and only regular files are opened (no devices, no pipes), up to a size. Store paths are made up: see `store_path`.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from clanback.nix.errors import EvalError, LimitError
from clanback.nix.reads import ABSENT, PRESENT, digest, kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clanback.diagnostics import Source
    from clanback.nix.limits import Limits


_LONGEST = 4095
"""Characters of a path that Linux takes."""


def canonical(path: str) -> str:
    """As Nix' `canonPath`: absolute, without `.`, `..`, doubled or trailing slashes; symbolic links are not looked at."""
    if "//" not in path and "/." not in path and not path.endswith("/"):
        return path
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if parts:
                parts.pop()
        elif part and part != ".":
            parts.append(part)
    return "/" + "/".join(parts)


class Paths:
    """The files that one evaluator may read, and a record of those it did read."""

    def __init__(self, root: str | None, *, allow_outside: bool, limits: Limits, store: str) -> None:
        self.root = os.path.realpath(root) if root is not None else None
        self.base = os.path.abspath(root) if root is not None else os.getcwd()
        self.allow_outside = allow_outside
        self.limits = limits
        self.store = store
        self.nixpkgs: str | None = None
        """Another folder that may be read."""
        self.reads: dict[str, str] = {}
        self.written: dict[str, str] = {}
        """The texts that `toFile` would have put into the store, by path: whoever wants to use a result lays them down."""
        self.copied: dict[str, str] = {}
        """The files and folders that would have been copied there: path in the store to path on disk."""
        self._overlay: dict[str, str] = {}

    canonical = staticmethod(canonical)

    def lay_over(self, texts: Mapping[str, str]) -> None:
        """Let texts stand in for those of files, by absolute path: what an editor has not saved yet."""
        self._overlay.update((os.path.realpath(path), text) for path, text in texts.items())

    def literal(self, text: str, source: Source) -> str:
        """The absolute path that the literal `text` means in a source; relative ones start at the source's folder."""
        if text.startswith("/"):
            return canonical(text)
        if text.startswith("~"):
            raise EvalError(
                "CB132",
                f"the path '{text}' depends on who evaluates it",
                help="use a path relative to this file, or an absolute one",
            )
        base = os.path.dirname(source.path) if source.path is not None else self.base
        return canonical(f"{base}/{text}")

    def real(self, path: str) -> str:
        """`path` with symbolic links resolved; an error when that leaves the root."""
        if len(path) > _LONGEST:
            raise EvalError("CB130", f"cannot read '{path}': no path may have more than {_LONGEST} characters")
        try:
            found = os.path.realpath(path)
        except (OSError, ValueError) as error:
            raise EvalError("CB130", f"cannot read '{path}': {_reason(error)}") from None
        if self.allow_outside or (self.root is None and self._beside(found)):
            return found
        for folder in (self.root, self.nixpkgs):
            if folder is not None and (found == folder or found.startswith(folder.rstrip("/") + "/")):
                return found
        raise EvalError(
            "CB131",
            f"'{path}' lies outside {self.root or self.base}"
            if found == path
            else f"'{path}' leads to '{found}', outside {self.root or self.base}",
            help="clanback reads only files of the repository; --allow-outside lets it read others",
        )

    def _beside(self, found: str) -> bool:
        base = os.path.realpath(self.base)
        return found == base or found.startswith(base.rstrip("/") + "/")

    def read(self, path: str) -> bytes:
        """Content of a regular file inside the root."""
        real = self.real(path)
        if real in self._overlay:
            content = self._overlay[real].encode("utf-8", "surrogateescape")
            self.note(path, digest(content))
            return content
        try:
            # O_NONBLOCK: opening a pipe must not wait for its writer; what was opened is looked at before it is read.
            descriptor = os.open(real, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except (OSError, ValueError) as error:
            self.note(path, ABSENT)
            raise EvalError("CB130", f"cannot read '{path}': {_reason(error)}") from None
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            os.close(descriptor)
            what = "it is a directory" if stat.S_ISDIR(status.st_mode) else "it is not a regular file"
            raise EvalError("CB130", f"cannot read '{path}': {what}")
        with os.fdopen(descriptor, "rb") as file:
            if status.st_size > self.limits.file_size:
                raise LimitError(
                    "CB193", f"the file '{path}' is too large: {status.st_size} bytes, at most {self.limits.file_size}"
                )
            try:
                content = file.read(self.limits.file_size + 1)
            except OSError as error:
                raise EvalError("CB130", f"cannot read '{path}': {_reason(error)}") from None
        self.note(path, digest(content))
        return content

    def text(self, path: str) -> str:
        """Content of a file as text; bytes that are not UTF-8 survive as lone surrogates."""
        return self.read(path).decode("utf-8", "surrogateescape")

    def nix_text(self, path: str) -> str:
        """Content of a file that is to be parsed: of what is no Nix, parsing would need much more memory than reading."""
        text, most = self.text(path), self.limits.source_size
        if len(text) > most:
            raise LimitError("CB193", f"the file '{path}' is too large: {len(text)} characters of Nix, at most {most}")
        return text

    def entries(self, path: str) -> dict[str, str]:
        """Names and kinds (`regular`, `directory`, `symlink`, `unknown`) of what is in a directory."""
        real = self.real(path)
        try:
            with os.scandir(real) as found:
                kinds = {entry.name: kind(entry) for entry in found}
        except (OSError, ValueError) as error:
            self.note(path, ABSENT)
            raise EvalError("CB130", f"cannot read the directory '{path}': {_reason(error)}") from None
        lines = sorted(f"{name}\0{what}\n" for name, what in kinds.items())
        self.note(path, "dir:" + digest("".join(lines).encode("utf-8", "surrogateescape")))
        return kinds

    def exists(self, path: str, *, directory: bool = False) -> bool:
        """Whether something is there (a dangling link is); `directory`: whether it is one."""
        top = path in ("/", self.root, self.base)  # what is around it is not looked at
        parent = os.path.dirname(path) if top else self.real(os.path.dirname(path) or "/")
        there = os.path.lexists(os.path.join(parent, os.path.basename(path)))
        if there and os.path.islink(path):
            self.real(path)
        self.note(path, PRESENT if there else ABSENT)
        return there and (not directory or os.path.isdir(path))

    def kind(self, path: str) -> str:
        """What `builtins.readFileType` says; links are not followed."""
        self.real(os.path.dirname(path) or "/")
        try:
            mode = os.lstat(path).st_mode
        except (OSError, ValueError):
            self.note(path, ABSENT)
            raise EvalError("CB130", f"path '{path}' does not exist") from None
        self.note(path, PRESENT)
        for test, name in ((stat.S_ISREG, "regular"), (stat.S_ISDIR, "directory"), (stat.S_ISLNK, "symlink")):
            if test(mode):
                return name
        return "unknown"

    def nix_file(self, path: str) -> str:
        """The file that importing `path` reads: itself, or `default.nix` in a directory; links resolved."""
        real = self.real(path)
        if os.path.isdir(real):
            return self.real(f"{real}/default.nix")
        return real

    def note(self, path: str, what: str) -> None:
        """Record that `path` was looked at; its content says more than its existence."""
        if what in (PRESENT, ABSENT) and path in self.reads:
            return
        self.reads[path] = what

    def store_path(self, path: str, name: str | None = None) -> str:
        """A made-up store path for a file that Nix would copy to its store.

        Nix derives the name's hash from the content; ours comes from the path, so that it is the same on every run and equal
        files at different places differ. Only its form may be relied on.
        """
        made = self.made_up(path, name if name is not None else os.path.basename(path))
        self.copied[made] = path
        return made

    def origin(self, path: str) -> str:
        """What would have been copied to the store path `path`, or to one above it; any other path as it is."""
        if not self.copied or not path.startswith(f"{self.store}/"):
            return path
        name, slash, below = path[len(self.store) + 1 :].partition("/")
        copied = self.copied.get(f"{self.store}/{name}")
        return path if copied is None else f"{copied}{slash}{below}"

    def made_up(self, seed: str, name: str) -> str:
        """`STORE/HASH-name` with a hash that depends on the texts given only."""
        check_store_name(name)
        number = int(digest(f"{seed}\0{name}".encode("utf-8", "surrogateescape")), 16)
        letters = "0123456789abcdfghijklmnpqrsvwxyz"
        text = "".join(letters[number >> 5 * i & 31] for i in range(32))
        return f"{self.store}/{text}-{name}"


_STORE_NAME = frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+-._?=")


def check_store_name(name: str) -> None:
    """Raise when a name cannot be part of a store path."""
    if not name:
        raise EvalError("CB132", "invalid store path name: it is empty")
    if len(name) > 211:
        raise EvalError("CB132", f"store path name '{name[:40]}…' is longer than 211 characters")
    bad = next((c for c in name if c not in _STORE_NAME), None)
    if bad is not None or name in (".", "..") or name.startswith((".-", "..-")):
        raise EvalError("CB132", f"store path name '{name}' contains an illegal character" + (f" '{bad}'" if bad else ""))


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror or "unknown error") if isinstance(error, OSError) else str(error)

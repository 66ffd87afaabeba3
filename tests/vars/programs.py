"""The real programs: clanback itself, age, age-keygen, ssh-keygen, mkpasswd."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import attrs
import pytest

from clanback.cli import main

CLANBACK = (sys.executable, "-m", "clanback")


def need(*programs: str) -> pytest.MarkDecorator:
    """Skip where one of the programs is missing (and then fail in CI)."""
    gone = [program for program in programs if shutil.which(program) is None]
    return pytest.mark.skipif(bool(gone), reason=f"{', '.join(gone)} is not installed (scripts/system_packages.sh)")


@attrs.frozen
class Clan:
    """A clan's folder, and the home of the person who works on it."""

    folder: Path
    home: Path

    def environment(self, **more: str) -> dict[str, str]:
        """Nothing that could lead to the identities of whoever runs the tests."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AGE_", "SOPS_", "XDG_"))}
        return {**kept, "HOME": str(self.home), "COLUMNS": "100", **more}

    def run(self, *arguments: str, stdin: bytes = b"", status: int | None = 0, **environment: str) -> Done:
        """Call `clanback ARGUMENTS` in the folder, without a terminal: its own `main`, in this process, which is faster."""
        streams = [io.TextIOWrapper(io.BytesIO(content), "utf-8") for content in (stdin, b"", b"")]
        with contextlib.ExitStack() as opened:
            opened.enter_context(contextlib.chdir(self.folder))
            opened.enter_context(mock.patch.dict(os.environ, self.environment(**environment), clear=True))
            opened.enter_context(mock.patch.multiple(sys, stdin=streams[0], stdout=streams[1], stderr=streams[2]))
            opened.enter_context(mock.patch("clanback.vars.hygiene.keep_memory_private"))  # it would be pytest's memory
            done = main(list(arguments))
            for stream in streams[1:]:
                stream.flush()
        out, err = (stream.buffer.getvalue() for stream in streams[1:])  # type: ignore[attr-defined]
        assert status is None or done == status, f"{done}: {err.decode()}"
        return Done(done, out, err.decode())

    def start(self, *arguments: str, status: int = 0, **environment: str) -> Done:
        """Start the program `clanback ARGUMENTS` in the folder, without a terminal."""
        done = subprocess.run(
            [*CLANBACK, *arguments],
            cwd=self.folder,
            env=self.environment(**environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == status, f"{done.returncode}: {done.stderr.decode()}"
        return Done(done.returncode, done.stdout, done.stderr.decode())

    def vars(self, *arguments: str, **more: Any) -> Done:
        """Run `clanback vars ARGUMENTS`."""
        return self.run("vars", *arguments, **more)

    def get(self, machine: str, name: str, **more: Any) -> bytes:
        """A value, as `vars get` prints it."""
        return self.vars("get", machine, name, **more).stdout

    @property
    def identity(self) -> Path:
        """The file of the person's identity."""
        return self.home / ".config/age/identities"

    def public(self, key: str) -> Path:
        """A public value: `per-machine/alice-laptop/openssh/ssh.id_ed25519.pub`."""
        return self.folder / "vars" / key / "value"

    def secret(self, key: str) -> Path:
        """A secret: `per-machine/alice-laptop/openssh/ssh.id_ed25519`."""
        return self.folder / "secrets/clan-vars" / key / f"{key.rpartition('/')[2]}.age"

    def machine_key(self, machine: str) -> Path:
        """A machine's private key."""
        return self.folder / "secrets/age-keys/machines" / machine / "key.age"

    def snapshot(self) -> dict[str, bytes]:
        """All files that make up the secrets and public values."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for top in ("vars", "secrets")
            for path in sorted((self.folder / top).rglob("*"))
            if path.is_file()
        }


@attrs.frozen
class Done:
    """What a run left: its status, stdout as bytes, stderr as text."""

    status: int
    stdout: bytes
    stderr: str


def run(*words: str | Path, stdin: bytes = b"") -> bytes:
    """Run a real program; it must succeed."""
    done = subprocess.run([str(word) for word in words], input=stdin, capture_output=True, check=False)
    assert done.returncode == 0, f"{words}: {done.stderr.decode()}"
    return done.stdout


def age_decrypt(encrypted: Path, identity: bytes, folder: Path) -> bytes:
    """Decrypt with the program `age` alone; `folder` is where the identity may lie meanwhile."""
    key = folder / "identity-for-age"
    key.write_bytes(identity)
    try:
        return run("age", "--decrypt", "-i", key, encrypted)
    finally:
        key.unlink()

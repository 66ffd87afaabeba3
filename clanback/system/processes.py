"""Starting programs: the only place of the project that does.

Programs get an argument list, never a shell's text, and a small environment: what they need to work, none of what somebody
may have put there for us (`AGE_KEY`, tokens). Secrets go in through standard input or a pipe of their own (`descriptors`),
never as an argument.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
from typing import TYPE_CHECKING, Final

import attrs

from clanback.diagnostics import DiagnosticError, error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import IO

    from clanback.diagnostics import Diagnostic

_PASSED: Final = frozenset(
    [
        "PATH",
        "HOME",
        "USER",
        "LOGNAME",
        "SHELL",
        "TERM",
        "COLUMNS",
        "LANG",
        "LANGUAGE",
        "TZ",
        "TMPDIR",
        "SSH_AUTH_SOCK",
        "SSH_ASKPASS",
        "SSH_ASKPASS_REQUIRE",
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "DBUS_SESSION_BUS_ADDRESS",
        "SSL_CERT_FILE",
        "NIX_SSL_CERT_FILE",
        "LOCALE_ARCHIVE",
    ]
)
_PASSED_PREFIXES: Final = ("LC_", "XDG_")
_GRACE_SECONDS: Final = 5.0
_PIPE_BYTES: Final = 60_000
"""What a pipe holds without a reader."""
_MAX_OUTPUT: Final = 256 * 1024 * 1024
_LONGEST_LINE: Final = 16 * 1024 * 1024
"""A longer line is told in pieces: a program that never ends one must not fill our memory."""


@attrs.frozen(repr=False)
class Finished:
    """What became of a program: its exit status (negative: the signal that ended it) and all it printed."""

    program: str
    status: int
    stdout: bytes
    stderr: bytes

    @property
    def text(self) -> str:
        """Standard output; bytes that are no UTF-8 become surrogates, as in names of files."""
        return self.stdout.decode("utf-8", "surrogateescape")

    @property
    def complaint(self) -> str:
        """The last lines of standard error, for people; still to be escaped before it reaches a terminal."""
        lines = [line.rstrip() for line in self.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
        return "\n".join(lines[-8:])


class TimedOutError(Exception):
    """A program took longer than it was given and has been ended."""

    def __init__(self, program: str, seconds: float) -> None:
        super().__init__(f"{program} took longer than {seconds:g} s")
        self.program = program
        self.seconds = seconds


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment that programs get: what they need to work, and `more`."""
    kept = {name: value for name, value in os.environ.items() if name in _PASSED or name.startswith(_PASSED_PREFIXES)}
    return {**kept, **(more or {})}


def run(
    words: Sequence[str],
    *,
    stdin: bytes | Callable[[IO[bytes]], None] = b"",
    more_environment: Mapping[str, str] | None = None,
    descriptors: Mapping[str, bytes] | None = None,
    folder: str | None = None,
    timeout: float | None = None,
    on_stderr: Callable[[str], None] | None = None,
    on_stdout: Callable[[str], None] | None = None,
) -> Finished:
    """Run a program to its end and return what it printed.

    `words` are the program and its arguments, `stdin` all of its standard input, or what writes it piece by piece (in another
    thread; what it raises is raised here, when the program has ended). For each of `descriptors` it inherits a pipe with that
    content, whose number stands in the environment variable of that name (`BORG_PASSPHRASE_FD`). `on_stdout` and `on_stderr` are
    called with each line as it comes, from another thread. Raises DiagnosticError CB910 when the program is not installed or
    cannot be started, TimedOutError after `timeout` seconds; then, and when interrupted, the program has been ended.
    """
    with contextlib.ExitStack() as opened:
        numbers = {name: opened.enter_context(_pipe(content)) for name, content in (descriptors or {}).items()}
        variables = {**(more_environment or {}), **{name: str(number) for name, number in numbers.items()}}
        process = _start(words, environment(variables), tuple(numbers.values()), folder)
    with _ended(process):
        return _communicate(process, words[0], stdin, timeout, on_stdout, on_stderr)


def _start(
    words: Sequence[str], variables: dict[str, str], passed: tuple[int, ...], folder: str | None
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 (an argument list, never a shell)
            list(words),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=variables,
            pass_fds=passed,
            cwd=folder,
        )
    except FileNotFoundError:
        raise DiagnosticError(missing(words[0])) from None
    except (OSError, ValueError) as problem:  # ValueError: a NUL byte in an argument
        reason = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
        raise DiagnosticError(
            error("CB910", f"cannot start `{words[0]}`: {reason}", help="see that the program works on this computer")
        ) from None


def missing(program: str) -> Diagnostic:
    """The diagnostic of a program that is not installed."""
    return error("CB910", f"the program `{program}` is not installed", help=f"install {_PACKAGES.get(program, program)}")


_PACKAGES: Final = {
    "ssh": "OpenSSH (Debian: openssh-client)",
    "ssh-keygen": "OpenSSH (Debian: openssh-client)",
    "sshd": "OpenSSH's server (Debian: openssh-server)",
    "borg": "BorgBackup (Debian: borgbackup)",
    "age": "age, or rage",
    "unshare": "util-linux",
    "flock": "util-linux",
    "/usr/bin/python3": "Python from the system's packages",
    "git": "git",
}


def _communicate(
    process: subprocess.Popen[bytes],
    program: str,
    stdin: bytes | Callable[[IO[bytes]], None],
    timeout: float | None,
    on_stdout: Callable[[str], None] | None,
    on_stderr: Callable[[str], None] | None,
) -> Finished:
    """Feed the program and gather what it prints, a thread for each stream so that none can block another."""
    gathered: dict[str, bytes] = {}

    def read(name: str, stream: IO[bytes], tell: Callable[[str], None] | None) -> None:
        parts: list[bytes] = []
        size = 0
        while line := stream.readline(_LONGEST_LINE):
            size += len(line)
            if size <= _MAX_OUTPUT:
                parts.append(line)
            if tell is not None:
                tell(line.decode("utf-8", "surrogateescape").rstrip("\r\n"))
        gathered[name] = b"".join(parts)

    failed: list[Exception] = []

    def feed() -> None:
        assert process.stdin is not None
        try:
            if callable(stdin):
                stdin(process.stdin)
            else:
                process.stdin.write(stdin)
        except BrokenPipeError:  # the program ended, or does not want to read
            pass
        except Exception as problem:
            failed.append(problem)
        with contextlib.suppress(OSError):
            process.stdin.close()

    assert process.stdout is not None
    assert process.stderr is not None
    threads = [
        threading.Thread(target=read, args=("stdout", process.stdout, on_stdout), daemon=True),
        threading.Thread(target=read, args=("stderr", process.stderr, on_stderr), daemon=True),
        threading.Thread(target=feed, daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        status = process.wait(timeout)
    except subprocess.TimeoutExpired:
        assert timeout is not None
        raise TimedOutError(program, timeout) from None
    for thread in threads:
        thread.join(_GRACE_SECONDS)  # a grandchild may hold the pipes open for longer
    if failed:
        raise failed[0]
    return Finished(program, status, gathered.get("stdout", b""), gathered.get("stderr", b""))


@contextlib.contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """See to it that the program is over when the block is left, whatever happened."""
    try:
        yield
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(_GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextlib.contextmanager
def _pipe(content: bytes) -> Iterator[int]:
    """The reading end of a pipe that already holds `content`."""
    if len(content) > _PIPE_BYTES:
        raise ValueError(f"{len(content)} bytes do not fit into a pipe")
    reading, writing = os.pipe()
    try:
        try:
            os.write(writing, content)
        finally:
            os.close(writing)
        yield reading
    finally:
        os.close(reading)

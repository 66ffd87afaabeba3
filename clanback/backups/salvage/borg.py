"""Running Borg on this computer, against a repository elsewhere: arguments, answers, and what its complaints mean.

Nothing of it stays here: cache and configuration lie in a folder that goes with the session. The passphrase comes through a pipe.
"""

from __future__ import annotations

import ast
import contextlib
import json
import os
import shlex
from typing import TYPE_CHECKING, Any, Final

import attrs

from clanback.diagnostics import DiagnosticError, error
from clanback.system import processes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from clanback.diagnostics import Diagnostic
    from clanback.system.processes import Finished

LOCK_WAIT: Final = "60"
_BAD: Final = frozenset({"WARNING", "ERROR", "CRITICAL"})
_MOST_HEARD: Final = 1 << 20

_CODES: Final[Mapping[str, str]] = {
    "PassphraseWrong": "CB473",
    "PasswordRetriesExceeded": "CB473",
    "NoPassphraseFailure": "CB473",
    "LockTimeout": "CB475",
    "LockError": "CB475",
    "LockErrorT": "CB475",
    "LockFailed": "CB479",
    "Repository.DoesNotExist": "CB474",
    "Repository.InvalidRepository": "CB474",
    "Repository.AlreadyExists": "CB474",
    "Repository.ObjectNotFound": "CB474",
    "Cache.RepositoryAccessAborted": "CB474",
    "Cache.CacheInitAbortedError": "CB474",
    "IntegrityError": "CB474",
    "PathNotAllowed": "CB479",
    "Repository.PathPermissionDenied": "CB479",
    "ConnectionClosed": "CB479",
    "ConnectionClosedWithHint": "CB479",
    "Archive.DoesNotExist": "CB468",
    "Repository.InsufficientFreeSpaceError": "CB476",
}
"""Borg's names for what went wrong, and our codes."""

_PHRASES: Final = (
    ("passphrase supplied in", "CB473"),
    ("Failed to create/acquire the lock", "CB475"),
    ("No space left on device", "CB476"),
    ("is not a valid repository", "CB474"),
    ("does not exist", "CB474"),
    (": cd: /", "CB474"),
    ("Data integrity error", "CB474"),
    ("Connection closed by remote host", "CB479"),
)

_HELP: Final[Mapping[str, str]] = {
    "CB473": "vars/ holds another passphrase than the repository was made with: an older one may be in version control",
    "CB474": "look on the server where the repository is now; --repository names another place",
    "CB475": "wait until whoever uses it is done; if nobody is, `borg break-lock` on the server frees it",
    "CB476": "make room where the files are restored to, and run the command again: nothing was put into place yet",
    "CB468": "somebody removed it meanwhile: run the command again, or name another one with --archive",
    "CB479": "see that the server runs, and that it is where deploy.targetHost says; --through names another way",
}


_UNPROVEN: Final = (
    "archives made by a Borg before 1.2.5 do not prove who made them: if nobody else could write to the repository, run it again "
    "with BORG_WORKAROUNDS=ignore_invalid_archive_tam, which Borg's manual describes"
)


@attrs.frozen(repr=False)
class Repository:
    """A repository, and all that Borg needs to reach it."""

    url: str
    environment: Mapping[str, str]
    passphrase: bytes
    where: str
    """For people."""
    heard: str | None = None
    """A file that ssh's complaints go to."""


class DeniedError(Exception):
    """The server does not let this key in; `notes` are its words."""

    def __init__(self, notes: tuple[str, ...]) -> None:
        super().__init__("denied")
        self.notes = notes


class HostKeyError(DeniedError):
    """The server shows another host key than the one that is known."""


def run(
    repository: Repository,
    command: str,
    *arguments: str,
    folder: str | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> tuple[Finished, list[str]]:
    """Run Borg to its end; what it printed, and its warnings.

    Raises DiagnosticError for what went wrong, DeniedError where the server did not let us in.
    """
    complaints: list[tuple[str, str, str]] = []
    _forget(repository)

    def listen(line: str) -> None:
        said = _read(line)
        if said.get("type") == "log_message" and said.get("levelname") in _BAD:
            complaints.append((str(said["levelname"]), str(said.get("msgid") or ""), str(said.get("message") or "")))
        elif said.get("type") in ("progress_percent", "file_status") and on_progress is not None:
            if isinstance(said.get("current"), int) and isinstance(said.get("total"), int):
                on_progress(said["current"], said["total"])
        elif not said and line.strip():
            complaints.append(("REMOTE", "", line.rstrip()))  # ssh speaks no JSON

    words = ["borg", "--log-json", "--lock-wait", LOCK_WAIT, command, *arguments]
    finished = processes.run(
        words,
        more_environment={**repository.environment, "BORG_REPO": repository.url},
        descriptors={"BORG_PASSPHRASE_FD": repository.passphrase},
        folder=folder,
        on_stderr=listen,
    )
    heard = _overheard(repository)
    if finished.status != 0 and not (finished.status == 1 or 100 <= finished.status <= 127):
        told = "\n".join(message for _, _, message in complaints)
        _raise(repository, command, finished, [*(("REMOTE", "", line) for line in heard if line not in told), *complaints])
    warnings = [message for level, _, message in complaints if level == "WARNING"]
    return finished, [one for one in warnings if _bare(one) not in heard]  # a banner, a message of the day


_OVERHEARD: Final = 'heard=$1; shift; { "$@" 2>&1 >&3 3>&- | tee -a -- "$heard" >&2 3>&-; } 3>&1'


def overheard(ssh: Sequence[str], file: str) -> str:
    """`BORG_RSH` that keeps what ssh complains of in a file, too.

    Borg does not pass it on where it sees first that the connection is closed, as it does on a busy computer.
    """
    return shlex.join(["sh", "-c", _OVERHEARD, "sh", file, *ssh])


def _forget(repository: Repository) -> None:
    if repository.heard is not None:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(repository.heard)


def _overheard(repository: Repository) -> list[str]:
    """What ssh said while Borg ran; not what Borg said on the server, which speaks JSON."""
    if repository.heard is None:
        return []
    try:
        with open(repository.heard, encoding="utf-8", errors="surrogateescape") as file:
            lines = [line.strip() for line in file.read(_MOST_HEARD).splitlines()]
    except FileNotFoundError:
        return []
    return [line for line in lines if line and not _read(line)]


def _bare(message: str) -> str:
    return message.removeprefix("Remote: ").strip()


def _read(line: str) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def complaints(finished: Finished) -> list[str]:
    """What Borg complained of, sentence by sentence, however it ended."""
    return _said([str(said.get("message") or "") for said in _log(finished) if said.get("levelname") in _BAD])


def told(finished: Finished) -> list[str]:
    """What Borg told that is no complaint: lists."""
    return [str(said.get("message") or "") for said in _log(finished) if said.get("levelname") == "INFO"]


def _log(finished: Finished) -> list[dict[str, Any]]:
    said = (_read(line) for line in finished.stderr.decode("utf-8", "surrogateescape").splitlines())
    return [one for one in said if one.get("type") == "log_message"]


def _raise(repository: Repository, command: str, finished: Finished, complaints: list[tuple[str, str, str]]) -> None:
    texts = [message.removeprefix("Remote: ").rstrip() for _, _, message in complaints]
    notes = tuple(_said(texts))[-6:]
    together = "\n".join(texts)
    code = _code(together, complaints)
    if code in ("CB479", "CB465"):
        _raise_denied(together, notes)
    if code in ("CB479", "CB465") and any(line.startswith(_CANNOT_CONNECT) for line in together.splitlines()):
        message = f"{repository.where}: its server cannot be reached"
        raise DiagnosticError(error("CB462", message, notes=notes, help=_HELP["CB479"]))
    unproven = "rchive authentication did not verify" in together
    raise DiagnosticError(
        error(
            code,
            f"{repository.where}: `borg {command}` failed" + ("" if notes else f" with exit status {finished.status}"),
            notes=notes,
            help=_UNPROVEN if unproven else _HELP.get(code, "its own words are above"),
        )
    )


_CANNOT_CONNECT: Final = (
    "ssh: connect to host ",
    "ssh: Could not resolve hostname ",
    "Connection timed out during banner exchange",
    "kex_exchange_identification: ",
)
"""How lines of ssh begin that say that it came to no connection at all."""


def _code(together: str, complaints: list[tuple[str, str, str]]) -> str:
    """What went wrong: why a connection was closed says more than that it was."""
    named = [_CODES[name] for _, name, _ in complaints if name in _CODES]
    phrased = [code for phrase, code in _PHRASES if phrase in together]
    return next((one for one in (*named, *phrased) if one != "CB479"), None) or next(iter((*named, *phrased)), "CB465")


def _raise_denied(together: str, notes: tuple[str, ...]) -> None:
    """Tell where the connection was closed because nobody was let in: a banner may say the same words, but then goes on."""
    if "Host key verification failed" in together or "REMOTE HOST IDENTIFICATION HAS CHANGED" in together:
        raise HostKeyError(notes)
    if "Permission denied (" in together or "Too many authentication failures" in together:
        raise DeniedError(notes)


_TELLS_NOTHING: Final = ("Local Exception", "Remote Exception", "Exception ignored in: ", "Traceback (most recent call last):")


def _said(texts: Sequence[str]) -> list[str]:
    """What Borg says, without the way through its code: of that only the exception at its end, where nothing else tells."""
    told: list[str] = []
    exception, inside, ignored = "", False, False
    for line in "\n".join(texts).splitlines():
        if line.startswith(_TELLS_NOTHING):
            inside, ignored = line.startswith("Trace"), line.startswith("Exception ig") or (ignored and line.startswith("Trace"))
        elif inside:
            if line.strip() and not line.startswith((" ", "During handling", "The above exception")):
                exception, inside = exception if ignored else line, False
        elif line.startswith("Platform: "):
            break
        elif line.strip():
            told.append(line)
    return told or ([exception] if exception else [])


@attrs.frozen
class Archive:
    """An archive of a repository."""

    name: str
    start: str
    identity: str = ""


def archives(repository: Repository) -> list[Archive]:
    """All archives, the oldest first."""
    finished, _ = run(repository, "list", "--json")
    try:
        said = json.loads(finished.text)
        return [Archive(str(one["name"]), str(one.get("start", "")), str(one.get("id", ""))) for one in said["archives"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise DiagnosticError(_senseless(repository)) from None


_FIELDS: Final = "{type} {mode} {uid} {gid} {size} {mtime:%s.%f} {health}{TAB}{bpath!a}{TAB}{source!a}{TAB}"


@attrs.frozen
class Entry:
    """One file, folder, link or device of an archive. `path` has no slash in front; `mode` is as ls prints it."""

    kind: str
    mode: str
    uid: int
    gid: int
    size: int
    mtime: str
    path: str
    source: str
    digest: str = ""
    broken: bool = False
    """Whether a repair put zeros in place of content that was lost."""


def entries(repository: Repository, archive: str, paths: Sequence[str], *, hashes: bool = False) -> list[Entry]:
    """What an archive holds below some paths; with `hashes` SHA-256 of the content of files.

    Borg prints bytes that are no UTF-8 only in Python's literals, so it is asked for these.
    """
    form = _FIELDS + ("{sha256}{NL}" if hashes else "{NL}")
    finished, _ = run(repository, "list", "--format", form, f"::{archive}", *patterns(paths))
    found = []
    for line in finished.stdout.split(b"\n"):
        if not line:
            continue
        try:
            front, path, source, digest = line.decode("utf-8", "surrogateescape").split("\t")
            kind, mode, uid, gid, size, mtime, health = front.split(" ")
            names = _literal(path), _literal(source)
            found.append(Entry(kind, mode, int(uid), int(gid), int(size), mtime, *names, digest, health == "broken"))
        except (ValueError, SyntaxError):
            raise DiagnosticError(_senseless(repository)) from None
    return found


def _literal(text: str) -> str:
    value = ast.literal_eval(text)
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else str(value)


def patterns(paths: Sequence[str]) -> list[str]:
    """Paths as Borg takes them literally, with all that is below them."""
    return [f"pp:{path.lstrip('/')}" for path in paths]


def _senseless(repository: Repository) -> Diagnostic:
    return error(
        "CB466", f"{repository.where}: Borg's answer cannot be used", help="clanback knows Borg 1.2 to 1.4: see `borg --version`"
    )

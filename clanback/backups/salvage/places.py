"""Where a repository is: Borg's ways of writing it, and the options of ssh that a destination's `rsh` holds. Pure."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Final

import attrs

from clanback.diagnostics import DiagnosticError, error
from clanback.remote.targets import HARMLESS, Target, parse_target

if TYPE_CHECKING:
    from clanback.diagnostics import Diagnostic

_URL: Final = re.compile(r"ssh://(?:(?P<user>[^@/]+)@)?(?P<host>\[[^\]]+\]|[^:/@]+)(?::(?P<port>\d+))?(?P<path>/.*)", re.DOTALL)
_SCP: Final = re.compile(r"(?:(?P<user>[^@/:]+)@)?(?P<host>\[[^\]]+\]|[^:/@]+):(?P<path>.+)", re.DOTALL)


@attrs.frozen
class RepositoryPlace:
    """A repository. `host` None: a folder, which is then `path`; else `path` is as it stands in an `ssh://` URL."""

    path: str
    host: str | None = None
    user: str | None = None
    port: int | None = None


def read_repository(text: str) -> RepositoryPlace:
    """Read a repository as Borg does: `ssh://user@host:port/path`, `user@host:path`, `file:///path` or a path.

    >>> read_repository("borg@192.0.2.1:.")
    RepositoryPlace(path='/./.', host='192.0.2.1', user='borg', port=None)
    """
    if text.startswith("file://"):
        return RepositoryPlace(text.removeprefix("file://"))
    url = _URL.fullmatch(text)
    if url is not None:
        return RepositoryPlace(url["path"], url["host"].strip("[]"), url["user"], int(url["port"]) if url["port"] else None)
    scp = None if text.startswith(("/", "./", "../")) or "://" in text else _SCP.fullmatch(text)
    if scp is None:
        return RepositoryPlace(text)
    path = scp["path"]
    return RepositoryPlace(path if path.startswith("/") else f"/~/{path[2:]}" if path.startswith("~/") else f"/./{path}",
                           scp["host"].strip("[]"), scp["user"])  # fmt: skip


def target_of(place: RepositoryPlace, machine: str, rsh: str) -> Target:
    """How ssh reaches the host of a repository, with the harmless options that `rsh` gives it.

        Raises DiagnosticError CB460 where `rsh` is anything else than ssh with harmless options: nothing that a clan names is
    started.
    """
    assert place.host is not None
    host = f"[{place.host}]" if ":" in place.host else place.host
    port = f":{place.port}" if place.port is not None else ""
    target = parse_target(machine, f"{place.user or 'root'}@{host}{port}")
    words = _words(rsh)
    if not words or words[0].rpartition("/")[2] != "ssh":
        raise DiagnosticError(_refused(rsh, "it is not ssh"))
    options: list[tuple[str, str]] = []
    rest = words[1:]
    while rest:
        flag, value, rest = _take(rest, rsh)
        if flag == "-p" and value.isdigit():
            target = attrs.evolve(target, port=target.port or int(value))
        elif flag == "-l":
            target = attrs.evolve(target, user=parse_target(machine, f"{value}@{host}").user) if place.user is None else target
        elif flag == "-o":
            name, _, setting = value.partition("=")
            options += parse_target(machine, f"{host}?{name.strip()}={setting.strip()}").options
        elif flag not in ("-i", "-T", "-4", "-6", "-q", "-x", "-a", "-C"):
            raise DiagnosticError(_refused(rsh, f"{flag} is not known to be harmless"))
    ours = {"BatchMode", "IdentityFile", "IdentitiesOnly", "CertificateFile", "UserKnownHostsFile", "HostKeyAlias"}
    kept = tuple((name, value) for name, value in options if name not in ours and value and name in HARMLESS)
    return attrs.evolve(target, options=kept)


def _words(rsh: str) -> list[str]:
    try:
        return shlex.split(rsh)
    except ValueError:
        raise DiagnosticError(_refused(rsh, "its quotes do not match")) from None


def _take(words: list[str], rsh: str) -> tuple[str, str, list[str]]:
    """The next option of ssh, its value, and what is left."""
    word = words[0]
    if not word.startswith("-") or word == "--":
        raise DiagnosticError(_refused(rsh, f"{word!r} is no option"))
    flag, attached = word[:2], word[2:]
    if flag in ("-p", "-l", "-o", "-i"):
        if attached:
            return flag, attached, words[1:]
        return flag, words[1] if len(words) > 1 else "", words[2:]
    return word, "", words[1:]


def _refused(rsh: str, why: str) -> Diagnostic:
    return error(
        "CB460",
        f"the connection of the destination, {rsh!r}, is not used from here: {why}",
        help="give the way to the repository's host with --through USER@HOST:PORT, and options in ~/.ssh/config",
    )

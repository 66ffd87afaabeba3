"""Addresses of repositories as Borg 1 reads them: `ssh://user@host:port/path`, `user@host:path`, a folder."""

from __future__ import annotations

import re

import attrs

from clanback.plan.folders import normal

_USER = r"(?:(?P<user>[^@:/]+)@)?"
_HOST = r"(?P<host>(?!\[)[^:/]+(?<!\])|\[[0-9a-fA-F:.]+\])"
_NO_ARCHIVE = r"(?:[^:]|:(?!:))+"
_ARCHIVE = r"(?:::(?P<archive>[^/]+))?"
_URL = re.compile(rf"ssh://{_USER}{_HOST}(?::(?P<port>\d+))?(?P<path>/{_NO_ARCHIVE}){_ARCHIVE}", re.DOTALL)
_FILE = re.compile(rf"file://(?P<path>[^/]*/{_NO_ARCHIVE}){_ARCHIVE}", re.DOTALL)
_SHORT = re.compile(rf"(?:{_USER}{_HOST}:)?(?P<path>(?!:|//|ssh://){_NO_ARCHIVE}){_ARCHIVE}", re.DOTALL)

_FOREIGN = re.compile(r"(sftp|https?|ftps?|s3|b2|rest|rclone|smb|nfs|webdavs?|davs?|gs|azure|swift|rsync|socket):", re.IGNORECASE)
"""What other programs, or later versions of Borg, take."""


@attrs.frozen
class Repository:
    """What Borg makes of an address: `host` is None for a folder of the machine itself."""

    path: str
    host: str | None = None
    user: str | None = None
    port: int | None = None
    archive: str | None = None


def read(repo: str) -> Repository | None:
    """The parts of an address, None where Borg refuses it."""
    found = _URL.fullmatch(repo)
    if found is not None:
        port = found["port"]
        return Repository(found["path"], found["host"], found["user"], int(port[:9]) if port else None, found["archive"])
    found = _FILE.fullmatch(repo) or _SHORT.fullmatch(repo)
    if found is None:
        return None
    groups = found.groupdict()
    return Repository(groups["path"], groups.get("host"), groups.get("user"), None, groups["archive"])


def problem(repo: str) -> str | None:
    """Why nothing can be saved at an address; None if something might."""
    foreign = _FOREIGN.match(repo)
    if foreign is not None:
        return f"Borg reaches nothing over {foreign[1].lower()}"
    known = read(repo)
    if known is None:
        return "Borg cannot read it"
    if known.archive is not None:
        return "it names an archive: jobs name their archives themselves"
    if known.port is not None and not 0 < known.port < 65536:
        return f"{known.port} is no port"
    return None


def doubt(repo: str) -> str | None:
    """Why an address that Borg takes is probably not what was meant."""
    known = read(repo)
    if known is None:
        return None
    if known.host is None and not known.path.startswith("/"):
        if "@" in repo:
            return "without a colon after the host it is a folder of the machine itself"
        return "it is a relative path: a folder of the machine itself, below wherever the job starts"
    if known.port is None and known.host is not None and not repo.startswith("ssh://"):
        port = re.match(r"(\d{2,5})/", known.path)
        if port is not None:
            return f"{port[1]} is a folder here, not a port: with a port it is `ssh://user@host:{port[1]}/path`"
    return None


def local_folder(repo: str) -> str | None:
    """The folder, in normal form, that a repository on the machine itself lies in."""
    known = read(repo)
    return normal(known.path) if known is not None and known.host is None and known.path.startswith("/") else None

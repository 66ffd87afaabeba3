"""Sending restored files to another machine: as a tar stream over ssh, with owners, modes, attributes and any name.

Borg is not needed there. The stream is written by us, not by tar: who runs clanback need not be root for owners to survive.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tarfile
from typing import TYPE_CHECKING, Final

from clanback.backups.salvage.placing import occupied
from clanback.diagnostics import DiagnosticError, error

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import IO

    from clanback.backups.reach import Reachable
    from clanback.backups.salvage.borg import Entry
    from clanback.remote.ssh import Session

_OCCUPIED: Final = 17

SCRIPT: Final = r"""
set -eu
umask 077
to=$1 overwrite=$2
shift 2
mkdir -p -- "$to"
staged=$(mktemp -d -- "$to/.clanback-restore-XXXXXXXX")
trap 'find "$staged" -type d -exec chmod u+rwx {} + || true; rm -rf -- "$staged"' EXIT
trap 'exit 1' HUP INT TERM PIPE
tar --extract --file=- --directory="$staged" --numeric-owner --same-owner --same-permissions --delay-directory-restore \
  --xattrs --xattrs-include='*' --warning=no-unknown-keyword
export to
if [ "$overwrite" = no ]; then
  taken=$(cd -- "$staged" && find . -mindepth 1 -exec sh -c '
    is_folder() { [ -d "$1" ] && [ ! -L "$1" ]; }
    for path; do
      if [ -e "$to/$path" ] || [ -L "$to/$path" ]; then
        is_folder "$path" && is_folder "$to/$path" || printf "%s\n" "$to/${path#./}"
      fi
    done' sh {} +)
  if [ -n "$taken" ]; then
    printf '%s\n' "$taken"
    exit 17
  fi
fi
for path; do
  if [ -e "$staged/$path" ] || [ -L "$staged/$path" ]; then
    parent=$(dirname -- "$to/$path")
    (umask 022 && mkdir -p -- "$parent")
    if [ "$overwrite" = no ]; then how=--no-clobber; else how=--remove-destination; fi
    cp --archive --link "$how" -- "$staged/$path" "$parent/"
  fi
done
"""
"""Unpacks into a folder of its own, looks for what is in the way, and then links what was asked for into place."""


def send(
    session: Session,
    machine: Reachable,
    staged: str,
    found: Sequence[Entry],
    paths: Sequence[str],
    folder: str,
    *,
    overwrite: bool,
) -> None:
    """Send what lies in `staged` to a folder of a machine. Raises DiagnosticError CB478, CB489, UnreachableError."""
    words = ["sh", "-c", SCRIPT, "sh", folder, "yes" if overwrite else "no", *(path.lstrip("/") for path in paths)]
    finished = session.run(machine.target, words, host_keys=machine.host_keys, stdin=lambda pipe: pack(staged, found, pipe))
    if finished.status == _OCCUPIED:
        raise DiagnosticError(occupied(f"{machine.name}:{folder}", finished.text.splitlines()))
    if finished.status != 0:
        raise DiagnosticError(
            error(
                "CB489",
                f"the files could not be put into {folder} of {machine.name}",
                notes=finished.complaint.splitlines(),
                help="nothing of it is half done there: see to it and run the command again",
            )
        )


def pack(staged: str, found: Sequence[Entry], pipe: IO[bytes]) -> None:
    """Write a tar stream of the entries: content from `staged`, owners and modes from the archive."""
    with tarfile.open(fileobj=pipe, mode="w|", format=tarfile.PAX_FORMAT, encoding="utf-8", errors="surrogateescape") as tar:
        names: dict[tuple[int, int], str] = {}
        for entry in found:
            _add(tar, os.path.join(staged, entry.path), entry, names)


def _add(tar: tarfile.TarFile, path: str, entry: Entry, names: dict[tuple[int, int], str]) -> None:
    facts = os.lstat(path)
    info = tarfile.TarInfo(entry.path)
    info.mode, info.uid, info.gid = mode_of(entry.mode), entry.uid, entry.gid
    info.mtime = facts.st_mtime
    # Seconds as a float lose what is below a microsecond; tar takes any number of digits.
    info.pax_headers = {"mtime": f"{facts.st_mtime_ns // 10**9}.{facts.st_mtime_ns % 10**9:09}", **_attributes(path)}
    before = names.get((facts.st_dev, facts.st_ino)) if facts.st_nlink > 1 and not stat.S_ISDIR(facts.st_mode) else None
    if before is not None:
        info.type, info.linkname = tarfile.LNKTYPE, before
        tar.addfile(info)
        return
    names[facts.st_dev, facts.st_ino] = entry.path
    if stat.S_ISREG(facts.st_mode):
        info.size = facts.st_size
        with open(path, "rb") as file:
            tar.addfile(info, file)
        return
    if stat.S_ISDIR(facts.st_mode):
        info.type = tarfile.DIRTYPE
    elif stat.S_ISLNK(facts.st_mode):
        info.type, info.linkname = tarfile.SYMTYPE, os.readlink(path)
    elif stat.S_ISFIFO(facts.st_mode):
        info.type = tarfile.FIFOTYPE
    elif stat.S_ISCHR(facts.st_mode) or stat.S_ISBLK(facts.st_mode):
        info.type = tarfile.CHRTYPE if stat.S_ISCHR(facts.st_mode) else tarfile.BLKTYPE
        info.devmajor, info.devminor = os.major(facts.st_rdev), os.minor(facts.st_rdev)
    else:
        return  # a socket
    tar.addfile(info)


def _attributes(path: str) -> dict[str, str]:
    """Extended attributes, access control lists among them, as GNU tar writes them."""
    found = {}
    with contextlib.suppress(OSError):
        for name in sorted(os.listxattr(path, follow_symlinks=False)):
            if name != "security.selinux":
                value = os.getxattr(path, name, follow_symlinks=False)
                found[f"SCHILY.xattr.{name}"] = value.decode("utf-8", "surrogateescape")
    return found


def mode_of(text: str) -> int:
    """The permissions in a mode as ls prints it: `-rwsr-xr-x` is 0o4755."""
    mode = 0
    for at, bit in enumerate((0o400, 0o200, 0o100, 0o40, 0o20, 0o10, 0o4, 0o2, 0o1)):
        letter = text[at + 1]
        if letter not in "-ST":
            mode |= bit
        if letter in "sStT":
            mode |= {2: 0o4000, 5: 0o2000, 8: 0o1000}[at]
    return mode

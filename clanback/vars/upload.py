"""Secrets on their way to a machine: what goes there, how it is packed, and the program that takes it in."""

from __future__ import annotations

import errno
import io
import os
import shutil
import tarfile
from typing import TYPE_CHECKING

import attrs

from clanback.diagnostics import DiagnosticError, error, warning
from clanback.render.secret_files import KEY_FILE, STORE, render_receive
from clanback.system import files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from clanback.diagnostics import Diagnostic
    from clanback.remote.ssh import HostKeys, Session
    from clanback.remote.targets import Target
    from clanback.vars.store import Store

COMPLETE = "COMPLETE"
"""The last file of a parcel: without it the machine throws away what came."""
ARRIVED = "arrived"
"""What the machine says when the new secrets have taken the place of the old ones."""


@attrs.frozen
class Parcel:
    """What one machine gets: names below its folder of secrets (`shared/…`, `per-machine/…`, or its key) to contents."""

    machine: str
    files: Mapping[str, bytes] = attrs.field(repr=False)


@attrs.frozen
class Receipt:
    """What became of a parcel: whether the machine has it, its exit status when laying the secrets down, and what it said."""

    arrived: bool
    status: int
    said: str


def parcel(store: Store, machine: str, way: str) -> Parcel:
    """What has to go to a machine, decrypted.

    By `upload` that is every secret it uses, by `agenix` and `sops-nix` its own age key. Raises DiagnosticError: CB560
    with `clan`, where clan-core brings the secrets, and what the store says of secrets that cannot be had.
    """
    if way == "clan":
        raise DiagnosticError(
            error(
                "CB560",
                f"the secrets of {machine} are deployed by clan-core",
                help="run `clan machines update`; or choose another way with --secrets, and render with the same",
            )
        )
    if way == "upload":
        return Parcel(machine, {secret.path.partition("/vars/")[2]: secret.content for secret in store.deployed(machine)})
    return Parcel(machine, {KEY_FILE: store.machine_key(machine)})


def packed(sent: Parcel) -> bytes:
    """The parcel as the machine takes it: a tar archive of files that only their owner may read."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, content in (*sorted(sent.files.items()), (COMPLETE, b"")):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o600
            tar.addfile(entry, io.BytesIO(content))
    return archive.getvalue()


def receiving_command(user: str = "root") -> list[str]:
    """The words of the program that takes a parcel from its standard input, run on the machine as `user`, who becomes root."""
    words = ["sh", "-c", render_receive(), "clanback-secrets-receive", STORE]
    return words if user == "root" else ["sudo", "-n", "--", *words]


def send(session: Session, target: Target, host_keys: HostKeys | None, sent: Parcel) -> Receipt:
    """Bring a parcel to its machine. Raises UnreachableError where ssh cannot, and then the machine has the old or the new."""
    finished = session.run(target, receiving_command(target.user), host_keys=host_keys, stdin=packed(sent))
    said = [line for line in finished.text.splitlines() if line != ARRIVED]
    return Receipt(ARRIVED in finished.text.splitlines(), finished.status, "\n".join([*said, finished.complaint]).strip())


def require_arrival(machine: str, receipt: Receipt) -> None:
    """Raises DiagnosticError CB561 where the machine still has its old secrets."""
    if not receipt.arrived:
        raise DiagnosticError(
            error(
                "CB561",
                f"{machine} did not take its secrets; it still has those from before",
                notes=tuple(receipt.said.splitlines()[-4:]),
                help="mend what the machine complains of, and run the command again",
            )
        )


def remarks(machine: str, receipt: Receipt) -> tuple[Diagnostic, ...]:
    """What to say of secrets that arrived, but could not all be laid down."""
    if receipt.status == 0:
        return ()
    return (
        warning(
            "CB562",
            f"{machine} has its new secrets, but could not lay all of them down",
            notes=tuple(receipt.said.splitlines()[-8:]),
            help="deploy what `clanback render` wrote last, then upload again",
        ),
    )


def lay_out(directory: str, sent: Parcel) -> str:
    """Put a parcel into a folder as it will lie on the machine, for installers that copy folders; the path of its secrets.

    No link below `directory` is followed. Raises DiagnosticError CB563 where there are secrets already, where a link lies in the
    way, or the system refuses; what was begun is removed then.
    """
    shown = os.path.join(directory, STORE.lstrip("/"))
    around, name = os.path.split(STORE.lstrip("/"))
    try:
        os.makedirs(directory, exist_ok=True)
        with files.folder_below(directory, around) as folder:
            os.mkdir(name, 0o700, dir_fd=folder)
            try:
                with files.folder_below(folder, name) as store:
                    for path, content in (*sent.files.items(), (COMPLETE, b"")):
                        files.write_below(store, f"tree.installed/{path}", content)
                    os.symlink("tree.installed", "current", dir_fd=store)
            except BaseException:
                shutil.rmtree(name, ignore_errors=True, dir_fd=folder)
                raise
    except FileExistsError:
        raise DiagnosticError(
            error("CB563", f"there are secrets in {directory} already", help=f"remove {shown}, or name another folder")
        ) from None
    except OSError as refused:
        raise DiagnosticError(_not_laid_out(directory, shown, refused)) from None
    return shown


def _not_laid_out(directory: str, shown: str, refused: OSError) -> Diagnostic:
    found = next((part for part in _ancestors(directory, shown) if os.path.islink(part)), None)
    if refused.errno in (errno.ELOOP, errno.ENOTDIR) and found is not None:
        message = f"cannot lay the secrets out in {directory}: {found} is a link, and may lead anywhere"
        return error("CB563", message, help="put a folder in the place of the link, or name an empty folder")
    message = f"cannot lay the secrets out in {directory}: {refused.strerror}"
    return error("CB563", message, help="name a folder that can be written to")


def _ancestors(directory: str, path: str) -> Iterator[str]:
    """The folders on the way from `directory` to a path below it."""
    place = directory
    for part in os.path.relpath(path, directory).split("/")[:-1]:
        place = os.path.join(place, part)
        yield place

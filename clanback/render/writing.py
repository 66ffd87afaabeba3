"""Writing rendered files: all of them or none, and nothing that is not ours.

The whole tree is made anew beside the output folder, files of others carried over by hard links, and then takes its place in
one step (`exchange`). A process that is killed leaves the old or the new tree, and perhaps a folder `.<name>.clanback-…` beside
it, which the next run removes. An exclusive `flock` on the folder around the output keeps two runs apart and leaves no lock file.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import attrs

from clanback.diagnostics import DiagnosticError, error
from clanback.nix.reads import digest
from clanback.render.exchange import exchange, recover, synchronise
from clanback.render.folders import is_inside, leads_out, link, remove_tree
from clanback.render.manifest import NAME, file_digests, manifest_text, read_manifest
from clanback.system.locks import locked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from clanback.diagnostics import Diagnostic

_TAKEN = frozenset({"machines", "vars", "secrets", "sops", ".git"})
"""Folders of a clan in which rendered files would be taken for something else: for machines, for values, for keys."""


@attrs.frozen
class WriteResult:
    """Names of the files that were new or changed, that are gone, and that were as they should be."""

    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()


def write(
    out: str,
    texts: Mapping[str, str],
    inputs: Mapping[str, str],
    *,
    root: str | None = None,
    options: Mapping[str, object] | None = None,
    findings: int = 0,
    nixpkgs: str | None = None,
    force: bool = False,
) -> WriteResult:
    """Make `out` hold `texts` (paths below it to texts) and a manifest; what earlier runs wrote and is gone now is removed.

    `inputs` are absolute paths with digests as `clanback.nix.reads` makes them, `root` the repository (default: the folder around
    `out`), `options` what the manifest records of the command, `findings` how many warnings and errors it showed, `nixpkgs` the
    folder of one that was used. Raises DiagnosticError, and then nothing has changed: CB600 `out` cannot be such a folder, CB601
    files edited by hand (unless `force`), CB602 the system refused, CB603 another run holds the lock, CB606 files of others are
    in the way (unless `force`).
    """
    place = os.path.realpath(out)
    around = os.path.dirname(place)
    root = os.path.realpath(root or around)
    require_fit(out, root)
    wanted = dict(texts)
    wanted[NAME] = manifest_text(place, root, texts, inputs, options or {}, findings, nixpkgs)
    try:
        os.makedirs(around, exist_ok=True)
        with locked(around, _busy(out)):
            return _replace(out, place, wanted, force=force)
    except OSError as failure:
        raise _failed(out, failure) from None


def require_fit(out: str, root: str) -> None:
    """Raises DiagnosticError CB600 where `out` cannot be an output folder of the repository `root`."""
    place, root = os.path.realpath(out), os.path.realpath(root)
    if leads_out(out, root):
        message = f"{out} is a link, or lies behind one, that leads out of the repository: to {place}"
        advice = "put a folder in the place of the link; if that place is meant, name it itself with --out"
        raise DiagnosticError(error("CB600", message, help=advice))
    if os.path.lexists(out) and not os.path.isdir(out):
        found = "a link to nowhere" if os.path.islink(out) else "no folder"
        raise DiagnosticError(error("CB600", f"{out} is {found}", help="name a folder with --out, or move it out of the way"))
    if is_inside(root, place):
        raise DiagnosticError(
            error("CB600", f"{out} holds the repository itself", help="name a folder of its own with --out, such as generated")
        )
    top = os.path.relpath(place, root).split("/")[0]
    if top in _TAKEN:
        raise DiagnosticError(
            error("CB600", f"{out} lies in {top}/, which has a meaning of its own", help="name another folder with --out")
        )


def _failed(out: str, failure: OSError) -> DiagnosticError:
    what = failure.strerror or str(failure)
    where = f" ({failure.filename})" if isinstance(failure.filename, str) and failure.filename != out else ""
    return DiagnosticError(
        error("CB602", f"cannot write to {out}: {what}{where}", help="nothing that was rendered before has changed")
    )


def _busy(out: str) -> Diagnostic:
    return error("CB603", f"another clanback is rendering into {out}", help="wait for it, or end it, and try again")


def _replace(out: str, place: str, wanted: Mapping[str, str], *, force: bool) -> WriteResult:
    prefix = f".{os.path.basename(place)}.clanback-"
    _clear_leftovers(place, prefix)
    there = os.path.isdir(place)
    facts = read_manifest(place) if there else None
    known: dict[str, Any] = facts["files"] if facts else {}
    digests = {name: digest(text.encode("utf-8")) for name, text in wanted.items()}
    on_disk = file_digests(place, (*wanted, *known)) if there else dict.fromkeys((*wanted, *known))
    same = tuple(name for name in sorted(wanted) if on_disk[name] == digests[name])
    gone = tuple(name for name in sorted(known) if name not in wanted and _exists(place, name))
    if not force:
        _refuse_loss(out, place, wanted, known, digests, on_disk)
    if len(same) == len(wanted) and not gone:
        return WriteResult(unchanged=tuple(n for n in same if n != NAME))
    fresh = _new_folder(os.path.dirname(place), prefix)
    try:
        _fill(fresh, place if there else None, wanted, known, frozenset(same))
        synchronise(fresh)
        if there:
            exchange(fresh, place)
        else:
            os.rename(fresh, place)
    finally:
        # Before the exchange this is the new tree, after it the old one.
        remove_tree(fresh)
    changed = tuple(sorted(wanted.keys() - set(same) - {NAME}))
    return WriteResult(written=changed, removed=gone, unchanged=tuple(n for n in same if n != NAME))


def _exists(place: str, name: str) -> bool:
    return os.path.lexists(os.path.join(place, name))


def _clear_leftovers(place: str, prefix: str) -> None:
    """What killed runs left: only folders with our prefix, and the lock says that no run is using them."""
    around = os.path.dirname(place)
    leftovers = [os.path.join(around, name) for name in os.listdir(around) if name.startswith(prefix)]
    recover(place, leftovers)
    for leftover in leftovers:
        remove_tree(leftover)


def _new_folder(around: str, prefix: str) -> str:
    number = os.getpid()
    while True:
        folder = os.path.join(around, f"{prefix}{number}")
        try:
            os.mkdir(folder)
        except FileExistsError:
            number += 1
        else:
            return folder


def _refuse_loss(
    out: str,
    place: str,
    wanted: Mapping[str, str],
    known: Mapping[str, str],
    digests: Mapping[str, str],
    on_disk: Mapping[str, str | None],
) -> None:
    """CB601 and CB606 for every file whose content would be lost."""
    found: list[Diagnostic] = []
    for name in sorted({*wanted, *known}):
        shown = os.path.join(out, name)
        now = on_disk[name]
        if name == NAME or not _exists(place, name) or now == digests.get(name):
            continue
        if name not in known:
            found.append(error("CB606", f"{shown} was not rendered by clanback", help="move it away, or replace it with --force"))
        elif now != known[name]:
            found.append(
                error("CB601", f"{shown} was edited by hand", help="put the change into clan.nix, or drop it with --force")
            )
    for name in sorted(_folders(wanted)):
        if os.path.lexists(os.path.join(place, name)) and not os.path.isdir(os.path.join(place, name)):
            found.append(error("CB606", f"{os.path.join(out, name)} is in the way of a folder", help="move it away"))
    if found:
        raise DiagnosticError(*found)


def _folders(names: Mapping[str, str]) -> set[str]:
    return {os.path.dirname(name) for name in names} - {""}


def _fill(fresh: str, old: str | None, wanted: Mapping[str, str], known: Mapping[str, str], same: frozenset[str]) -> None:
    """Write the new tree: what has not changed and what belongs to others by hard links, the rest anew."""
    for folder in sorted(_folders(wanted)):
        os.makedirs(os.path.join(fresh, folder), exist_ok=True)
    for name, text in wanted.items():
        target = os.path.join(fresh, name)
        if old is not None and name in same:
            link(os.path.join(old, name), target)
        else:
            with open(target, "w", encoding="utf-8", newline="") as file:
                file.write(text)
    if old is not None:
        os.chmod(fresh, os.stat(old).st_mode & 0o7777)
        for name in _foreign(old, {*wanted, *known}):
            target = os.path.join(fresh, name)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            if not os.path.lexists(target):
                link(os.path.join(old, name), target)


def _foreign(folder: str, ours: set[str]) -> Iterator[str]:
    """Paths below `folder` of files and links that are not ours; folders only if they are empty."""
    for base, folders, files in os.walk(folder):
        relative = os.path.relpath(base, folder)
        if not folders and not files:
            yield relative
        for name in (*files, *(f for f in folders if os.path.islink(os.path.join(base, f)))):
            path = os.path.normpath(os.path.join(relative, name))
            if path not in ours:
                yield path

"""Judging what is kept: what is missing, for the wrong people, unreadable, no longer fitting, about to expire."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Final

from clanback.diagnostics import DiagnosticError, error, info, warning
from clanback.vars import age, copies, keys, layout, passwords
from clanback.vars.access import for_others, foreign_files, machine_key_readers, secret_readers
from clanback.vars.generate import unfit
from clanback.vars.identities import none_found
from clanback.vars.items import used_by
from clanback.vars.parts import HostCertificate, Password, parts_of, validation_of
from clanback.vars.recipients import nobody

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from clanback.diagnostics import Diagnostic
    from clanback.vars.items import Item
    from clanback.vars.parts import Part
    from clanback.vars.store import Store

SOON: Final = 30 * 24 * 3600
"""A certificate that ends within so many seconds is worth a word."""


def check(store: Store, machines: Sequence[str], *, decrypt: bool = True, now: float | None = None) -> list[Diagnostic]:
    """Everything that is wrong with the secrets of the machines; nothing is changed.

    Without `decrypt`, or where there is no identity, only what can be seen from outside is judged.
    """
    found: list[Diagnostic] = []

    def note(judge: Callable[[], Iterator[Diagnostic]]) -> None:
        try:
            found.extend(one for one in judge() if one not in found)
        except DiagnosticError as problem:
            found.extend(one for one in problem.diagnostics if one not in found)

    if decrypt and not _may_decrypt(store, found):
        decrypt = False
    for machine in machines:
        note(lambda machine=machine: _machine(store, machine, decrypt))  # type: ignore[misc]
    note(lambda: _missing(store, used_by(store.items, machines)))
    for item in used_by(store.items, machines):
        note(lambda item=item: _item(store, item, decrypt))  # type: ignore[misc]
        for part in parts_of(item.generator):
            if isinstance(part, HostCertificate):
                note(lambda item=item, part=part: _certificate(store, item, part, now or time.time()))  # type: ignore[misc]
            elif decrypt:
                note(lambda item=item, part=part: _fitting(store, item, part))  # type: ignore[misc]
    note(lambda: _strays(store))
    return found


def _may_decrypt(store: Store, found: list[Diagnostic]) -> bool:
    try:
        if not store.has_identity():
            message = "no age identity: whether the secrets can be decrypted was not checked"
            found.append(info("CB512", message, help=none_found().help))
            return False
    except DiagnosticError as problem:
        found.extend(problem.diagnostics)
        return False
    return True


def _machine(store: Store, machine: str, decrypt: bool) -> Iterator[Diagnostic]:
    """The machine's own key."""
    secrets = any(file.secret for item in used_by(store.items, [machine]) for file in item.files)
    if not secrets:
        return
    if not (store.people.hosts.get(machine) or store.people.default):
        yield nobody(f"machine {machine}" if store.people.hosts else "this clan")
        return
    for key in store.people.of(machine):
        age.require_recipient(key)
    public, private = store.machine_public_key(machine), store.read(layout.machine_key(machine))
    if public is None and private is None:
        return  # what has not been generated is said of the secrets
    if public is None or private is None:
        missing = layout.machine_public_key(machine) if public is None else layout.machine_key(machine)
        yield error("CB528", f"machine {machine} has half a key: {missing} is missing", help="restore it from version control")
        return
    reason = machine_key_readers(store, machine)
    if reason is not None:
        yield for_others(f"the key of machine {machine}", reason, machine)
    if decrypt:
        identity = age.parse_identity(store.machine_key(machine))
        if identity is not None and str(identity.to_public()) != public:
            yield error(
                "CB527",
                f"the two halves of the key of machine {machine} do not belong together",
                help=f"restore the folder {layout.MACHINE_KEYS}/{machine} from version control",
            )


def _missing(store: Store, items: Sequence[Item]) -> Iterator[Diagnostic]:
    """What has not been made, a line for each machine."""
    gone: dict[str, list[str]] = {}
    for item in items:
        missing = [file.name for file in item.files if not store.has(item, file)]
        whole = len(missing) == len(item.files)
        names = [item.name] if whole and missing else [f"{item.name}/{name}" for name in missing]
        gone.setdefault(item.owner, []).extend(names)
    for owner, names in gone.items():
        if names:
            machine = next(item.machines[0] for item in items if item.owner == owner)
            verb = "has" if len(names) == 1 else "have"
            message = f"{owner}: {', '.join(names)} {verb} not been generated"
            yield error("CB510", message, help=f"run `clanback vars generate {machine}`")


def _item(store: Store, item: Item, decrypt: bool) -> Iterator[Diagnostic]:
    """For whom the secrets are, and whether they can be read."""
    for file in item.files:
        if not file.secret or not store.has(item, file) or store.is_kept_by_sops(item, file):
            continue
        path = layout.secret(item, file.name)
        content = store.read(path)
        if content is not None:
            age.require_encrypted(content, path)
        if store.people.hosts.get(item.machines[0]) or store.people.default:
            reason = secret_readers(store, item, file, decrypt=decrypt)
            if reason is not None:
                yield for_others(f"{item.owner}: {item.name}/{file.name}", reason, item.machines[0])
        copy = copies.wrong(store, item, file)
        if copy is not None:
            yield error(
                "CB564",
                f"{item.owner}: {item.name}/{file.name}: sops-nix would not bring it as it is, for {copy} "
                f"({layout.sops_secret(item, file.name)})",
                help=f"`clanback vars fix {item.machines[0]}` writes the file anew",
            )
        if decrypt:
            store.value(item, file)


def _fitting(store: Store, item: Item, part: Part) -> Iterator[Diagnostic]:
    """Whether a public key is that of the private one, and a hash that of the password."""
    files = {file.name: file for file in item.files}
    source = files.get(part.source or "")
    if source is None or any(name not in files or not store.has(item, files[name]) for name in part.files):
        return
    content = store.value(item, source)
    try:
        if isinstance(part, Password):
            stored = store.value(item, files[f"{part.name}-hash"]).decode("utf-8", "replace")
            if passwords.fits(content.decode("utf-8", "replace"), stored) is False:
                yield unfit(item, f"{part.name}-hash", f"it is the hash of something else than {part.name}")
            return
        derived = part.derive(content)
    except ValueError as problem:
        yield unfit(item, source.name, str(problem))
        return
    for name, value in derived.items():
        if not keys.same_key(store.value(item, files[name]), value):
            yield unfit(item, name, f"it does not belong to {source.name}")


def _certificate(store: Store, item: Item, part: HostCertificate, now: float) -> Iterator[Diagnostic]:
    """Whether a certificate is for the key it should be for, by the authority, and for how long."""
    line = store.read(layout.public_value(item, part.file))
    if line is None:
        return
    try:
        certificate = keys.read_certificate(line)
    except ValueError as problem:
        yield unfit(item, part.file, str(problem))
        return
    for (generator, file), key, what in (
        (part.host_key, certificate.public_key, "host key"),
        (part.authority, certificate.authority, "authority"),
    ):
        other = next((store.items[one] for one in item.dependencies if store.items[one].name == generator), None)
        stored = None if other is None else store.read(layout.public_value(other, f"{file}.pub"))
        if stored is not None and not keys.same_key(stored, key):
            yield unfit(item, part.file, f"it is for another {what} than {generator}/{file}.pub")
    recorded = store.read(layout.validation(item))
    if recorded is not None and recorded.decode("utf-8", "replace").strip() != validation_of(item.generator):
        yield unfit(item, part.file, f"it is for other names than {', '.join(part.names)}")
    if certificate.valid_before < now + SOON:
        yield _ending(item, part.file, certificate.valid_before, now)


def _ending(item: Item, file: str, end: int, now: float) -> Diagnostic:
    advice = f"`clanback vars generate {item.machines[0]} --regenerate --generator {item.name}` makes it anew"
    day = time.strftime("%Y-%m-%d", time.gmtime(end))
    if end <= now:
        return error("CB517", f"{item.owner}: {item.name}/{file} expired on {day}", help=advice)
    return warning("CB517", f"{item.owner}: {item.name}/{file} expires on {day}", help=advice)


def _strays(store: Store) -> Iterator[Diagnostic]:
    """Files of machines that the clan no longer has, and plain text among the encrypted files, whoever made them."""
    for top in (layout.PUBLIC, layout.SECRETS):
        for machine in _entries(store, f"{top}/per-machine"):
            if machine not in store.plan.machines:
                yield _stray(f"{top}/per-machine/{machine}", machine)
    for machine in _entries(store, layout.MACHINE_KEYS):
        if machine not in store.plan.machines:
            yield _stray(f"{layout.MACHINE_KEYS}/{machine}", machine)
    yield from foreign_files(store).values()


def _entries(store: Store, folder: str) -> list[str]:
    try:
        return sorted(os.listdir(os.path.join(store.directory, folder)))
    except (FileNotFoundError, NotADirectoryError):
        return []


def _stray(path: str, machine: str) -> Diagnostic:
    return warning(
        "CB529",
        f"{path} belongs to no machine of this clan",
        help=f"`clanback vars export` no longer knows it; if {machine} is gone for good, and its backups too, remove it",
    )

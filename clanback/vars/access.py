"""Who can read what is encrypted, compared with who should: what `check` reports and `fix` mends."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

import attrs

from clanback.diagnostics import DiagnosticError, error
from clanback.vars import age, change, copies, layout
from clanback.vars.faults import foreign
from clanback.vars.recipients import has_list, readers
from clanback.vars.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from clanback.diagnostics import Diagnostic
    from clanback.plan.model import GeneratorFile
    from clanback.vars.items import Item
    from clanback.vars.store import Store


def wrong_readers(store: Store, path: str, wanted: Sequence[str], *, listed: bool) -> str | None:
    """What is wrong with the readers of an encrypted file, None where it is for those who are wanted.

    The list beside the file says who they are; the file's own header says how many, whatever the list claims.
    """
    if listed:
        found = store.listed_readers(path)
        if found is None:
            return "the list of those it is for is missing"
        if tuple(sorted(found)) != tuple(sorted(wanted)):
            gone, new = sorted(set(found) - set(wanted)), sorted(set(wanted) - set(found))
            said = [f"not for {', '.join(new)}"] if new else []
            return " and ".join([*said, *([f"still for {', '.join(gone)}"] if gone else [])]) or "its list names somebody twice"
    content = store.read(path)
    count = None if content is None else age.count_recipients(content)
    if count is not None and count != len(wanted):
        return f"encrypted for {count}, not for {len(wanted)}"
    return None


def machine_key_readers(store: Store, machine: str) -> str | None:
    """What is wrong with the readers of a machine's key."""
    path = layout.machine_key(machine)
    return wrong_readers(store, path, store.people.of(machine), listed=True) if store.read(path) is not None else None


def secret_readers(store: Store, item: Item, file: GeneratorFile, *, decrypt: bool = True) -> str | None:
    """What is wrong with the readers of a secret; with `decrypt` also whether it is really for us, where it should be."""

    def key(machine: str) -> str:
        return store.machine_public_key(machine) or f"machine {machine}"

    path, wanted = layout.secret(item, file.name), readers(item, file, store.people, key)
    reason = wrong_readers(store, path, wanted, listed=has_list(item, file))
    if reason is None and decrypt and not file.deploy and store.is_closed_to_us(path, wanted):
        return "not for you, though your key is named"
    return reason


def for_others(what: str, reason: str, machine: str) -> Diagnostic:
    """Something is encrypted to the wrong people or machines."""
    return error("CB516", f"{what}: {reason}", help=f"`clanback vars fix {machine}` encrypts it for those who should read it")


def foreign_files(store: Store) -> dict[str, Diagnostic]:
    """What is named like a secret, belongs to no generator of the clan and is not encrypted by age, by path, whoever made it."""
    known = {layout.secret(item, file.name) for item in store.items.values() for file in item.files if file.secret}
    found: dict[str, Diagnostic] = {}
    for folder, _, names in os.walk(os.path.join(store.directory, layout.SECRETS)):
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), store.directory)
            if name.endswith(".age") and path not in known:
                try:
                    _require_encrypted(store, path)
                except DiagnosticError as problem:
                    found[path] = problem.diagnostics[0]
    return dict(sorted(found.items()))


@attrs.frozen
class Fixed:
    """What has been encrypted anew, and what could not be."""

    names: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]


def fix(store: Store, machines: Iterable[str], items: Sequence[Item], on_wait: Callable[[], None] | None = None) -> Fixed:
    """Encrypt the keys of the machines, and the secrets of the items, for those who should read them."""
    names: list[str] = []
    problems: list[Diagnostic] = []

    def attempt(name: str, act: Callable[[], bool]) -> None:
        with _noted(problems):
            if act():
                names.append(name)

    with change.locked(store.directory, on_wait):
        change.finish(store.directory)
        writer = Writer(store)
        for machine in machines:
            attempt(f"{machine}: the machine's key", lambda machine=machine: _fix_machine_key(writer, machine))  # type: ignore[misc]
        for item in items:
            for file in item.files:
                if file.secret and store.read(layout.secret(item, file.name)) is not None:
                    attempt(
                        f"{item.owner}: {item.name}/{file.name}",
                        lambda item=item, file=file: _fix_secret(writer, item, file),  # type: ignore[misc]
                    )
        writer.flush()
    with _noted(problems):
        problems.extend(foreign_files(store).values())
    return Fixed(tuple(names), tuple(problems))


@contextlib.contextmanager
def _noted(problems: list[Diagnostic]) -> Iterator[None]:
    """What goes wrong inside is noted, and the others go on."""
    try:
        yield
    except DiagnosticError as problem:
        problems.extend(found for found in problem.diagnostics if found not in problems)


def _fix_machine_key(writer: Writer, machine: str) -> bool:
    _require_encrypted(writer.store, layout.machine_key(machine))
    if machine_key_readers(writer.store, machine) is None:
        return False
    writer.put_machine_key(machine, writer.store.machine_key(machine))
    return True


def _fix_secret(writer: Writer, item: Item, file: GeneratorFile) -> bool:
    _require_encrypted(writer.store, layout.secret(item, file.name))
    if secret_readers(writer.store, item, file) is not None:
        writer.put(item, file, writer.store.value(item, file))
        return True
    if copies.wrong(writer.store, item, file) is not None:
        writer.copy_for_sops_nix(item, file)
        return True
    return False


def _require_encrypted(store: Store, path: str) -> None:
    """Raises DiagnosticError CB515: what age has not encrypted is for everybody, whatever the list beside it says."""
    content = store.read(path)
    if content is not None:
        age.require_encrypted(content, path)
        if age.count_recipients(content) is None:
            raise DiagnosticError(foreign(path, "its header was cut off or changed"))

"""Giving a file a value of one's own, with what follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.diagnostics import DiagnosticError, error
from clanback.vars import change
from clanback.vars.parts import Passphrase, Password, part_with
from clanback.vars.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable

    from clanback.diagnostics import Diagnostic
    from clanback.plan.model import GeneratorFile
    from clanback.vars.items import Item
    from clanback.vars.store import Store


def is_word(item: Item, file: GeneratorFile) -> bool:
    """Whether the file holds a password or a passphrase: one line, which people type."""
    part = part_with(item.generator, file.name)
    return isinstance(part, Password | Passphrase)


def require_settable(item: Item, file: GeneratorFile) -> None:
    """Raises DiagnosticError CB522 for files that follow from others."""
    source = part_with(item.generator, file.name).source
    if source != file.name:
        instead = f"set {item.name}/{source} instead" if source else f"`clanback vars generate {item.machines[0]}` makes it"
        raise DiagnosticError(error("CB522", f"{item.name}/{file.name} follows from other files", help=instead))


def put(writer: Writer, item: Item, file: GeneratorFile, content: bytes) -> tuple[str, ...]:
    """Take down a value and what follows from it; the names of the files. Raises DiagnosticError CB522, CB533."""
    require_settable(item, file)
    part = part_with(item.generator, file.name)
    if isinstance(part, Password):
        content = content.removesuffix(b"\n")
    elif isinstance(part, Passphrase):
        content = content.removesuffix(b"\n") + b"\n"
    try:
        if isinstance(part, Passphrase) and not content.strip():
            raise ValueError("it is empty")
        contents = {file.name: content, **part.derive(content)}
    except ValueError as problem:
        raise DiagnosticError(_useless(item, file, str(problem))) from None
    for one in item.files:
        if one.name in contents:
            writer.put(item, one, contents[one.name])
    return tuple(sorted(contents))


def set_value(
    store: Store, item: Item, file: GeneratorFile, content: bytes, on_wait: Callable[[], None] | None = None
) -> tuple[str, ...]:
    """Set a value, in one step with what follows from it; the names of the files that were written."""
    with change.locked(store.directory, on_wait):
        change.finish(store.directory)
        writer = Writer(store)
        names = put(writer, item, file, content)
        writer.flush()
    return names


def _useless(item: Item, file: GeneratorFile, reason: str) -> Diagnostic:
    return error(
        "CB533",
        f"what was given cannot be {item.name}/{file.name}: {reason}",
        help="a key is a private key of OpenSSH without a passphrase (`ssh-keygen -N ''`), a password is one line of text",
    )

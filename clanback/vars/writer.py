"""Writing to the store: encrypted for the right readers, with clan-core's lists of them; machines without a key get one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from clanback.diagnostics import DiagnosticError, error
from clanback.vars import age, change, copies, layout, sops
from clanback.vars.parts import validation_of
from clanback.vars.recipients import has_list, readers

if TYPE_CHECKING:
    from clanback.plan.model import GeneratorFile
    from clanback.vars.items import Item
    from clanback.vars.store import Store

_FILES_A_STEP = 400
"""After so many files what has been gathered is written, so that a long run loses little when it is ended."""


class Writer:
    """Gathers what is to be written, and writes it in one step (`flush`). Use it while holding the lock (`change.locked`)."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.pending: dict[str, bytes] = {}
        self._fresh: dict[tuple[str, str], bytes] = {}
        self._public_keys: dict[str, str] = {}

    def put(self, item: Item, file: GeneratorFile, content: bytes) -> None:
        """A new content for a file of an item. Raises DiagnosticError where it cannot be encrypted for its readers."""
        self._fresh[item.key, file.name] = content
        if not file.secret:
            self.pending[layout.public_value(item, file.name)] = content
            return
        if self.store.is_kept_by_sops(item, file) or self._prefers_sops(item):
            raise DiagnosticError(sops.read_only(f"{item.owner}: {item.name}/{file.name}"))
        path = layout.secret(item, file.name)
        whom = readers(item, file, self.store.people, self.machine_key)
        self.pending[path] = age.encrypt(content, whom)
        if has_list(item, file):
            self.pending[layout.recipients_of(path)] = _lines(whom)
        if self.store.for_sops_nix and file.deploy:
            self.pending.update(copies.made(item, file, content, whom, self.pending[path]))

    def copy_for_sops_nix(self, item: Item, file: GeneratorFile) -> None:
        """Write the file that sops-nix reads anew, and leave the secret itself as it is."""
        encrypted = self.store.read(layout.secret(item, file.name))
        if encrypted is not None:
            whom = readers(item, file, self.store.people, self.machine_key)
            self.pending.update(copies.made(item, file, self.value(item, file), whom, encrypted))

    def _prefers_sops(self, item: Item) -> bool:
        """Whether the secrets of an item belong into a sops store: others of it are there, and nothing says age."""
        return any(file.secret and self.store.is_kept_by_sops(item, file) for file in item.files)

    def validate(self, item: Item) -> None:
        """Note what the item's content depends on."""
        digest = validation_of(item.generator)
        if digest is not None:
            self.pending[layout.validation(item)] = digest.encode()

    def value(self, item: Item, file: GeneratorFile) -> bytes:
        """A value as it will be once everything is written."""
        fresh = self._fresh.get((item.key, file.name))
        return self.store.value(item, file) if fresh is None else fresh

    def has(self, item: Item, file: GeneratorFile) -> bool:
        """Whether a file is there, or will be."""
        return (item.key, file.name) in self._fresh or self.store.has(item, file)

    def is_fresh(self, item: Item, file: GeneratorFile) -> bool:
        """Whether a file has been made in this run."""
        return (item.key, file.name) in self._fresh

    def forget(self, item: Item) -> None:
        """Drop what has been gathered of an item, after one of its files could not be made."""
        for file in item.files:
            self._fresh.pop((item.key, file.name), None)
            path = layout.secret(item, file.name)
            copied = (layout.sops_secret(item, file.name), layout.sops_origin(item, file.name))
            for one in (path, layout.recipients_of(path), *copied, layout.public_value(item, file.name), layout.validation(item)):
                self.pending.pop(one, None)

    def machine_key(self, machine: str) -> str:
        """A machine's public key; a key pair is made for a machine that has none."""
        if machine not in self._public_keys:
            self._public_keys[machine] = self._found_machine_key(machine) or self._new_machine_key(machine)
        return self._public_keys[machine]

    def _found_machine_key(self, machine: str) -> str | None:
        public, path = self.store.machine_public_key(machine), layout.machine_key(machine)
        private = self.store.read(path)
        if public is None and private is not None:  # clan-core would make a new one, and nobody could read the old secrets
            identity = age.parse_identity(self.store.machine_key(machine))
            if identity is None:
                return None
            public = str(identity.to_public())
            self.pending[layout.machine_public_key(machine)] = public.encode()
        if public is not None and private is None:
            raise DiagnosticError(
                error(
                    "CB528",
                    f"machine {machine} has a public key but no private one: {path} is missing",
                    help=f"restore it from version control; if it is lost, remove {layout.machine_public_key(machine)} and run "
                    f"`clanback vars generate {machine} --regenerate`",
                )
            )
        return public

    def _new_machine_key(self, machine: str) -> str:
        private, public = age.new_identity(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))
        self.put_machine_key(machine, private)
        self.pending[layout.machine_public_key(machine)] = public.encode()
        return public

    def put_machine_key(self, machine: str, private: bytes) -> None:
        """Encrypt a machine's private key to the people of the clan."""
        people = self.store.people.of(machine)
        path = layout.machine_key(machine)
        self.pending[path] = age.encrypt(private, people)
        self.pending[layout.recipients_of(path)] = _lines(people)

    def flush_if_large(self) -> None:
        """Write when much has been gathered."""
        if len(self.pending) >= _FILES_A_STEP:
            self.flush()

    def flush(self) -> None:
        """Write everything, in one step. Raises DiagnosticError CB519."""
        change.commit(self.store.directory, self.pending)
        self.pending.clear()


def _lines(recipients: tuple[str, ...]) -> bytes:
    return ("\n".join(sorted(recipients)) + "\n").encode()

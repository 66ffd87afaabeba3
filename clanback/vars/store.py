"""Reading what is kept: public values and secrets of items, the machines' keys, and all that has to go to a machine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import attrs

from clanback.diagnostics import DiagnosticError, error
from clanback.vars import age, change, inside, layout
from clanback.vars.age import WrongIdentityError
from clanback.vars.faults import unreadable
from clanback.vars.identities import find, none_found
from clanback.vars.items import items_of, used_by

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from clanback.diagnostics import Diagnostic
    from clanback.plan.model import GeneratorFile, Plan
    from clanback.vars.identities import Identities
    from clanback.vars.items import Item
    from clanback.vars.recipients import People


@attrs.frozen
class Deployed:
    """A secret as it has to lie on a machine. `path` is where services look for it there."""

    generator: str
    file: str
    path: str
    content: bytes = attrs.field(repr=False)
    owner: str
    group: str
    mode: int
    needed_for: str
    source: str
    """Where it lies encrypted, relative to the clan's folder."""


class Store:
    """The secrets and public values of one clan. Nothing is read or decrypted before somebody asks."""

    def __init__(
        self,
        directory: str,
        plan: Plan,
        people: People,
        *,
        environment: Mapping[str, str] | None = None,
        tell: Callable[[str], None] = lambda _: None,
        for_sops_nix: bool = False,
    ) -> None:
        self.directory = directory
        self.plan = plan
        self.people = people
        self.items = items_of(plan)
        self.tell = tell
        self.for_sops_nix = for_sops_nix
        """Whether deployed secrets are also kept as sops-nix reads them (`copies.py`)."""
        self._environment = os.environ if environment is None else environment
        self._identities: Identities | None = None
        self._machine_keys: dict[str, bytes | None] = {}

    # Files as they are.

    def read(self, path: str) -> bytes | None:
        """The content of a file of the clan, None where there is none. Raises DiagnosticError CB514."""
        try:
            return inside.read(self.directory, path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as problem:
            raise DiagnosticError(unreadable(path, problem)) from None

    def has(self, item: Item, file: GeneratorFile) -> bool:
        """Whether a file of an item has been made."""
        places = (layout.secret, layout.sops_secret) if file.secret else (layout.public_value,)
        return any(os.path.lexists(os.path.join(self.directory, place(item, file.name))) for place in places)

    def is_kept_by_sops(self, item: Item, file: GeneratorFile) -> bool:
        """Whether a secret is there in clan-core's sops store only."""
        return not os.path.lexists(os.path.join(self.directory, layout.secret(item, file.name))) and os.path.lexists(
            os.path.join(self.directory, layout.sops_secret(item, file.name))
        )

    def listed_readers(self, encrypted: str) -> tuple[str, ...] | None:
        """Whom an encrypted file is for, by the list beside it; None where there is none."""
        content = self.read(layout.recipients_of(encrypted))
        if content is None:
            return None
        return tuple(sorted(line for line in content.decode("utf-8", "replace").splitlines() if line.strip()))

    # Values.

    def value(self, item: Item, file: GeneratorFile) -> bytes:
        """A public value or a decrypted secret.

        Raises DiagnosticError: CB510 not made yet, CB512 no identity, CB513 the wrong one, CB514 unreadable, CB515 not encrypted,
        CB518 a program is missing.
        """
        if not file.secret:
            content = self.read(layout.public_value(item, file.name))
            if content is None:
                raise DiagnosticError(missing(item, file))
            return content
        if self.is_kept_by_sops(item, file):
            from clanback.vars.sops import decrypt

            return decrypt(self.directory, layout.sops_secret(item, file.name), self._environment)
        return self._secret(item, file)

    def _secret(self, item: Item, file: GeneratorFile) -> bytes:
        path = layout.secret(item, file.name)
        content = self.read(path)
        if content is None:
            raise DiagnosticError(missing(item, file))
        age.require_encrypted(content, path)
        first, second = (self._with_machines, self._with_people) if file.deploy else (self._with_people, self._with_machines)
        found = first(item, content, path)
        if found is None:
            found = second(item, content, path)
        if found is None:
            raise DiagnosticError(self._closed(item, path))
        return found

    def is_closed_to_us(self, path: str, wanted: Sequence[str]) -> bool:
        """Whether an encrypted file is not for us although our key is among `wanted`; False where that cannot be told at once."""
        content = self.read(path)
        try:
            ours = self.identities()
        except DiagnosticError:
            return False
        if content is None or not ours.native or not set(ours.public_keys).intersection(wanted):
            return False
        try:
            age.decrypt_with(content, ours.native, path)
        except WrongIdentityError:
            return True
        return False

    def _with_people(self, item: Item, content: bytes, path: str) -> bytes | None:
        del item
        try:
            return age.decrypt(content, os.path.join(self.directory, path), path, self.identities(), self.tell)
        except WrongIdentityError:
            return None

    def _with_machines(self, item: Item, content: bytes, path: str) -> bytes | None:
        for machine in self._machines_with_keys(item):
            key = self._machine_key(machine)
            identity = None if key is None else age.parse_identity(key)
            if identity is not None:
                try:
                    return age.decrypt_with(content, [identity], path)
                except WrongIdentityError:
                    continue
        return None

    def _machines_with_keys(self, item: Item) -> list[str]:
        """The machines whose key may open a secret: those that use it; a shared one may be encrypted to a former user as well."""
        others: list[str] = []
        folder = os.path.join(self.directory, layout.MACHINE_KEYS)
        if item.generator.share and os.path.isdir(folder):
            others = [name for name in sorted(os.listdir(folder)) if name not in item.machines]
        return [*item.machines, *others]

    # Keys.

    def identities(self) -> Identities:
        """The keys of the person at work. Raises DiagnosticError CB512 where there are none."""
        if not self.has_identity():
            raise DiagnosticError(none_found())
        assert self._identities is not None
        return self._identities

    def has_identity(self) -> bool:
        """Whether the person at work has any. Raises DiagnosticError where what should be one cannot be used."""
        if self._identities is None:
            self._identities = find(self._environment, self._environment.get("HOME") or os.path.expanduser("~"))
        return bool(self._identities.sources)

    def machine_public_key(self, machine: str) -> str | None:
        """A machine's public age key, None where it has none yet."""
        content = self.read(layout.machine_public_key(machine))
        return None if content is None else content.decode("utf-8", "replace").strip()

    def machine_key(self, machine: str) -> bytes:
        """A machine's private age key, decrypted. Raises DiagnosticError: CB528 it is missing, CB513 it is not for us."""
        path = layout.machine_key(machine)
        content = self.read(path)
        if content is None:
            raise DiagnosticError(
                error(
                    "CB528",
                    f"machine {machine} has no private key: {path} is missing",
                    help="restore the file from version control, or run `clanback vars generate` if nothing has been made yet",
                )
            )
        try:
            return age.decrypt(content, os.path.join(self.directory, path), path, self.identities(), self.tell)
        except WrongIdentityError:
            raise DiagnosticError(self._wrong_identity(f"the key of machine {machine}", path)) from None

    def _machine_key(self, machine: str) -> bytes | None:
        """The same, remembered; None where this identity cannot open it."""
        if machine not in self._machine_keys:
            try:
                self._machine_keys[machine] = self.machine_key(machine)
            except DiagnosticError as problem:
                if any(found.code not in ("CB513", "CB528") for found in problem.diagnostics):
                    raise
                self._machine_keys[machine] = None
        return self._machine_keys[machine]

    def _closed(self, item: Item, path: str) -> Diagnostic:
        """Why a secret cannot be opened: it is the machine's key that is not for us, or the secret itself."""
        machine = item.machines[0]
        if not item.generator.share and self._machine_keys.get(machine) is None:
            if self.read(layout.machine_key(machine)) is None:
                return error(
                    "CB528",
                    f"machine {machine} has no private key: {layout.machine_key(machine)} is missing",
                    help="restore the file from version control",
                )
            if self.listed_readers(path) is None:
                return self._wrong_identity(f"the key of machine {machine}", layout.machine_key(machine))
        return self._wrong_identity(path, path)

    def _wrong_identity(self, what: str, path: str) -> Diagnostic:
        identities = self.identities()
        listed = self.listed_readers(path)
        ours = ", ".join(identities.public_keys)
        notes = [f"your identity: {ours} ({identities.places})" if ours else f"your identity is in {identities.places}"]
        if listed:
            notes.append(f"it is for: {', '.join(listed)}")
        return error(
            "CB513",
            f"your age identity cannot decrypt {what}",
            notes=notes,
            help="ask somebody who can to name your public key and run `clanback vars fix`, or set AGE_KEYFILE to the right one",
        )

    # Together.

    def deployed(self, machine: str) -> tuple[Deployed, ...]:
        """Every secret that has to lie on a machine, decrypted. Raises DiagnosticError for the first that cannot be had."""
        from clanback.services.draft import SECRETS, SECRETS_FOR_USERS

        found: list[Deployed] = []
        for item in used_by(self.items, [machine]):
            for file in self.plan.machines[machine].generators[item.name].files:
                if file.secret and file.deploy:
                    base = SECRETS_FOR_USERS if file.needed_for == "users" else SECRETS
                    found.append(
                        Deployed(
                            generator=item.name,
                            file=file.name,
                            path=f"{base}/vars/{item.key}/{file.name}",
                            content=self.value(item, file),
                            owner=file.owner,
                            group=file.group,
                            mode=int(file.mode, 8),
                            needed_for=file.needed_for,
                            source=layout.secret(item, file.name),
                        )
                    )
        return tuple(found)

    def settle(self, on_wait: Callable[[], None] | None = None) -> bool:
        """Finish what a killed run began. Every command does this first, those that only read too."""
        if not change.is_pending(self.directory):
            return False
        with change.locked(self.directory, on_wait):
            return change.finish(self.directory)


def missing(item: Item, file: GeneratorFile) -> Diagnostic:
    """A file that has not been made yet."""
    machine = item.machines[0]
    return error(
        "CB510",
        f"{item.owner}: {item.name}/{file.name} has not been generated",
        help=f"run `clanback vars generate {machine}`",
    )

"""How files are made. A generator consists of parts: files that are made together, such as a key pair.

Where one file of a part is there, what follows from it is derived; the rest is made anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

import attrs

from clanback.vars import keys, passwords

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clanback.plan.model import Generator


class Inputs(Protocol):
    """What a part may ask for while it is made."""

    def answer(self, prompt: str) -> str:
        """What was entered, empty if nothing."""

    def needed(self, generator: str, file: str) -> bytes:
        """The content of a file of an item that this one depends on."""


class Part(Protocol):
    """A few files of a generator, made together."""

    @property
    def files(self) -> tuple[str, ...]:
        """Their names."""

    @property
    def source(self) -> str | None:
        """The file that the others follow from; None where they follow from other generators."""

    def make(self, inputs: Inputs) -> dict[str, bytes]:
        """All files, new."""

    def derive(self, source: bytes) -> dict[str, bytes]:
        """The other files, from the content of `source`. Raises ValueError where that is not what it should be."""


@attrs.frozen
class KeyPair:
    """An SSH key pair, `NAME` and `NAME.pub`."""

    name: str
    kind: Literal["ed25519", "rsa"] = "ed25519"

    @property
    def files(self) -> tuple[str, ...]:
        """The private and the public key."""
        return (self.name, f"{self.name}.pub")

    @property
    def source(self) -> str | None:
        """The private key."""
        return self.name

    def make(self, inputs: Inputs) -> dict[str, bytes]:
        """A new pair."""
        del inputs
        private = keys.new_private_key(self.kind)
        return {self.name: private, **self.derive(private)}

    def derive(self, source: bytes) -> dict[str, bytes]:
        """The public key."""
        return {f"{self.name}.pub": keys.public_key(source)}


@attrs.frozen
class Passphrase:
    """Six words on a line."""

    name: str

    @property
    def files(self) -> tuple[str, ...]:
        """The one file."""
        return (self.name,)

    @property
    def source(self) -> str | None:
        """The file itself."""
        return self.name

    def make(self, inputs: Inputs) -> dict[str, bytes]:
        """New words, with a line end as clan-core's generator writes it."""
        del inputs
        return {self.name: f"{passwords.passphrase()}\n".encode()}

    def derive(self, source: bytes) -> dict[str, bytes]:
        """Nothing follows."""
        del source
        return {}


@attrs.frozen
class Password:
    """A password, asked for or made of six words, and its hash, which is what the machine gets."""

    name: str

    @property
    def files(self) -> tuple[str, ...]:
        """The password and its hash."""
        return (self.name, f"{self.name}-hash")

    @property
    def source(self) -> str | None:
        """The password."""
        return self.name

    def make(self, inputs: Inputs) -> dict[str, bytes]:
        """What was entered, else six words."""
        password = (inputs.answer(self.name) or passwords.passphrase()).encode()
        return {self.name: password, **self.derive(password)}

    def derive(self, source: bytes) -> dict[str, bytes]:
        """The hash."""
        try:
            password = source.decode()
        except UnicodeDecodeError:
            raise ValueError("a password is UTF-8 text") from None
        if not password or "\0" in password or "\n" in password:
            raise ValueError("a password is one line of text, without NUL characters")
        return {f"{self.name}-hash": passwords.hashed(password).encode()}


@attrs.frozen
class HostCertificate:
    """The certificate of a machine's host key, signed by the clan's authority, for the machine's name in each domain."""

    file: str
    machine: str
    domains: tuple[str, ...]
    host_key: tuple[str, str]
    authority: tuple[str, str]

    @property
    def files(self) -> tuple[str, ...]:
        """The certificate."""
        return (self.file,)

    @property
    def source(self) -> str | None:
        """None: it follows from two other generators."""
        return None

    @property
    def names(self) -> tuple[str, ...]:
        """The host names it is for."""
        return tuple(f"{self.machine}.{domain}" for domain in self.domains)

    def make(self, inputs: Inputs) -> dict[str, bytes]:
        """Sign the host key."""
        generator, file = self.host_key
        host_key, authority = inputs.needed(generator, f"{file}.pub"), inputs.needed(*self.authority)
        return {self.file: keys.host_certificate(host_key, authority, key_id=self.machine, names=self.names)}

    def derive(self, source: bytes) -> dict[str, bytes]:
        """Nothing follows."""
        del source
        return {}


def _certificate(generator: Generator) -> tuple[Part, ...]:
    return (
        HostCertificate(
            "ssh.id_ed25519-cert.pub",
            generator.settings["name"],
            tuple(generator.settings["domains"]),
            ("openssh", "ssh.id_ed25519"),
            ("openssh-ca", "id_ed25519"),
        ),
    )


_MAKERS: Mapping[str, Callable[[Generator], tuple[Part, ...]]] = {
    "borgbackup": lambda _: (KeyPair("borgbackup.ssh"), Passphrase("borgbackup.repokey")),
    "openssh": lambda _: (KeyPair("ssh.id_ed25519"),),
    "openssh-rsa": lambda _: (KeyPair("ssh.id_rsa", "rsa"),),
    "openssh-ca": lambda _: (KeyPair("id_ed25519"),),
    "openssh-cert": _certificate,
    "sshd-root-key": lambda _: (KeyPair("id_ed25519"),),
}
"""The parts of each generator; those of users are named after them."""


def parts_of(generator: Generator) -> tuple[Part, ...]:
    """The parts of a generator."""
    maker = _MAKERS.get(generator.name)
    return maker(generator) if maker is not None else (Password("user-password"),)


def part_with(generator: Generator, file: str) -> Part:
    """The part that a file belongs to."""
    return next(part for part in parts_of(generator) if file in part.files)


def validation_of(generator: Generator) -> str | None:
    """The digest that clan-core keeps to see whether what a generator's content depends on has changed (`validationHash`)."""
    if not generator.settings:
        return None
    import hashlib
    import json

    settings = dict(generator.settings)
    settings["domains"] = {domain: domain for domain in settings["domains"]}
    text = json.dumps(settings, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()

"""The private keys of the person at work, from the places where clan-core looks for them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

import attrs

from clanback.diagnostics import DiagnosticError, error
from clanback.vars.faults import unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clanback.diagnostics import Diagnostic

FILES: Final = ("~/.config/age/identities", "~/.config/sops/age/keys.txt", "~/.age/key.txt")
"""The files that may hold identities; `AGE_KEY` (the key itself) and `AGE_KEYFILE` (its file) go before them."""

_NATIVE = "AGE-SECRET-KEY-"
_PLUGIN = "AGE-PLUGIN-"
_SSH = "-----BEGIN "


@attrs.frozen
class Source:
    """One place with identities. `native` are those that pyrage can use; for others the program `age` is needed."""

    where: str
    path: str | None
    content: bytes = attrs.field(repr=False)
    native: tuple[Any, ...] = attrs.field(repr=False)
    public_keys: tuple[str, ...]
    needs_program: bool = False


@attrs.frozen
class Identities:
    """All identities that were found, in the order in which they are tried."""

    sources: tuple[Source, ...]

    @property
    def native(self) -> list[Any]:
        """The identities that need no program."""
        return [identity for source in self.sources for identity in source.native]

    @property
    def public_keys(self) -> tuple[str, ...]:
        """The public keys of the identities, as far as they are known without decrypting anything."""
        return tuple(dict.fromkeys(key for source in self.sources for key in source.public_keys))

    @property
    def places(self) -> str:
        """Where they were found, for people."""
        return ", ".join(source.where for source in self.sources)


def find(environment: Mapping[str, str], home: str) -> Identities:
    """`AGE_KEY`; else the file `AGE_KEYFILE`; else all of `FILES` that exist. May be empty.

    Raises DiagnosticError: CB512 for a variable that is empty, CB514 for a file that cannot be read, CB526 for one that holds no
    identity.
    """
    for name in ("AGE_KEY", "AGE_KEYFILE"):
        if environment.get(name) == "":
            advice = f"give it a value (in CI: is the secret there, and may this job have it?), or unset {name}"
            raise DiagnosticError(error("CB512", f"{name} is set, but empty", help=advice))
    if environment.get("AGE_KEY"):
        return Identities((_source("AGE_KEY", None, environment["AGE_KEY"].encode()),))
    named = environment.get("AGE_KEYFILE")
    if named:
        if not os.path.exists(named):
            message = f"AGE_KEYFILE names {named}, which does not exist"
            raise DiagnosticError(error("CB512", message, help="set AGE_KEYFILE to the file with your age identity, or unset it"))
        return Identities((_from_file(named, named),))
    paths = [(shown, os.path.join(home, shown.removeprefix("~/"))) for shown in FILES]
    return Identities(tuple(_from_file(shown, path) for shown, path in paths if os.path.exists(path)))


def none_found() -> Diagnostic:
    """What to say to somebody without an identity."""
    return error(
        "CB512",
        "no age identity: secrets cannot be decrypted",
        notes=(f"looked for AGE_KEY, AGE_KEYFILE, {', '.join(FILES)}",),
        help="`clanback vars keygen` makes one; on a new computer copy yours to ~/.config/age/identities",
    )


def _from_file(shown: str, path: str) -> Source:
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError as problem:
        raise DiagnosticError(unreadable(shown, problem)) from None
    return _source(shown, path, content)


def _source(where: str, path: str | None, content: bytes) -> Source:
    import pyrage

    text = content.decode("utf-8", "replace")
    if text.lstrip().startswith(_SSH) and "AGE ENCRYPTED FILE" not in text.split("\n", 1)[0]:
        return _ssh(where, path, content)
    if content.startswith(b"age-encryption.org/") or text.lstrip().startswith(_SSH):  # protected by a passphrase: age will ask
        return Source(where, path, content, (), (), needs_program=True)
    native: list[Any] = []
    public: list[str] = []
    plugin = False
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if line.startswith("#"):
            word = line.rpartition(" ")[2]
            if word.startswith("age1"):
                public.append(word)
        elif line.upper().startswith(_NATIVE):
            try:
                identity = pyrage.x25519.Identity.from_str(line)
            except pyrage.IdentityError:
                if line.upper().startswith("AGE-SECRET-KEY-PQ-"):  # only the program knows these
                    plugin = True
                    continue
                raise DiagnosticError(_malformed(where, f"line {number} is no age identity")) from None
            native.append(identity)
            public.append(str(identity.to_public()))
        elif line.upper().startswith(_PLUGIN):
            plugin = True
        elif line:
            raise DiagnosticError(_malformed(where, f"line {number} is no age identity"))
    if not native and not plugin:
        raise DiagnosticError(_malformed(where, "it holds no identity"))
    return Source(where, path, content, tuple(native), tuple(dict.fromkeys(public)), needs_program=plugin)


def _ssh(where: str, path: str | None, content: bytes) -> Source:
    """A private key of OpenSSH; where it is protected by a passphrase, the program `age` asks for it."""
    import pyrage
    from cryptography.hazmat.primitives import serialization

    try:
        identity = pyrage.ssh.Identity.from_buffer(content)
        key = serialization.load_ssh_private_key(content, None)
    except pyrage.IdentityError:
        raise DiagnosticError(_malformed(where, "it holds no identity")) from None
    except (TypeError, ValueError):
        return Source(where, path, content, (), (), needs_program=True)
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode()
    return Source(where, path, content, (identity,), (public,))


def _malformed(where: str, reason: str) -> Diagnostic:
    return error(
        "CB526",
        f"{where} is not an age identity: {reason}",
        help="an identity is a line that begins with AGE-SECRET-KEY-1 or AGE-PLUGIN-, or a private key of OpenSSH",
    )

"""Encrypting and decrypting as age does: with pyrage, and with the program `age` where a key needs a plugin or a passphrase."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from clanback.diagnostics import DiagnosticError, error
from clanback.vars.faults import foreign

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clanback.vars.identities import Identities, Source

_HEADER = b"age-encryption.org/v1"
_ARMOR = b"-----BEGIN AGE ENCRYPTED FILE-----"
_ARMOR_END = b"-----END AGE ENCRYPTED FILE-----"
_NO_MATCH = "no identity matched any of the recipients"
"""What the program `age` says when it is not the right identity."""


def new_identity(made: str) -> tuple[bytes, str]:
    """A new key pair: the private key as `age-keygen` prints it, and the public key. `made` is the time to note in it."""
    import pyrage

    identity = pyrage.x25519.Identity.generate()
    public = str(identity.to_public())
    return f"# created: {made}\n# public key: {public}\n{identity}\n".encode(), public


def encrypt(content: bytes, recipients: Sequence[str]) -> bytes:
    """Encrypt to all of the public keys, armored, as `age --armor` does. Raises DiagnosticError CB525 for what is no key."""
    import pyrage

    parsed = [_recipient(text) for text in recipients]
    if not parsed:
        raise ValueError("nobody to encrypt to")
    if any(recipient is None for recipient in parsed):
        return _encrypt_with_program(content, recipients)
    encrypted: bytes = pyrage.encrypt(content, parsed, armored=True)
    return encrypted


def require_recipient(text: str) -> None:
    """Raises DiagnosticError CB525 for what is no public key."""
    _recipient(text)


def _recipient(text: str) -> Any:
    """pyrage's recipient; None where only the program `age` knows what to do with it."""
    import pyrage

    try:
        if text.startswith("ssh-"):
            return pyrage.ssh.Recipient.from_str(text)
        if text.startswith("age1") and text.isprintable() and " " not in text:
            if text[4:].find("1") > 0 or text.startswith("age1pq1"):  # age1<plugin>1…
                return None
            return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        pass
    raise DiagnosticError(
        error(
            "CB525",
            f"`{text}` is not a public key that age can encrypt to",
            help="write one that begins with `age1` (`clanback vars keygen` prints yours), or `ssh-ed25519 AAAA…`",
        )
    )


def _encrypt_with_program(content: bytes, recipients: Sequence[str]) -> bytes:
    from clanback.system import processes

    words = ["age", "--encrypt", "--armor"]
    for recipient in recipients:
        words += ["--recipient", recipient]
    finished = processes.run(words, stdin=content)
    if finished.status != 0:
        raise DiagnosticError(
            error(
                "CB518",
                f"`age` could not encrypt: {finished.complaint}",
                help="keys that begin with `age1NAME1` need the program age-plugin-NAME; install it, or take the key out",
            )
        )
    return finished.stdout


class WrongIdentityError(Exception):
    """None of the identities can decrypt the content."""


def decrypt(content: bytes, path: str, shown: str, identities: Identities, tell: Callable[[str], None]) -> bytes:
    """Decrypt a file's content with the first identity that fits.

    Raises WrongIdentityError where none does, DiagnosticError CB515 for what age has not encrypted. `path` is the file itself,
    for the program `age`, `shown` how people know it; `tell` gets what age has to say ("touch your key").
    """
    require_encrypted(content, shown)
    native = identities.native
    if native:
        try:
            return decrypt_with(content, native, shown)
        except WrongIdentityError:
            pass
    for source in identities.sources:
        if source.needs_program:
            found = _decrypt_with_program(path, source, tell)
            if found is not None:
                return found
    raise WrongIdentityError


def decrypt_with(content: bytes, identities: Sequence[Any], shown: str) -> bytes:
    """Decrypt with pyrage alone."""
    import pyrage

    try:
        decrypted: bytes = pyrage.decrypt(content, list(identities))
    except pyrage.DecryptError as problem:
        if "No matching keys" in str(problem):
            raise WrongIdentityError from None
        raise DiagnosticError(foreign(shown, f"{problem} (cut off or changed?)")) from None
    except BaseException as problem:  # a panic of the library below, which is no Exception
        if isinstance(problem, KeyboardInterrupt | SystemExit):
            raise
        raise DiagnosticError(foreign(shown, "its content makes no sense")) from None
    return decrypted


def parse_identity(content: bytes) -> Any:
    """The identity in the text of a machine's key; None where pyrage cannot use it."""
    import pyrage

    for line in content.decode("utf-8", "replace").splitlines():
        if line.startswith("AGE-SECRET-KEY-"):
            try:
                return pyrage.x25519.Identity.from_str(line.strip())
            except pyrage.IdentityError:
                return None
    return None


def _decrypt_with_program(path: str, source: Source, tell: Callable[[str], None]) -> bytes | None:
    from clanback.system import processes

    def pass_on(line: str) -> None:
        if not line.startswith(("age: error:", "age: report ")):
            tell(line)

    words = ["age", "--decrypt", "--identity", source.path or "-", "--", path]
    finished = processes.run(words, stdin=b"" if source.path else source.content, on_stderr=pass_on)
    if finished.status == 0:
        return finished.stdout
    if _NO_MATCH in finished.complaint:
        return None
    reason = finished.complaint.partition("\n")[0].removeprefix("age: error: ")
    raise DiagnosticError(
        error(
            "CB518",
            f"`age` could not use your identity in {source.where}: {reason}",
            help="identities that begin with `AGE-PLUGIN-NAME-` need the program age-plugin-NAME: see that it is there and works",
        )
    )


def require_encrypted(content: bytes, shown: str) -> None:
    """Raises DiagnosticError CB515 for what age has not encrypted."""
    if not content.startswith((_HEADER, _ARMOR)):
        reason = "it is empty" if not content.strip() else "it has another beginning"
        raise DiagnosticError(foreign(shown, reason))


def count_recipients(content: bytes) -> int | None:
    """For how many an encrypted file is, by its header; None where that cannot be told."""
    if content.startswith(_ARMOR):
        body = content.partition(_ARMOR)[2].partition(_ARMOR_END)[0]
        try:
            content = base64.b64decode(body, validate=False)
        except binascii.Error:
            return None
    if not content.startswith(_HEADER):
        return None
    count = 0
    for line in content.split(b"\n"):
        if line.startswith(b"---"):
            return count
        if line.startswith(b"-> ") and not line.split(b" ")[1].endswith(b"-grease"):
            count += 1
    return None

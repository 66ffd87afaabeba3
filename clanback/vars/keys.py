"""SSH keys and host certificates in OpenSSH's formats, made and read with the library `cryptography`. Nothing touches a disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import attrs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

FOREVER: Final = 2**64 - 1
"""`valid_before` of a certificate without an end."""

RSA_BITS: Final = 4096


def new_private_key(kind: Literal["ed25519", "rsa"]) -> bytes:
    """A new private key without a passphrase, as `ssh-keygen -N ''` writes it."""
    from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

    key: Ed25519PrivateKey | RSAPrivateKey
    if kind == "ed25519":
        key = ed25519.Ed25519PrivateKey.generate()
    else:
        key = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())


def public_key(private: bytes) -> bytes:
    """The line of the public key that belongs to a private one. Raises ValueError for what is no private key."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_ssh_private_key

    try:
        key = load_ssh_private_key(private, None)
    except (TypeError, UnsupportedAlgorithm) as problem:  # TypeError: it is protected by a passphrase
        raise ValueError(str(problem)) from None
    return key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH) + b"\n"


def same_key(one: bytes, other: bytes) -> bool:
    """Whether two lines are the same public key; comments and line ends do not count."""
    return one.split()[:2] == other.split()[:2] and len(one.split()) >= 2


def host_certificate(host_key: bytes, authority: bytes, *, key_id: str, names: Sequence[str]) -> bytes:
    """A certificate for the public `host_key`, signed by the private key of the authority, valid for `names` without an end.

    What `ssh-keygen -s AUTHORITY -I KEY_ID -h -n NAMES` makes. Raises ValueError for keys that are none.
    """
    from cryptography.hazmat.primitives.asymmetric import ed25519
    from cryptography.hazmat.primitives.serialization import (
        SSHCertificateBuilder,
        SSHCertificateType,
        load_ssh_private_key,
        load_ssh_public_key,
    )

    signer, key = load_ssh_private_key(authority, None), load_ssh_public_key(host_key.strip())
    if not isinstance(signer, ed25519.Ed25519PrivateKey) or not isinstance(key, ed25519.Ed25519PublicKey):
        raise ValueError("not an ed25519 key")
    builder = (
        SSHCertificateBuilder()
        .public_key(key)
        .serial(0)
        .type(SSHCertificateType.HOST)
        .key_id(key_id.encode())
        .valid_principals([name.encode() for name in names])
        .valid_after(0)
        .valid_before(FOREVER)
    )
    return builder.sign(signer).public_bytes() + b"\n"


@attrs.frozen
class Certificate:
    """What a host certificate says. `public_key` and `authority` are key lines; `valid_before` is a Unix time."""

    key_id: str
    names: tuple[str, ...]
    public_key: bytes
    authority: bytes
    valid_after: int
    valid_before: int


def read_certificate(line: bytes) -> Certificate:
    """Take a certificate apart and verify its signature. Raises ValueError for what is none."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, SSHCertificate, load_ssh_public_identity

    try:
        found = load_ssh_public_identity(line.strip())
        if not isinstance(found, SSHCertificate):
            raise ValueError("a key, not a certificate")
        found.verify_cert_signature()
    except (InvalidSignature, UnsupportedAlgorithm) as problem:
        raise ValueError(f"its signature is not valid: {problem}") from None
    return Certificate(
        key_id=found.key_id.decode("utf-8", "replace"),
        names=tuple(name.decode("utf-8", "replace") for name in found.valid_principals),
        public_key=found.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH),
        authority=found.signature_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH),
        valid_after=found.valid_after,
        valid_before=found.valid_before,
    )

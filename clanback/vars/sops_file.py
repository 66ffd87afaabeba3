"""Files as sops writes them in its `binary` format, for sops-nix, which reads nothing else.

The content is encrypted with AES-256-GCM and a key of its own, and that key with age to each recipient. Format: sops' README
("Encryption protocol"): a value's associated data is the path to it, the MAC's is the time of the last change.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

VERSION = "3.9.0"
"""The version of sops whose format this is."""
_KEY_BYTES = 32
_NONCE_BYTES = 32
_TAG_BYTES = 16


def encrypted(
    content: bytes, recipients: Sequence[str], encrypt_key: Callable[[bytes, Sequence[str]], bytes], changed: datetime
) -> bytes:
    """The file that holds `content` for all recipients.

    `encrypt_key` encrypts a few bytes to one age recipient and returns them armored, `changed` is the time (UTC) to
    note in the file.
    """
    key = os.urandom(_KEY_BYTES)
    time = changed.strftime("%Y-%m-%dT%H:%M:%SZ")
    mac = hashlib.sha512(content).hexdigest().upper()
    metadata = {
        "age": [{"recipient": one, "enc": encrypt_key(key, [one]).decode("ascii")} for one in recipients],
        "lastmodified": time,
        "mac": _sealed(key, mac.encode("ascii"), time),
        "unencrypted_suffix": "_unencrypted",
        "version": VERSION,
    }
    return (json.dumps({"data": _sealed(key, content, "data:"), "sops": metadata}, indent="\t") + "\n").encode("ascii")


def _sealed(key: bytes, content: bytes, about: str) -> str:
    """One value as sops writes it; an empty one stays as it is."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if not content:
        return ""
    nonce = os.urandom(_NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, content, about.encode())
    parts = (sealed[:-_TAG_BYTES], nonce, sealed[-_TAG_BYTES:])
    data, iv, tag = (base64.b64encode(part).decode("ascii") for part in parts)
    return f"ENC[AES256_GCM,data:{data},iv:{iv},tag:{tag},type:str]"


def recipients_of(file: bytes) -> tuple[str, ...] | None:
    """For whom a file is, sorted; None where it is no file of sops."""
    try:
        return tuple(sorted(entry["recipient"] for entry in json.loads(file)["sops"]["age"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None

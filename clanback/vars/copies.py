"""Secrets a second time, as sops-nix reads them: where `secrets = "sops-nix"` says that it brings them to the machines.

The age file stays what counts. A copy lies where clan-core's sops backend would keep the secret, is for the same readers, and
notes which age file it was made from, so that one that clan-core has made anew since is noticed.
"""

from __future__ import annotations

import datetime
import hashlib
from typing import TYPE_CHECKING

from clanback.vars import age, layout, sops_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clanback.plan.model import GeneratorFile
    from clanback.vars.items import Item
    from clanback.vars.store import Store


def made(item: Item, file: GeneratorFile, content: bytes, whom: Sequence[str], encrypted: bytes) -> dict[str, bytes]:
    """The files to write, by their paths: the copy, and the digest of the age file `encrypted` that it belongs to."""
    now = datetime.datetime.now(datetime.UTC)
    return {
        layout.sops_secret(item, file.name): sops_file.encrypted(content, whom, age.encrypt, now),
        layout.sops_origin(item, file.name): _digest(encrypted),
    }


def wrong(store: Store, item: Item, file: GeneratorFile) -> str | None:
    """What is wrong with the copy of a secret, None where it is right or there need be none."""
    encrypted = store.read(layout.secret(item, file.name))
    if not store.for_sops_nix or not file.secret or not file.deploy or encrypted is None:
        return None
    copy = store.read(layout.sops_secret(item, file.name))
    if copy is None:
        return "its copy is missing"
    if sops_file.recipients_of(copy) is None:
        return "its copy is no file of sops"
    if store.read(layout.sops_origin(item, file.name)) != _digest(encrypted):
        return "it has changed since its copy was made"
    return None


def _digest(encrypted: bytes) -> bytes:
    return (hashlib.sha256(encrypted).hexdigest() + "\n").encode("ascii")

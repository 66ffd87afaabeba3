"""Names of archives that were seen last, for the completion of shells: nobody waits for machines to complete a word.

`$XDG_CACHE_HOME/clanback/archives-<digest of the clan's root>.json` holds `{machine: [names]}`, for the user's eyes only.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LONGEST: Final = 8 * 1024 * 1024


def path_of(root: str) -> str:
    """Where the names of a clan are kept."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    digest = hashlib.sha256(os.fsencode(os.path.realpath(root))).hexdigest()[:16]
    return os.path.join(base, "clanback", f"archives-{digest}.json")


def remembered(root: str) -> dict[str, list[str]]:
    """The names by machine, the newest last; empty where nothing was kept."""
    try:
        with open(path_of(root), encoding="ascii") as file:
            said = json.loads(file.read(_LONGEST))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(said, dict):
        return {}
    return {
        machine: [name for name in names if isinstance(name, str)] for machine, names in said.items() if isinstance(names, list)
    }


def remember(root: str, names: Mapping[str, Sequence[str]]) -> None:
    """Keep the names of these machines; those of others stay. Where nothing can be written nothing is kept."""
    from clanback.system.files import replace

    if not names:
        return
    kept = {**remembered(root), **{machine: list(archives) for machine, archives in names.items()}}
    path = path_of(root)
    with contextlib.suppress(OSError):
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        replace(path, json.dumps(kept, sort_keys=True).encode("ascii"), mode=0o600)

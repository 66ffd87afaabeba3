"""What differs between the files on disk and those that would be rendered: for `render --check` and `--diff`."""

from __future__ import annotations

import os

from clanback.nix.reads import content
from clanback.render.manifest import LINK, NAME, file_digests, read_manifest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def compare(out: str, texts: Mapping[str, str]) -> list[tuple[str, str | None, str | None]]:
    """Files that rendering would change: path below `out`, text on disk (None: not there), text to be (None: to be removed).

    Sorted by path. Only rendered files are looked at, never those of others, and not the manifest itself. A link out of `out`
    counts as not there: differences are printed, and it may lead to a secret.
    """
    facts = read_manifest(out)
    known = set(facts["files"]) if facts else set()
    changed: list[tuple[str, str | None, str | None]] = []
    digests = file_digests(os.path.realpath(out), known | set(texts))
    for name in sorted(known | set(texts)):
        old, new = _read(os.path.join(out, name)) if digests[name] not in (None, LINK) else None, texts.get(name)
        if old != new and name != NAME:
            changed.append((name, old, new))
    return changed


def _read(path: str) -> str | None:
    found = content(path, follow=False)
    return None if found is None else found.decode("utf-8", "replace")

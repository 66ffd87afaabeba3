"""`MANIFEST.json`: what was rendered, from what, and whether all of it is still the same.

    { "format": 1,
      "clanback": "0.1.0",
      "options": {"compat": null, …},
      "findings": 0,                               how many warnings and errors were shown when this was rendered
      "root": "..",                                the repository, seen from the output folder
      "inputs": {"clan.nix": "<sha256>", …},       relative to the repository, or absolute outside of it; `<nixpkgs>/…` for those
                                                   of `--nixpkgs`; see clanback.nix.reads
      "files": {"alice-laptop/default.nix": "<sha256>", …} }

No absolute path of the repository, no date, no host name: the same input gives the same bytes everywhere. `unchanged` is on the
way of the `render` that has nothing to do, so this module imports nothing heavy.
"""

from __future__ import annotations

import json
import os

from clanback import __version__
from clanback.nix.reads import ABSENT, PRESENT, content, current, digest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

NAME = "MANIFEST.json"
FORMAT = 1
_NIXPKGS = "<nixpkgs>"


def manifest_text(
    out: str,
    root: str,
    texts: Mapping[str, str],
    inputs: Mapping[str, str],
    options: Mapping[str, object],
    findings: int = 0,
    nixpkgs: str | None = None,
) -> str:
    """The text of the manifest. `inputs` maps absolute paths to digests as `clanback.nix.reads` makes them.

    Files of `nixpkgs`, the folder of one that was used, are named from there: it lies elsewhere on other machines.
    """
    out, root = os.path.realpath(out), os.path.realpath(root)
    facts = {
        "format": FORMAT,
        "clanback": __version__,
        "options": dict(options),
        "findings": findings,
        "root": os.path.relpath(root, out),
        "inputs": {_relative(path, root, nixpkgs): recorded for path, recorded in inputs.items() if not _is_below(path, out)},
        "files": {name: digest(text.encode("utf-8")) for name, text in texts.items()},
    }
    return json.dumps(facts, indent=1, sort_keys=True, ensure_ascii=True) + "\n"


def _relative(path: str, root: str, nixpkgs: str | None) -> str:
    if nixpkgs is not None and not _is_below(path, root):
        for folder in (nixpkgs, os.path.realpath(nixpkgs)):
            if _is_below(path, folder):
                return os.path.join(_NIXPKGS, os.path.relpath(path, folder))
    path = os.path.realpath(path) if not _is_below(path, root) else path
    return os.path.relpath(path, root) if _is_below(path, root) else path


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def read_manifest(out: str) -> dict[str, Any] | None:
    """The manifest in `out`, or None where there is none that can be understood."""
    path = os.path.join(out, NAME)
    try:
        text = content(path, follow=False)
        facts = None if text is None else json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(facts, dict) or not isinstance(facts.get("files"), dict) or not isinstance(facts.get("inputs"), dict):
        return None
    if not all(isinstance(k, str) and isinstance(v, str) for k, v in (*facts["files"].items(), *facts["inputs"].items())):
        return None
    if not all(map(_is_below_output, facts["files"])) or not all(map(_is_path, facts["inputs"])):
        return None
    return facts


def _is_below_output(name: str) -> bool:
    """Whether a manifest may name such a file: whoever wrote it, nothing outside the output folder is looked at or removed."""
    return _is_path(name) and not name.startswith("/") and not {"", ".", ".."} & set(name.split("/"))


def _is_path(name: str) -> bool:
    """Whether the system could have a file of that name."""
    if not name.isascii():
        try:
            os.fsencode(name)
        except UnicodeEncodeError:
            return False
    return "\0" not in name


LINK = "link"
"""In place of the digest of something that is a link, or lies behind one: it is not what was written there."""


def file_digests(out: str, names: Iterable[str]) -> dict[str, str | None]:
    """The digests of files below the folder `out` (links resolved); None for what cannot be read as a file."""
    names = list(names)
    folders = {name.rpartition("/")[0] for name in names}
    astray = {folder for folder in folders if folder and os.path.realpath(f"{out}/{folder}") != os.path.join(out, folder)}
    return {name: LINK if name.rpartition("/")[0] in astray else _file_digest(f"{out}/{name}") for name in names}


def _file_digest(path: str) -> str | None:
    text = content(path, follow=False)
    if text is None:
        return LINK if os.path.islink(path) else None
    return digest(text)


def unchanged(out: str, *, root: str, options: Mapping[str, object], nixpkgs: str | None = None) -> bool:
    """Whether rendering the repository `root` again with the same `options` would write what lies in `out` already.

    True only if this version of clanback wrote it, every input is as it was (also those that were looked for and not found),
    every rendered file is as it was written, and nothing was found then that people should be told again. Never raises.
    """
    facts = read_manifest(out)
    if facts is None or facts.get("format") != FORMAT or facts.get("clanback") != __version__:
        return False
    if facts.get("findings") != 0:
        return False
    if facts.get("options") != dict(options) or not isinstance(facts.get("root"), str) or not facts["inputs"]:
        return False
    out, root = os.path.realpath(out), os.path.realpath(root)
    if os.path.normpath(os.path.join(out, facts["root"])) != root:
        return False
    everywhere = bool(options.get("outside"))
    try:
        inputs = [(_absolute(path, root, nixpkgs), recorded) for path, recorded in facts["inputs"].items()]
        if not everywhere and not all(_is_inside(path, recorded, root, nixpkgs) for path, recorded in inputs):
            return False
        return all(current(path, recorded) == recorded for path, recorded in inputs) and (
            file_digests(out, facts["files"]) == facts["files"]
        )
    except ValueError:  # a NUL in a path
        return False


def _is_inside(path: str, recorded: str, root: str, nixpkgs: str | None) -> bool:
    """Whether an input lies in the repository, or in the nixpkgs that was given: a manifest may lie, and nothing else is read."""
    if recorded in (ABSENT, PRESENT):
        path = os.path.dirname(path)
    real = os.path.realpath(path)
    return _is_below(real, root) or (nixpkgs is not None and _is_below(real, os.path.realpath(nixpkgs)))


def _absolute(path: str, root: str, nixpkgs: str | None) -> str:
    """Where an input lies that the manifest names."""
    name, _, rest = path.partition("/")
    return os.path.join(nixpkgs, rest) if nixpkgs is not None and name == _NIXPKGS else os.path.join(root, path)

"""`lib.filesystem`, `lib.sources` and `lib.path`: what can be asked about paths without a store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.builtins.coerce import describe, force_known, force_list, force_path
from clanback.nix.builtins.registry import TABLE
from clanback.nix.errors import ThrowError
from clanback.nix.lib.family import Family
from clanback.nix.values import Attrs, Builtin, PathValue

if TYPE_CHECKING:
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value

filesystem = Family("filesystem")
sources = Family("sources")
path = Family("path")


@filesystem.native("pathType", 1)
def _path_type(evaluator: Evaluator, where: Any) -> Value:
    return TABLE["readFileType"].call(evaluator, where)


@filesystem.native("pathIsDirectory", 1)
def _path_is_directory(evaluator: Evaluator, where: Any) -> Value:
    return _is_kind(evaluator, where, "directory")


@filesystem.native("pathIsRegularFile", 1)
def _path_is_regular_file(evaluator: Evaluator, where: Any) -> Value:
    return _is_kind(evaluator, where, "regular")


def _is_kind(evaluator: Evaluator, where: Any, kind: str) -> bool:
    found = force_path(evaluator, where)
    return evaluator.paths.exists(found.path) and evaluator.paths.kind(found.path) == kind


@filesystem.native("listFilesRecursive", 1)
def _list_files_recursive(evaluator: Evaluator, folder: Any) -> Value:
    top = force_path(evaluator, folder).path
    found: list[PathValue] = []

    def walk(here: str) -> None:
        kinds = evaluator.paths.entries(here)
        for name in sorted(kinds):
            inside = f"{here.rstrip('/')}/{name}"
            if kinds[name] == "directory":
                walk(inside)
            else:
                found.append(PathValue(inside))

    walk(top)
    return tuple(found)


filesystem.nix(
    "locateDominatingFile",
    """
    pattern: file: let
      go = dir: let
        matches = builtins.filter (m: m != null) (map (builtins.match pattern) (builtins.attrNames (builtins.readDir dir)));
      in if matches != [ ] then { path = dir; inherit matches; }
        else if dir == /. then null
        else go (dirOf dir);
      start = if lib.pathIsDirectory file then file else dirOf file;
    in go start
    """,
)
filesystem.nix(
    "haskellPathsInDir",
    """
    root: let
      named = builtins.mapAttrs (name: _: root + "/${name}") (builtins.readDir root);
    in lib.filterAttrs (name: path: builtins.pathExists (path + "/${name}.cabal")) named
    """,
)
filesystem.nix("resolveDefaultNix", 'v: if lib.pathIsDirectory v then v + "/default.nix" else v')

sources.nix("pathType", "lib.filesystem.pathType")
sources.nix("pathIsDirectory", "lib.filesystem.pathIsDirectory")
sources.nix("pathIsRegularFile", "lib.filesystem.pathIsRegularFile")


def _components(text: str) -> list[str]:
    return [part for part in text.split("/") if part not in ("", ".")]


def _invalid(text: str) -> str | None:
    """Why a text is no subpath, or None."""
    if text == "":
        return "the string is empty"
    if text.startswith("/"):
        return "the string starts with `/`, representing an absolute path"
    if ".." in text.split("/"):
        return "the string contains a `..` component, which is not allowed in subpaths"
    return None


def _subpath(evaluator: Evaluator, x: Any, function: str) -> str:
    found = force_known(evaluator, x)
    text = str.__str__(found) if isinstance(found, str) else describe(found)
    reason = _invalid(text) if isinstance(found, str) else "it is no string"
    if reason is not None:
        raise ThrowError("CB101", f"lib.path.{function}: '{text}' is not a valid subpath string: {reason}")
    return text


def _real_path(evaluator: Evaluator, x: Any, function: str) -> str:
    found = force_known(evaluator, x)
    if type(found) is not PathValue:
        raise ThrowError("CB101", f"lib.path.{function}: the argument is not a path value")
    return found.path


def _subpath_text(parts: list[str]) -> str:
    return "./" + "/".join(parts) if parts else "./."


@path.native("append", 2)
def _append(evaluator: Evaluator, base: Any, tail: Any) -> Value:
    start = _real_path(evaluator, base, "append")
    return PathValue(evaluator.paths.canonical(f"{start}/{_subpath(evaluator, tail, 'append')}"))


@path.native("hasPrefix", 2)
def _has_prefix(evaluator: Evaluator, prefix: Any, where: Any) -> Value:
    return _below(_real_path(evaluator, prefix, "hasPrefix"), _real_path(evaluator, where, "hasPrefix")) is not None


def _below(prefix: str, where: str) -> list[str] | None:
    outer, inner = _components(prefix), _components(where)
    return inner[len(outer) :] if inner[: len(outer)] == outer else None


@path.native("removePrefix", 2)
def _remove_prefix(evaluator: Evaluator, prefix: Any, where: Any) -> Value:
    outer, inner = _real_path(evaluator, prefix, "removePrefix"), _real_path(evaluator, where, "removePrefix")
    rest = _below(outer, inner)
    if rest is None:
        raise ThrowError("CB101", f"lib.path.removePrefix: '{outer}' is not a path prefix of '{inner}'")
    return _subpath_text(rest)


@path.native("splitRoot", 1)
def _split_root(evaluator: Evaluator, where: Any) -> Value:
    parts = _components(_real_path(evaluator, where, "splitRoot"))
    return Attrs({"root": PathValue("/"), "subpath": _subpath_text(parts)})


@path.native("hasStorePathPrefix", 1)
def _has_store_path_prefix(evaluator: Evaluator, where: Any) -> Value:
    return below_store(evaluator, _real_path(evaluator, where, "hasStorePathPrefix"))


def below_store(evaluator: Evaluator, where: str) -> bool:
    """Whether a path is one in the store, or lies in one: its name there begins with a hash."""
    inside = _below(evaluator.paths.store, str.__str__(where))
    name = inside[0] if inside else ""
    return len(name) > _HASH + 1 and name[_HASH] == "-"


_HASH = 32
"""Characters of the hash in the name of a store path."""


def _is_valid(evaluator: Evaluator, x: Any) -> Value:
    found = force_known(evaluator, x)
    return isinstance(found, str) and _invalid(str.__str__(found)) is None


def _join(evaluator: Evaluator, parts: Any) -> Value:
    joined: list[str] = []
    for part in force_list(evaluator, parts):
        joined += _components(_subpath(evaluator, part, "subpath.join"))
    return _subpath_text(joined)


def _split(evaluator: Evaluator, x: Any) -> Value:
    return tuple(_components(_subpath(evaluator, x, "subpath.components")))


def _normalise(evaluator: Evaluator, x: Any) -> Value:
    return _subpath_text(_components(_subpath(evaluator, x, "subpath.normalise")))


path.value(
    "subpath",
    Attrs(
        {
            "isValid": Builtin("lib.path.subpath.isValid", 1, _is_valid),
            "join": Builtin("lib.path.subpath.join", 1, _join),
            "components": Builtin("lib.path.subpath.components", 1, _split),
            "normalise": Builtin("lib.path.subpath.normalise", 1, _normalise),
        }
    ),
)

FAMILIES = (filesystem, sources, path)

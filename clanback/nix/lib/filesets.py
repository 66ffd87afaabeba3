"""`lib.fileset`: which files of the repository lie in a set. Copying them to a store (`toSource`) is left to Nix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.builtins.coerce import force_bool, force_known, force_list, force_string
from clanback.nix.errors import ThrowError
from clanback.nix.lib.family import Family
from clanback.nix.values import Attrs, Builtin, PathValue

if TYPE_CHECKING:
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value

FAMILY = Family("fileset")
native = FAMILY.native


class _FileSet(Attrs):
    """A file set; `files` are the absolute paths in it."""

    __slots__ = ("files",)

    def __init__(self, files: frozenset[str]) -> None:
        super().__init__({"_type": "fileset"})
        self.files = files


def _files(evaluator: Evaluator, x: Any, function: str) -> frozenset[str]:
    """The files of a file set, or below a path."""
    value = force_known(evaluator, x)
    if isinstance(value, _FileSet):
        return value.files
    if not isinstance(value, PathValue):
        raise ThrowError("CB101", f"lib.fileset.{function}: an argument is neither a file set nor a path")
    if not evaluator.paths.exists(value.path):
        raise ThrowError("CB101", f"lib.fileset.{function}: an argument ({value.path}) is a path that does not exist")
    return frozenset(_below(evaluator, value.path))


def _below(evaluator: Evaluator, top: str) -> list[str]:
    if not evaluator.paths.exists(top, directory=True):
        return [top]
    found: list[str] = []
    pending = [top]
    while pending:
        folder = pending.pop()
        for name, kind in evaluator.paths.entries(folder).items():
            inside = f"{folder.rstrip('/')}/{name}"
            (pending if kind == "directory" else found).append(inside)
    return found


@native("toList", 1)
def _to_list(evaluator: Evaluator, fileset: Any) -> Value:
    return tuple(PathValue(path) for path in sorted(_files(evaluator, fileset, "toList"), key=lambda path: path.split("/")))


@native("union", 2)
def _union(evaluator: Evaluator, one: Any, other: Any) -> Value:
    return _FileSet(_files(evaluator, one, "union") | _files(evaluator, other, "union"))


@native("unions", 1)
def _unions(evaluator: Evaluator, filesets: Any) -> Value:
    found: set[str] = set()
    for fileset in force_list(evaluator, filesets):
        found |= _files(evaluator, fileset, "unions")
    return _FileSet(frozenset(found))


@native("intersection", 2)
def _intersection(evaluator: Evaluator, one: Any, other: Any) -> Value:
    return _FileSet(_files(evaluator, one, "intersection") & _files(evaluator, other, "intersection"))


@native("difference", 2)
def _difference(evaluator: Evaluator, one: Any, other: Any) -> Value:
    return _FileSet(_files(evaluator, one, "difference") - _files(evaluator, other, "difference"))


@native("maybeMissing", 1)
def _maybe_missing(evaluator: Evaluator, path: Any) -> Value:
    value = force_known(evaluator, path)
    if isinstance(value, PathValue) and not evaluator.paths.exists(value.path):
        return _FileSet(frozenset())
    return _FileSet(_files(evaluator, value, "maybeMissing"))


@native("fileFilter", 2)
def _file_filter(evaluator: Evaluator, predicate: Any, path: Any) -> Value:
    if isinstance(evaluator.force(path), _FileSet):
        raise ThrowError("CB101", "lib.fileset.fileFilter: Second argument is a file set, but it should be a path instead")
    found: set[str] = set()
    for file in sorted(_files(evaluator, path, "fileFilter")):
        folder, _, name = file.rpartition("/")
        kind = evaluator.paths.entries(folder).get(name, "unknown") if folder else "unknown"
        described = Attrs({"name": name, "type": kind, "hasExt": Builtin("hasExt", 1, _has_extension(name))})
        if force_bool(evaluator, evaluator.call(predicate, described)):
            found.add(file)
    return _FileSet(frozenset(found))


def _has_extension(name: str) -> Any:
    def has_extension(evaluator: Evaluator, extension: Any) -> bool:
        return name.endswith(f".{str.__str__(force_string(evaluator, extension))}")

    return has_extension


@native("traceVal", 1)
def _trace_value(evaluator: Evaluator, fileset: Any) -> Value:
    return _FileSet(_files(evaluator, fileset, "traceVal"))


FAMILY.value("trace", Builtin("lib.fileset.trace", 2, lambda _, __, result: result))

"""Builtins that read files of the repository or make (made-up) store paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.builtins.coerce import (
    UnknownEncountered,
    force_attrs,
    force_bool,
    force_function,
    force_list,
    force_path,
    force_string,
    force_string_no_context,
)
from clanback.nix.builtins.registry import builtin, constant
from clanback.nix.builtins.strings import with_context
from clanback.nix.errors import EvalError, ThrowError
from clanback.nix.operators import context_of
from clanback.nix.runtime import force
from clanback.nix.values import Attrs, ContextString, PathValue, Unknown

if TYPE_CHECKING:
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value

constant("nixPath", ())


@builtin("import", 1)
def _import(evaluator: Evaluator, path: Any) -> Value:
    return evaluator.import_file(force_path(evaluator, path).path)


@builtin("scopedImport", 2)
def _scoped_import(evaluator: Evaluator, scope: Any, path: Any) -> Value:
    return evaluator.import_scoped(force_path(evaluator, path).path, force_attrs(evaluator, scope))


@builtin("readFile", 1)
def _read_file(evaluator: Evaluator, path: Any) -> Value:
    where = force_path(evaluator, path).path
    text = evaluator.paths.text(where)
    if "\0" in text:
        raise EvalError("CB130", f"the contents of the file '{where}' cannot be represented as a Nix string")
    return text


@builtin("readDir", 1)
def _read_dir(evaluator: Evaluator, path: Any) -> Value:
    return Attrs(evaluator.paths.entries(force_path(evaluator, path).path))


@builtin("readFileType", 1)
def _read_file_type(evaluator: Evaluator, path: Any) -> Value:
    return evaluator.paths.kind(force_path(evaluator, path).path)


@builtin("pathExists", 1)
def _path_exists(evaluator: Evaluator, path: Any) -> Value:
    value = force(path)
    directory = isinstance(value, str) and value.endswith(("/", "/."))
    where = force_path(evaluator, value).path
    try:
        return evaluator.paths.exists(where, directory=directory)
    except EvalError as error:
        if error.code != "CB131":
            raise
        raise UnknownEncountered(Unknown(where, "it lies outside the repository, where clanback does not look")) from None


@builtin("findFile", 2)
def _find_file(evaluator: Evaluator, entries: Any, name: Any) -> Value:
    wanted = force_string_no_context(evaluator, name)
    places = force_list(evaluator, entries)
    if not places:
        raise UnknownEncountered(Unknown(f"<{wanted}>", f"the search path <{wanted}> is only known where Nix runs"))
    for place in places:
        entry = force_attrs(evaluator, place)
        prefix = force_string(evaluator, entry["prefix"]) if "prefix" in entry else ""
        base = force_path(evaluator, evaluator.select(entry, "path")).path
        if prefix and wanted != prefix and not wanted.startswith(prefix + "/"):
            continue
        rest = wanted[len(prefix) :].lstrip("/")
        candidate = evaluator.paths.canonical(f"{base}/{rest}")
        if evaluator.paths.exists(candidate):
            return PathValue(candidate)
    raise ThrowError(
        "CB130", f"file '{wanted}' was not found in the Nix search path", help="add it to the list given to builtins.findFile"
    )


@builtin("toPath", 1)
def _to_path(evaluator: Evaluator, path: Any) -> Value:
    value = force(path)
    found = force_path(evaluator, value).path
    return with_context(found, context_of(value) if isinstance(value, str) else frozenset())


def _copied(evaluator: Evaluator, path: str, name: str | None = None) -> ContextString:
    if not evaluator.paths.exists(path):
        raise EvalError("CB130", f"path '{path}' does not exist")
    made = evaluator.paths.store_path(path, name)
    return ContextString(made, frozenset((made,)))


@builtin("filterSource", 2)
def _filter_source(evaluator: Evaluator, predicate: Any, path: Any) -> Value:
    force_function(evaluator, predicate)
    return _copied(evaluator, force_path(evaluator, path).path)


@builtin("path", 1)
def _path(evaluator: Evaluator, arguments: Any) -> Value:
    given = force_attrs(evaluator, arguments)
    for name in sorted(given):
        if name not in ("path", "name", "filter", "recursive", "sha256"):
            raise EvalError("CB119", f"unsupported argument '{name}' to 'builtins.path'", given.name_span(name))
    if "path" not in given:
        raise EvalError("CB119", "missing required 'path' attribute in the first argument to 'builtins.path'")
    where = force_path(evaluator, given["path"]).path
    called = force_string_no_context(evaluator, given["name"]) if "name" in given else None
    if "filter" in given:
        force_function(evaluator, given["filter"])
    if "recursive" in given:
        force_bool(evaluator, given["recursive"])
    return _copied(evaluator, where, called)


@builtin("toFile", 2)
def _to_file(evaluator: Evaluator, name: Any, content: Any) -> Value:
    called = force_string_no_context(evaluator, name)
    text = force_string(evaluator, content)
    made = evaluator.paths.made_up(text, called)
    evaluator.paths.written[made] = text
    return ContextString(made, frozenset((made,)))


@builtin("storePath", 1)
def _store_path(evaluator: Evaluator, path: Any) -> Value:
    where = force_path(evaluator, path).path
    if not where.startswith(evaluator.paths.store + "/"):
        raise EvalError("CB132", f"path '{where}' is not in the Nix store")
    return ContextString(where, frozenset((where,)))

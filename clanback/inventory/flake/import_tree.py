"""Stand-in for `import-tree`: all Nix files below a folder, as a module that imports them or as a list.

What its `filter`, `match`, `map`, `addPath`, `withLib`, `leafs`, `files`, `initFilter`, `pipeTo` mean is as its README says.
Files with `/_` in their path below the folder are left out unless `initFilter` says otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from clanback.nix.builtins.registry import TABLE
from clanback.nix.values import Attrs, Builtin, Closure, PathValue, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from clanback.nix.evaluator import Evaluator


@attrs.frozen
class _Settings:
    """What was asked of the tree until now."""

    filters: tuple[tuple[Any, bool], ...] = ()
    """Predicates, and what each must say."""
    maps: tuple[Any, ...] = ()
    paths: tuple[Any, ...] = ()
    initial: Any = None
    pipe: Any = None
    as_list: bool = False
    further: tuple[tuple[str, Any], ...] = ()
    """Functions that `addAPI` adds."""


class ImportTree(Attrs):
    """A tree to import: a set that can be called with a folder, a file, a list of these, or the arguments of a module."""

    __slots__ = ("settings",)

    def __init__(self, evaluator: Evaluator, settings: _Settings) -> None:
        self.settings = settings
        super().__init__(_attributes(evaluator, settings))


def import_tree(evaluator: Evaluator) -> ImportTree:
    """The value of the input `import-tree`."""
    return ImportTree(evaluator, _Settings())


def _attributes(evaluator: Evaluator, settings: _Settings) -> dict[str, Any]:
    def made(**changes: Any) -> ImportTree:
        return ImportTree(evaluator, attrs.evolve(settings, **changes))

    def step(name: str, change: Callable[[Any], ImportTree]) -> Builtin:
        return Builtin(f"import-tree.{name}", 1, lambda _, x: change(x))

    def matching(wanted: bool) -> Callable[[Any], ImportTree]:
        def change(pattern: Any) -> ImportTree:
            def matches(inner: Evaluator, text: Any) -> Any:
                return inner.call(TABLE["match"], pattern, text) is not None

            return made(filters=(*settings.filters, (Builtin("match", 1, matches), wanted)))

        return change

    def filtering(wanted: bool) -> Callable[[Any], ImportTree]:
        return lambda predicate: made(filters=(*settings.filters, (predicate, wanted)))

    found: dict[str, Any] = {
        "__functor": Builtin("import-tree", 2, lambda inner, _, x: _called(inner, settings, x)),
        "outPath": Unknown("inputs.import-tree", "`inputs.import-tree` comes from another flake"),
        "map": step("map", lambda f: made(maps=(*settings.maps, f))),
        "addPath": step("addPath", lambda path: made(paths=(*settings.paths, path))),
        "withLib": step("withLib", lambda _: made()),
        "initFilter": step("initFilter", lambda predicate: made(initial=predicate)),
        "pipeTo": step("pipeTo", lambda f: made(pipe=f)),
        "addAPI": step("addAPI", lambda api: made(further=(*settings.further, *evaluator.force(api).items()))),
        "leafs": evaluator.thunk(lambda: made(as_list=True)),
        "result": evaluator.thunk(lambda: _called(evaluator, settings, ())),
        "files": evaluator.thunk(lambda: _files(evaluator, settings, ())),
        "new": evaluator.thunk(lambda: ImportTree(evaluator, _Settings())),
    }
    for name, wanted in (("filter", True), ("filtered", True), ("filterNot", False)):
        found[name] = step(name, filtering(wanted))
    for name, wanted in (("match", True), ("matching", True), ("matchNot", False)):
        found[name] = step(name, matching(wanted))
    for name, function in settings.further:
        found[name] = evaluator.thunk_call(function, evaluator.thunk(made))
    return found


def _called(evaluator: Evaluator, settings: _Settings, argument: Any) -> Any:
    given = evaluator.force(argument)
    if isinstance(given, Unknown):
        return Unknown(f"import-tree {given.text}", given.reason)
    if given is evaluator.lib:
        return ImportTree(evaluator, settings)  # `leafs lib folder`, as the first versions had it
    if isinstance(given, Attrs) and not isinstance(given, ImportTree) and ("options" in given or "outPath" not in given):
        given = ()  # the arguments of a module: the tree itself is one
    if settings.pipe is not None:
        return evaluator.call(settings.pipe, _files(evaluator, settings, given))
    if settings.as_list:
        return _files(evaluator, settings, given)
    # A module in a module, as import-tree makes it: how deep modules lie decides the order in which they merge.
    tree = Builtin("import-tree", 1, lambda inner, _: Attrs({"imports": inner.thunk(lambda: _files(inner, settings, given))}))
    return Attrs({"imports": (tree,)})


def _files(evaluator: Evaluator, settings: _Settings, argument: Any) -> tuple[Any, ...]:
    found: list[Any] = []
    for top in _flat(evaluator, (*settings.paths, argument)):
        if isinstance(top, ImportTree):
            found += _files(evaluator, top.settings, ())
            continue
        if isinstance(top, (Unknown, Builtin, Closure)) or (isinstance(top, Attrs) and "outPath" not in top):
            found.append(top)
            continue
        folder = evaluator.to_path(top).path
        if evaluator.paths.kind(folder) == "directory":
            found += [path for path in _below(evaluator, folder) if _chosen(evaluator, settings, path[len(folder) :])]
        elif _chosen(evaluator, settings, folder):
            found.append(folder)
    values: list[Any] = [PathValue(item) if isinstance(item, str) else item for item in found]
    for function in settings.maps:
        values = [evaluator.thunk_call(function, value) for value in values]
    return tuple(values)


def _flat(evaluator: Evaluator, value: Any) -> list[Any]:
    found: list[Any] = []
    pending = [value]
    while pending:
        item = evaluator.force(pending.pop())
        if isinstance(item, tuple):
            pending.extend(reversed(item))
        else:
            found.append(item)
    return found


def _below(evaluator: Evaluator, folder: str) -> list[str]:
    """All files below a folder, in the order of `lib.filesystem.listFilesRecursive`."""
    found: list[str] = []
    kinds = evaluator.paths.entries(folder)
    for name in sorted(kinds):
        inside = f"{folder.rstrip('/')}/{name}"
        if kinds[name] == "directory":
            found += _below(evaluator, inside)
        else:
            found.append(inside)
    return found


def _chosen(evaluator: Evaluator, settings: _Settings, shown: str) -> bool:
    """Whether a file is imported; predicates see its path below the folder. One that cannot be known is."""
    if settings.initial is None:
        if not shown.endswith(".nix") or "/_" in shown:
            return False
    elif evaluator.call(settings.initial, shown) is False:
        return False
    return all(evaluator.call(predicate, shown) is not (not wanted) for predicate, wanted in settings.filters)

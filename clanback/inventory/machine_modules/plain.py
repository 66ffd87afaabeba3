"""Which values can be written out as they are, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.inventory.machine_modules.excerpt import Pieces, joined, repository_path
from clanback.nix.errors import EvalError
from clanback.nix.literals import attribute_name, to_nix
from clanback.nix.runtime import force
from clanback.nix.values import Attrs, Builtin, Closure, OpenAttrs, PathValue, Unknown

if TYPE_CHECKING:
    from clanback.nix.evaluator import Evaluator

_DEEPEST = 50


def written(evaluator: Evaluator, value: Any, root: str) -> Pieces | None:
    """Source text of a value that is plain through and through, but for paths of the repository at `root`; None if it is not.

    A text that begins with the repository's folder, as `"${self}/x"` gives, names the path too.
    """
    if isinstance(value, Unknown | OpenAttrs | Closure | Builtin):
        return None
    try:
        evaluator.force_deep(value)
        if is_plain(value) and not _names_a_path(value, root):
            return [to_nix(value)]
        return _with_paths(value, root, 0)
    except EvalError:
        return None


def _with_paths(x: Any, root: str, depth: int) -> Pieces | None:
    value = force(x)
    if isinstance(value, PathValue):
        path = repository_path(value.path, root)
        return None if path is None else [path]
    if isinstance(value, str) and _is_below(value, root):
        path = repository_path(str(value), root)
        return None if path is None else ["(toString ", path, ")"]
    if depth > _DEEPEST:
        return None
    if type(value) is tuple:
        items = [_with_paths(item, root, depth + 1) for item in value]
        return None if None in items else joined(["[ ", *(piece for item in items for piece in ["(", *(item or ()), ") "]), "]"])
    if type(value) is Attrs:
        pieces: Pieces = ["{ "]
        for name in sorted(value):
            inner = _with_paths(value[name], root, depth + 1)
            if inner is None:
                return None
            pieces += [f"{attribute_name(name)} = ", *inner, "; "]
        return joined([*pieces, "}"])
    return [to_nix(value)] if is_plain(value) else None


def _is_below(text: str, root: str) -> bool:
    return text == root or text.startswith(root.rstrip("/") + "/")


def _names_a_path(value: Any, root: str) -> bool:
    """Whether somewhere in a plain value stands a text that names a path of the repository."""
    here = force(value)
    if isinstance(here, str):
        return _is_below(here, root)
    inside = here if type(here) is tuple else here.values() if isinstance(here, Attrs) else ()
    return any(_names_a_path(item, root) for item in inside)


def is_plain(value: Any) -> bool:
    """Whether a deeply forced value consists of strings, numbers, booleans, null, lists and sets of such only, and has an end."""
    pending: list[tuple[Any, bool]] = [(value, False)]
    around: set[int] = set()
    """The lists and sets that hold the one looked at: a value that is among them contains itself."""
    seen: set[int] = set()
    while pending:
        here, left = pending.pop()
        if left:
            around.discard(id(here))
            continue
        while type(here) is list:
            if here[0] is not None:
                return False
            here = here[1]
        if isinstance(here, Unknown | Closure | Builtin | OpenAttrs | PathValue):
            return False
        if isinstance(here, tuple | Attrs):
            if id(here) in around:
                return False
            if id(here) in seen:
                continue
            seen.add(id(here))
            around.add(id(here))
            pending.append((here, True))
            pending += [(item, False) for item in (here if isinstance(here, tuple) else here.values())]
        elif getattr(here, "context", None):
            return False
    return True

"""From merged Nix values to the plain Python values of the inventory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.inventory.model import RepositoryPath
from clanback.nix.values import Attrs, PathValue, Unknown

if TYPE_CHECKING:
    from clanback.nix.evaluator import Evaluator


_DEEPEST = 250


def plain(evaluator: Evaluator, value: Any, root: str, depth: int = 0) -> Any:
    """`dict`, `list`, `str`, `int`, `float`, `bool`, `None`; paths below `root` (and strings that name one) as `RepositoryPath`.

    What cannot be said in these (a function, an unknown value, what is nested too deeply) becomes None; the merge has reported it
    where that matters.
    """
    value = evaluator.force(value)
    if isinstance(value, str):
        # `"${self}/key.pub"` names a file of the repository as much as `./key.pub` does.
        return repository_path(str(value), root)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Attrs) and depth < _DEEPEST:
        return {name: plain(evaluator, value[name], root, depth + 1) for name in sorted(value)}
    if isinstance(value, tuple) and depth < _DEEPEST:
        return [plain(evaluator, element, root, depth + 1) for element in value]
    if isinstance(value, PathValue):
        return repository_path(value.path, root)
    return None


def known_text(evaluator: Evaluator, value: Any) -> str | None:
    """A string, or None for anything else."""
    value = evaluator.force(value)
    return str(value) if isinstance(value, str) and not isinstance(value, Unknown) else None


def repository_path(path: str, root: str) -> RepositoryPath | str:
    """A path relative to the repository if it lies in it."""
    return RepositoryPath(path[len(root) + 1 :]) if path.startswith(root.rstrip("/") + "/") else path

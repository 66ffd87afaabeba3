"""What is written where in a file: names with the path they stand at, strings, paths of files; read from the syntax tree.

A path goes through functions, conditions, calls and lists as if they were not there: in `{ ... }: { a = lib.mkIf x { b = 1; }; }`
the name `b` stands at `a.b`. What a `let` binds stands below `LET`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from clanback.nix import ast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clanback.diagnostics import Source

LET = "(let)"
"""Stands in a path where a `let` begins."""
DYNAMIC = "(computed)"
"""Stands in a path for a name that has to be computed."""

Path = tuple[str, ...]


@attrs.frozen(eq=False)
class Name:
    """A name as written, its quotes included; `value` is the expression it is bound to, if it is the last of its path."""

    path: Path
    start: int
    end: int
    value: ast.Expr | None = None


@attrs.frozen(eq=False)
class Text:
    """A plain string in the value of what stands at `path`; `in_list` if it is an element of a list."""

    path: Path
    start: int
    end: int
    text: str
    in_list: bool


@attrs.frozen(eq=False)
class FilePath:
    """A path literal."""

    start: int
    end: int
    text: str


class Outline:
    """The outline of one file."""

    def __init__(self, file: ast.File) -> None:
        self.source: Source = file.source_file
        self.names: list[Name] = []
        self.texts: list[Text] = []
        self.files: list[FilePath] = []
        for found in _walk(file.expr):
            kept: list[object] = self.names if isinstance(found, Name) else self.texts if isinstance(found, Text) else self.files  # type: ignore[assignment]
            kept.append(found)
        self.by_value = {name.value.start: name for name in self.names if name.value is not None}

    def at(self, offset: int) -> Name | Text | FilePath | None:
        """What is written at an offset: the end of a name belongs to it, since that is where a cursor stands."""
        candidates = [one for kind in (self.names, self.texts, self.files) for one in kind if one.start <= offset <= one.end]
        return min(candidates, key=lambda one: one.end - one.start, default=None)


def _walk(expr: ast.Expr) -> Iterator[Name | Text | FilePath]:
    pending: list[tuple[object, Path, bool]] = [(expr, (), False)]
    while pending:
        here, path, in_list = pending.pop()
        if isinstance(here, ast.AttrSet):
            yield from _bindings(here.bindings, path, pending)
        elif isinstance(here, ast.Let):
            yield from _bindings(here.bindings, (*path, LET), pending)
            pending.append((here.body, path, False))
        elif isinstance(here, ast.LegacyLet):
            pending.append((here.attrset, path, False))
        elif isinstance(here, ast.String):
            if all(isinstance(part, str) for part in here.parts):
                yield Text(path, here.start, here.end, "".join(str(part) for part in here.parts), in_list)
            else:
                pending += [(part, (*path, DYNAMIC), False) for part in here.parts if not isinstance(part, str)]
        elif isinstance(here, ast.Path):
            if all(isinstance(part, str) for part in here.parts):
                yield FilePath(here.start, here.end, "".join(str(part) for part in here.parts))
        elif isinstance(here, ast.List):
            pending += [(item, path, True) for item in here.items]
        elif isinstance(here, ast.Apply):
            pending += [(here.function, path, False), *((argument, path, in_list) for argument in here.arguments)]
        elif isinstance(here, ast.Binary):
            pending += [(here.left, path, in_list), (here.right, path, in_list)]
        elif isinstance(here, ast.If):
            pending += [(here.consequence, path, in_list), (here.alternative, path, in_list)]
        elif isinstance(here, ast.Lambda | ast.With | ast.Assert):
            pending.append((here.body, path, False))
        elif isinstance(here, ast.File):
            pending.append((here.expr, path, False))


def _bindings(bindings: object, path: Path, pending: list[tuple[object, Path, bool]]) -> Iterator[Name]:
    assert isinstance(bindings, tuple)
    for binding in bindings:
        if isinstance(binding, ast.Inherit):
            for name in binding.names:
                yield Name((*path, name.name), name.start, name.end)
            continue
        inside = path
        for number, name in enumerate(binding.path, 1):
            inside = (*inside, name.name if isinstance(name, ast.StaticName) else DYNAMIC)
            yield Name(inside, name.start, name.end, binding.value if number == len(binding.path) else None)
        pending.append((binding.value, inside, False))

"""Finding the line of a rendered file in which an option is set: by its syntax tree, not by its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.diagnostics import DiagnosticError, Source
from clanback.explaining.model import Rendered
from clanback.nix import ast
from clanback.nix.parser import parse_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from clanback.explaining.model import Target


class RenderedFiles:
    """Rendered texts, each parsed at most once."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._parsed: dict[str, ast.File | None] = {}

    def lines(self, targets: Iterable[Target]) -> tuple[Rendered, ...]:
        """The lines in which the options are set; nothing for those that are not."""
        found: list[Rendered] = []
        for file, path in targets:
            parsed = self._file(file)
            for start in () if parsed is None else sorted(set(_places(parsed.expr, path))):
                assert parsed is not None
                number = parsed.source_file.position(start)[0]
                line = Rendered(file, number, parsed.source_file.line(number).strip())
                if line not in found:
                    found.append(line)
        return tuple(found)

    def _file(self, name: str) -> ast.File | None:
        if name not in self._parsed:
            try:
                text = self._texts.get(name)
                self._parsed[name] = None if text is None else parse_source(Source(name, text))
            except DiagnosticError:  # what a module of the user's holds, written as it stood
                self._parsed[name] = None
        return self._parsed[name]


def _places(expr: ast.Expr, path: tuple[str, ...]) -> Iterator[int]:
    """Where the names of the option at `path` are written."""
    pending: list[tuple[object, tuple[str, ...]]] = [(expr, path)]
    while pending:
        here, left = pending.pop()
        if isinstance(here, ast.AttrSet):
            attribute = here.attributes.get(left[0])
            if attribute is not None:
                if len(left) == 1:
                    yield attribute.name_start
                else:
                    pending.append((attribute.expr, left[1:]))
            if left == path:  # the top of a module: its configuration may lie deeper
                pending += [(here.attributes[name].expr, left) for name in ("config", "imports") if name in here.attributes]
        elif isinstance(here, ast.Lambda | ast.Let | ast.With | ast.Assert):
            pending.append((here.body, left))
        elif isinstance(here, ast.Apply):
            pending += [(argument, left) for argument in here.arguments]
        elif isinstance(here, ast.List):
            pending += [(item, left) for item in here.items]
        elif isinstance(here, ast.Binary):
            pending += [(here.left, left), (here.right, left)]
        elif isinstance(here, ast.If):
            pending += [(here.consequence, left), (here.alternative, left)]

"""Source text for a rendered file: paths become paths of the repository, lines move to a new indentation."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, TypeAlias

from clanback.diagnostics import Span, warning
from clanback.inventory.model import RepositoryPath
from clanback.nix import ast
from clanback.nix.free_variables import children
from clanback.nix.indentation import indentation, line_edits, reindent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clanback.diagnostics import Diagnostic, Source

Pieces: TypeAlias = "list[str | RepositoryPath]"


class Excerpts:
    """Excerpts of one source. Paths are resolved against the source's folder and told relative to `root`."""

    __slots__ = ("diagnostics", "root", "source")

    def __init__(self, source: Source, root: str, diagnostics: list[Diagnostic]) -> None:
        self.source = source
        self.root = root
        self.diagnostics = diagnostics

    def text(
        self, start: int, end: int, nodes: Iterable[ast.Expr], indent: int, *, cuts: Sequence[tuple[int, int]] = ()
    ) -> Pieces:
        """The text from `start` to `end`, which holds `nodes`; lines after the first move as the first one would to `indent`.

        `cuts` are ranges that are left out.
        """
        source = self.source.text
        edits: list[tuple[int, int, Pieces]] = [(a, b, []) for a, b in cuts]
        strings: list[ast.String] = []
        pending = list(nodes)
        while pending:
            node = pending.pop()
            if isinstance(node, ast.String):
                strings.append(node)
            elif isinstance(node, ast.Path) and not any(a <= node.start and node.end <= b for a, b in cuts):
                edits += self._path_edits(node)
            pending += children(node)
        shift = indent - indentation(source, start)
        edits += [(a, b, [spaces]) for a, b, spaces in line_edits(source, start, end, strings, shift)]
        pieces: Pieces = []
        at = start
        for begin, finish, replacement in sorted(edits, key=lambda edit: (edit[0], -edit[1])):
            if finish > end or (begin < at and (replacement or finish <= at)):
                continue  # inside something that was cut
            begin = max(begin, at)
            pieces.append(source[at:begin])
            pieces += replacement
            at = finish
        pieces.append(source[at:end])
        return joined(pieces)

    def _path_edits(self, node: ast.Path) -> list[tuple[int, int, Pieces]]:
        first = node.parts[0]
        assert isinstance(first, str)
        if first.startswith(("/", "~")):
            return []
        text = self.source.text
        opening = text.index(first, node.start)
        if len(node.parts) == 1:
            path = self._repository_path(first, node)
            return [] if path is None else [(opening, opening + len(first), [path])]
        head, tail = first.rsplit("/", 1)
        path = self._repository_path(head, node)
        if path is None:
            return []
        closing = node.end
        while text[closing - 1] in ") \t\r\n":
            closing -= 1
        return [(opening, opening + len(first), ["(", path, f' + "/{tail}']), (closing, closing, ['")'])]

    def _repository_path(self, written: str, node: ast.Path) -> RepositoryPath | None:
        folder = posixpath.dirname(self.source.path) if self.source.path is not None else self.root
        found = repository_path(posixpath.join(folder, written), self.root)
        if found is None:
            self.diagnostics.append(outside(f"`{written}`", Span(self.source, node.start, node.end)))
        return found


def repository_path(absolute: str, root: str) -> RepositoryPath | None:
    """An absolute path as one of the repository, None if it is outside."""
    relative = posixpath.relpath(posixpath.normpath(absolute), root)
    return None if relative == ".." or relative.startswith("../") else RepositoryPath(relative)


def outside(what: str, span: Span | None) -> Diagnostic:
    """The warning for a path outside the repository."""
    return warning(
        "CB621",
        f"{what} lies outside the repository, so that the rendered module could not find it",
        span,
        help="move what it needs into the repository",
    )


def joined(pieces: Iterable[str | RepositoryPath]) -> Pieces:
    """The pieces with neighbouring texts made one."""
    result: Pieces = []
    for piece in pieces:
        if isinstance(piece, str) and result and isinstance(result[-1], str):
            result[-1] += piece
        elif piece:
            result.append(piece)
    return result


def moved(pieces: Pieces, columns: int) -> Pieces:
    """The pieces of an expression with all lines but the first moved to the right."""
    paths = [piece for piece in pieces if isinstance(piece, RepositoryPath)]
    stand_in = "./clanback_repository_path"
    texts = reindent("".join(piece if isinstance(piece, str) else stand_in for piece in pieces), columns).split(stand_in)
    result: Pieces = [texts[0]]
    for path, text in zip(paths, texts[1:], strict=True):
        result += [path, text]
    return result

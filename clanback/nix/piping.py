"""Files with pipe operators (`x |> f`): Nix reads them where its experimental feature `pipe-operators` is enabled.

A flake may ask for that in its `nixConfig`; or people have it in their `nix.conf`, which nothing in a repository tells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.nix.errors import NixSyntaxError
from clanback.nix.parser import parse_source

if TYPE_CHECKING:
    from clanback.diagnostics import Source
    from clanback.nix import ast
    from clanback.nix.evaluator import Evaluator


def parsed(evaluator: Evaluator, source: Source, scope: tuple[str, ...] = ()) -> ast.File:
    """The tree of a source. Pipe operators that are not asked for are an error, or are read and told to `meets_pipe`."""
    try:
        return parse_source(source, pipe_operators=evaluator.pipe_operators, scope=scope)
    except NixSyntaxError as problem:
        piped = next((found for found in problem.diagnostics if found.code == "CB005"), None)
        if piped is None or evaluator.meets_pipe is None:
            raise
        tree = parse_source(source, pipe_operators=True, scope=scope)
        evaluator.meets_pipe(piped)
        return tree

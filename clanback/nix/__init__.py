"""The Nix language: text to syntax tree to values, and back to text. Knows nothing of clans."""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from clanback.nix.errors import NixSyntaxError
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.literals import to_nix
    from clanback.nix.parser import parse, parse_file, parse_source
    from clanback.nix.printer import print_expr

__all__ = ["Evaluator", "NixSyntaxError", "parse", "parse_file", "parse_source", "print_expr", "to_nix"]

_HOMES = {
    "Evaluator": "evaluator",
    "NixSyntaxError": "errors",
    "parse": "parser",
    "parse_file": "parser",
    "parse_source": "parser",
    "print_expr": "printer",
    "to_nix": "literals",
}


def __getattr__(name: str) -> Any:
    """Import what is exported when it is first asked for: who only parses should not wait for the evaluator."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)

"""The table of builtin functions: every family registers its functions here when its module is imported.

    @builtin("stringLength", 1)
    def string_length(evaluator: Evaluator, text: Any) -> Value:
        return len(force_string(evaluator, text).encode())

A function gets its arguments unforced (a value or a thunk) and returns a value or a thunk. `constant` registers a value that is
not a function. Which modules exist is written once, in `FAMILIES`; `load` imports them when the first evaluator is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from clanback.nix.values import Attrs, Builtin

if TYPE_CHECKING:
    from collections.abc import Callable

_F = TypeVar("_F", bound="Callable[..., Any]")

TABLE: dict[str, Any] = {}
"""Builtin functions and constants by name, as `builtins.NAME`."""

OPAQUE: dict[str, str] = {}
"""Builtins whose result is always unknown, with the reason."""

FAMILIES = (
    "arithmetic",
    "lists",
    "sorting",
    "attributes",
    "strings",
    "types",
    "control",
    "files",
    "impure",
    "derivations",
    "serialization",
    "regex",
    "hashing",
    "versions",
    "context",
)


_GLOBAL_NAMES = (
    "abort",
    "baseNameOf",
    "break",
    "derivation",
    "derivationStrict",
    "dirOf",
    "false",
    "fetchGit",
    "fetchMercurial",
    "fetchTarball",
    "fetchTree",
    "fromTOML",
    "import",
    "isNull",
    "map",
    "null",
    "placeholder",
    "removeAttrs",
    "scopedImport",
    "throw",
    "toString",
    "true",
)
"""Names in Nix' global scope besides `builtins`; every builtin is there as `__name` too."""


def builtin(name: str, arity: int) -> Callable[[_F], _F]:
    """Register a function of `arity` (1 to 3) arguments as `builtins.NAME`; it is called with the evaluator and its arguments,
    unforced.
    """

    def register(function: _F) -> _F:
        assert name not in TABLE, name
        TABLE[name] = Builtin(name, arity, function)
        return function

    return register


def constant(name: str, value: Any) -> None:
    """Register a value as `builtins.NAME`."""
    assert name not in TABLE, name
    TABLE[name] = value


def load() -> dict[str, Any]:
    """Import every family once and give the whole table."""
    if "__loaded" not in TABLE:
        from importlib import import_module

        for family in FAMILIES:
            import_module(f"clanback.nix.builtins.{family}")
        TABLE["__loaded"] = True
    return {name: value for name, value in TABLE.items() if name != "__loaded"}


def global_scope() -> dict[str, Any]:
    """What is defined everywhere, by name."""
    table = load()
    builtins = Attrs(table)
    builtins["builtins"] = builtins
    names = {f"__{name}": value for name, value in table.items()}
    names.update((name, table[name]) for name in _GLOBAL_NAMES)
    names["builtins"] = builtins
    return names

"""The types of options: what values they accept and how several definitions become one (nixpkgs' `lib/types.nix`).

    string, integer, boolean, floating, path, lines, raw, anything, json, attributes, deferred_module
    null_or(t), list_of(t), attrs_of(t), lazy_attrs_of(t), enum(…), one_of(t…), string_matching(regex, what),
    separated_string(separator), submodule(options), coerced(accepts, function, t), unique(t)

Every type has `description`, the words for "must be …", and `plural` for "a list of …". A merged value is a forced Nix value
(`clanback.nix.values`); sets are `Attrs` whose positions are those of their first definition.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from clanback.modules.basic_types import Deferred, DeferredModule, Raw, Scalar, SeparatedString, Type
from clanback.modules.container_types import (
    Anything,
    Attributes,
    AttrsOf,
    Coerced,
    ListOf,
    NullOr,
    OneOf,
    Submodule,
    Unique,
    grouped,
)
from clanback.nix.values import PathValue

if TYPE_CHECKING:
    from collections.abc import Callable

    from clanback.modules.definition import Definition
    from clanback.modules.interface import OptionSet
    from clanback.modules.merge import Merger

__all__ = ["Deferred", "Submodule", "Type", "grouped"]


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_path(value: Any) -> bool:
    return isinstance(value, PathValue) or (isinstance(value, str) and value.startswith("/"))


string = Scalar("a string", "strings", lambda v: isinstance(v, str), '"…"')
integer = Scalar("an integer", "integers", _is_integer, "7")
boolean = Scalar("a Boolean (true or false)", "Booleans", lambda v: v is True or v is False, "true")
floating = Scalar("a floating point number", "floating point numbers", lambda v: isinstance(v, float), "0.5")
path = Scalar("an absolute path", "absolute paths", _is_path, '"/…"', some_strings=True)
raw: Type = Raw()
anything: Type = Anything("a value", plain=False)
json: Type = Anything("a plain value (no function)", plain=True)
attributes: Type = Attributes()
deferred_module: Type = DeferredModule()
lines: Type = SeparatedString("\n")


def separated_string(separator: str) -> Type:
    """Strings, joined with `separator`."""
    return SeparatedString(separator)


def null_or(inner: Type) -> Type:
    """null or `inner`."""
    return NullOr(inner)


def list_of(element: Type) -> Type:
    """A list."""
    return ListOf(element)


def attrs_of(element: Type) -> Type:
    """An attribute set whose names are free."""
    return AttrsOf(element, lazy=False)


def lazy_attrs_of(element: Type) -> Type:
    """An attribute set whose values are merged only when needed."""
    return AttrsOf(element, lazy=True)


def enum(*choices: str) -> Type:
    """One of some strings."""
    shown = ", ".join(f'"{c}"' for c in choices)
    return Scalar(
        f"one of {shown}",
        f"values out of {shown}",
        lambda v: isinstance(v, str) and v in choices,
        f'"{choices[0]}"',
        some_strings=True,
    )


def one_of(*types: Type) -> Type:
    """One of several types."""
    return OneOf(types)


def string_matching(pattern: str, description: str, plural: str = "strings", example: str = "") -> Type:
    """A string that as a whole matches a regular expression (Python's); `description` says it in words."""
    compiled = re.compile(pattern)
    return Scalar(
        description, plural, lambda v: isinstance(v, str) and compiled.fullmatch(v) is not None, example, some_strings=True
    )


def submodule(
    options: OptionSet,
    *,
    plain: bool = False,
    arguments: Callable[[Merger, tuple[str, ...]], dict[str, Any]] | None = None,
    also: Callable[[Merger, tuple[str, ...]], list[Definition]] | None = None,
) -> Type:
    """An attribute set of declared options; see `Submodule`."""
    return Submodule(options, plain=plain, arguments=arguments, also=also)


def coerced(accepts: Callable[[Any], bool], function: Callable[[Definition], Any], inner: Type, description: str) -> Type:
    """A second form in which a value may be written; see `Coerced`."""
    return Coerced(accepts, function, inner, description)


def unique(inner: Type) -> Type:
    """What may be defined once only."""
    return Unique(inner)

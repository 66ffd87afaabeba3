"""Walking through declared options by name: what stands below an option, for those who explain and complete."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from clanback.modules.container_types import AttrsOf, Submodule
from clanback.modules.interface import Option, OptionSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clanback.modules.types import Type

Declared: TypeAlias = "Option | OptionSet"


def below(here: Declared, name: str) -> Declared | None:
    """What is declared for `name` below `here`; names in an `attrs_of` are free. None if nothing can stand there."""
    if isinstance(here, OptionSet):
        found = here.options.get(name)
        return Option(here.freeform) if found is None and here.freeform is not None else found
    inner = _container(here.type)
    if isinstance(inner, Submodule):
        return below(inner.options, name)
    return Option(inner.element) if isinstance(inner, AttrsOf) else None


def at(here: Declared, path: Iterable[str]) -> Declared | None:
    """What is declared at a path."""
    found: Declared | None = here
    for name in path:
        if found is None:
            return None
        found = below(found, name)
    return found


def names(here: Declared) -> Mapping[str, Declared]:
    """The declared names below; empty where names are free or there is nothing below."""
    if isinstance(here, OptionSet):
        return here.options
    inner = _container(here.type)
    return inner.options.options if isinstance(inner, Submodule) else {}


def is_free(here: Declared) -> bool:
    """Whether names below are free (`attrs_of`)."""
    return isinstance(here, Option) and isinstance(_container(here.type), AttrsOf)


def _container(type_: Type) -> Type:
    """The type without what wraps it: `null_or`, `unique` and the like."""
    while not isinstance(type_, AttrsOf | Submodule) and (inner := getattr(type_, "inner", None)) is not None:
        type_ = inner
    return type_

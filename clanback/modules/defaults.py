"""Defaults of options: plain Python values, and sets of options that have one each."""

from __future__ import annotations

from typing import Any

from clanback.modules.interface import Marker, OptionSet
from clanback.nix.values import Attrs


def nix_value(plain: Any) -> Any:
    """A Nix value from a plain Python one."""
    if isinstance(plain, dict):
        return Attrs({key: nix_value(value) for key, value in plain.items()})
    if isinstance(plain, (list, tuple)):
        return tuple(nix_value(value) for value in plain)
    return plain


def has_required(declared: OptionSet) -> bool:
    """Whether leaving the whole set out would leave out something that must be given."""
    return any(has_required(o) if isinstance(o, OptionSet) else o.default is Marker.REQUIRED for o in declared.options.values())

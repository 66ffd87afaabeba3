"""What a set of options accepts: `Option`, trees of them (`OptionSet`), and the interface of a clan service.

    CLIENT = OptionSet({
        "startAt": Option(types.string, default="*-*-* 01:00:00", description="when to run"),
        "destinations": Option(types.attrs_of(types.submodule(OptionSet({
            "name": Option(types.string, default=ATTRIBUTE_NAME),
            "repo": Option(types.string),                           # no default: required
            "rsh": Option(types.string, default=DECIDED_LATER),     # only the planner knows it
        }))), default={}),
    })
    BORGBACKUP = ServiceInterface("borgbackup", {"client": CLIENT, "server": SERVER})

A set inside an `OptionSet` that is not itself an option (`openssh.authorizedKeys.keys`) is a nested `OptionSet`.
Defaults are plain values: `str`, `int`, `float`, `bool`, `None`, `list`, `dict`, or one of the three markers below.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clanback.modules.types import Type


class Marker(enum.Enum):
    """What may stand in place of an option's default."""

    REQUIRED = "required"
    ATTRIBUTE_NAME = "attribute name"
    DECIDED_LATER = "decided later"


REQUIRED: Final = Marker.REQUIRED
"""There is no default: leaving the option out is an error."""
ATTRIBUTE_NAME: Final = Marker.ATTRIBUTE_NAME
"""The name under which the submodule stands in its `attrs_of` is the default."""
DECIDED_LATER: Final = Marker.DECIDED_LATER
"""Only NixOS, or the planner, knows the default; the merged value is None until then."""


@attrs.frozen(eq=False, repr=False)
class Option:
    """One option: its type, its default (see above) and what it is for. A `read_only` one may be defined at most once."""

    type: Type
    default: Any = REQUIRED
    description: str = ""
    read_only: bool = False
    deprecated: str | None = None
    """What to say when it is defined; None if it is not deprecated."""

    @property
    def is_shown(self) -> bool:
        """Whether it is something to suggest, rather than for clan-core's own use."""
        return self.type.forces


@attrs.frozen(eq=False, repr=False)
class OptionSet:
    """Options by name; `freeform` is the type of names that are not declared, None if there may be none."""

    options: Mapping[str, Option | OptionSet]
    freeform: Type | None = None
    removed: Mapping[str, str] = attrs.field(factory=dict)
    """Names that existed once: name → what to do instead."""
    elsewhere: Mapping[str, str] = attrs.field(factory=dict)
    """Names that never existed here but that people write: name → what to do instead."""
    otherwise: str = ""
    """What to do about any other unknown name, which stands for `{name}`; empty if that is not known."""

    @property
    def is_shown(self) -> bool:
        """Always: a set of options is something to suggest."""
        return True


@attrs.frozen(eq=False, repr=False)
class ServiceInterface:
    """A clan service: its roles and what each accepts as `settings`."""

    name: str
    roles: Mapping[str, OptionSet]
    description: str = ""

"""Where machines and destinations stand, as `clanback.toml` says: what tells an audit which copies survive a fire.

site = "home"                     # top level: where machines stand that nothing else says anything of

[tags.office]
site = "office"

[destinations.storagebox]
site = "falkenstein"
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from clanback.inventory.own_schema import MEMBER_SETTINGS, Setting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from clanback.inventory.model import Instance

SITE = Setting(
    'a name such as "home"',
    lambda value: isinstance(value, str) and re.fullmatch(r"[\w][\w .-]{0,62}", value) is not None,
    "unknown",
    "Where the machine stands: a copy at another site is off-site (`clanback audit`).",
    "home",
)

PLACE_SETTINGS: Mapping[str, Setting] = {**MEMBER_SETTINGS, "site": SITE}
"""Settings that may stand at the top level, in tables of tags and in tables of machines."""

DESTINATION_SETTINGS: Mapping[str, Setting] = {"site": SITE}
"""Settings that may stand in a table `[destinations.NAME]`."""

_PATH = ("site",)
Level = dict[tuple[str, ...], Any]


def destination_names(instances: Iterable[Instance]) -> dict[str, None]:
    """What external destinations are called, by the name of the job and by their own."""
    return {name: None for instance in instances for name in _names(instance)}


def _names(instance: Instance) -> Iterator[str]:
    client = instance.roles.get("client")
    for settings in client.members.values() if client is not None else ():
        destinations = (settings or {}).get("destinations")
        for key, destination in destinations.items() if isinstance(destinations, dict) else ():
            yield key
            name = destination.get("name") if isinstance(destination, dict) else None
            if isinstance(name, str):
                yield name


def without_site(levels: Mapping[str, Level]) -> dict[str, Level]:
    """The settings of members alone."""
    return {name: {path: value for path, value in level.items() if path != _PATH} for name, level in levels.items()}


def only_site(levels: Sequence[Level | None]) -> list[Level]:
    """What several levels say of the site."""
    return [{_PATH: level[_PATH]} for level in levels if level and _PATH in level]

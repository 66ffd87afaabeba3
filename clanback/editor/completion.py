"""What can be written at the cursor: roles, settings, tags, machines, services, values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from clanback.editor.scanning import cursor_at
from clanback.editor.schema import DESCRIPTIONS, names_at
from clanback.explaining.reasons import default_text
from clanback.inventory.official_services import OFFICIAL
from clanback.modules.basic_types import Scalar
from clanback.modules.interface import Option
from clanback.modules.show import dotted, quoted
from clanback.modules.walking import at, below, is_free, names
from clanback.services import INTERFACES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clanback.editor.clans import Clan
    from clanback.editor.outline import Path
    from clanback.editor.scanning import Cursor
    from clanback.editor.schema import Place
    from clanback.inventory.model import Inventory
    from clanback.modules.walking import Declared


@attrs.frozen
class Offer:
    """One thing that can be written. `text` replaces what is typed between `start` and the cursor."""

    label: str
    text: str
    start: int
    kind: str
    detail: str = ""
    documentation: str = ""


def complete(clan: Clan | None, file: str, text: str, offset: int) -> list[Offer]:
    """The offers at an offset of a text, best first."""
    cursor = cursor_at(text, offset)
    if cursor is None:
        return []
    inventory = None if clan is None or clan.latest is None else clan.latest.inventory
    if inventory is None and clan is not None and clan.good is not None:
        inventory = clan.good.inventory
    path = cursor.path if clan is None else clan.place(file, cursor.path)
    found = _values(inventory, path, cursor) if cursor.value else _names(inventory, path, cursor)
    siblings = set() if cursor.value else cursor.siblings
    return [_written(offer, cursor) for offer in found if offer.label not in siblings and _matches(offer.label, cursor.typed)]


def _matches(label: str, typed: str) -> bool:
    """Whether the letters typed occur in this order, as editors filter."""
    rest = iter(label.lower())
    return all(letter in rest for letter in typed.lower())


def _written(offer: Offer, cursor: Cursor) -> Offer:
    if cursor.quoted:
        inside = quoted(offer.label)[1:-1] if offer.kind != "value" else offer.label.strip('"')
        return attrs.evolve(offer, text=inside, start=cursor.start)
    return attrs.evolve(offer, start=cursor.start)


def _names(inventory: Inventory | None, path: Path, cursor: Cursor) -> Iterator[Offer]:
    """The names that can stand below a path."""
    place = names_at(inventory, path)
    if place is None:
        return
    if place.kind == "machine":
        yield from _machines(inventory, cursor)
    elif place.kind == "tag":
        yield from _tags(inventory, cursor)
    elif place.kind == "instance":
        yield from _services(cursor, "an instance named as its service needs no `module`")
    elif place.kind == "role" and place.declared is not None:
        for role, options in names(place.declared).items():
            yield Offer(role, f"{role}.", cursor.start, "role", f"role of {place.instance}", ", ".join(names(options)))
    elif place.declared is not None:
        for name, declared in names(place.declared).items():
            if _is_offered(name, declared):
                yield _option(name, declared, cursor, place)
        if place.kind == "setting" and is_free(place.declared) and place.setting[-1:] == ("destinations",):
            yield from _machines(inventory, cursor)


def _is_offered(name: str, declared: Declared) -> bool:
    return not name.startswith("_") and (declared.is_shown or name in DESCRIPTIONS)


def _option(name: str, declared: Declared, cursor: Cursor, place: Place) -> Offer:
    description = getattr(declared, "description", "") or DESCRIPTIONS.get(name, "")
    if not isinstance(declared, Option) or names(declared) or is_free(declared):
        return Offer(name, dotted((name,)), cursor.start, "set", "a set", description)
    default = default_text(declared)
    documentation = description + (f"\n\nDefault: `{default}`" if default is not None else "\n\nMust be set.")
    kind = "setting" if place.kind == "setting" else "option"
    return Offer(name, f"{dotted((name,))} = ", cursor.start, kind, declared.type.description, documentation)


def _values(inventory: Inventory | None, path: Path, cursor: Cursor) -> Iterator[Offer]:
    """What can be the value of a name."""
    if not path:
        return
    if path[-1] == "tags" and cursor.in_list:
        yield from _tags(inventory, cursor)
        return
    if path[:2] == ("inventory", "tags") and len(path) == 3 and cursor.in_list:
        yield from _machines(inventory, cursor, as_text=True)
        return
    if path[:2] == ("inventory", "instances") and path[3:] == ("module", "name"):
        yield from _services(cursor, "", as_text=True)
        return
    place = names_at(inventory, path[:-1])
    declared = None if place is None or place.declared is None else below(place.declared, path[-1])
    if isinstance(declared, Option):
        for value in _choices(declared):
            yield Offer(value, value, cursor.start, "value", declared.type.description, declared.description)


def _choices(option: Option) -> list[str]:
    """The values that an option of few values can have, its default first."""
    inner = getattr(option.type, "inner", option.type)
    default = default_text(option)
    found: list[str] = [default] if default is not None and default != "what the service chooses" else []
    if isinstance(inner, Scalar) and inner.example in ("true", "false"):
        found += ["true", "false"]
    found += re.findall(r'"[^"]+"', inner.description) if inner.description.startswith("one of ") else []
    return list(dict.fromkeys(found))


def _machines(inventory: Inventory | None, cursor: Cursor, *, as_text: bool = False) -> Iterator[Offer]:
    for name, machine in ({} if inventory is None else inventory.machines).items():
        said = f"tags: {', '.join(machine.tags)}" + (f"\n\n{machine.description}" if machine.description else "")
        yield Offer(name, quoted(name) if as_text else dotted((name,)), cursor.start, "machine", machine.target_host or "", said)


def _tags(inventory: Inventory | None, cursor: Cursor) -> Iterator[Offer]:
    for tag, members in ({} if inventory is None else inventory.tags).items():
        text = quoted(tag) if cursor.value else dotted((tag,))
        yield Offer(tag, text, cursor.start, "tag", f"{len(members)} machines", _some(members))


def _some(machines: Iterable[str]) -> str:
    known = list(machines)
    return ", ".join(known[:10]) + (f" and {len(known) - 10} more" if len(known) > 10 else "")


def _services(cursor: Cursor, said: str, *, as_text: bool = False) -> Iterator[Offer]:
    for name in [*INTERFACES, *sorted(OFFICIAL - INTERFACES.keys())]:
        interface = INTERFACES.get(name)
        detail = "service" if interface is not None else "service of clan-core, left to it"
        documentation = "\n\n".join(filter(None, (interface.description if interface is not None else "", said)))
        yield Offer(name, quoted(name) if as_text else dotted((name,)), cursor.start, "service", detail, documentation)


def declared_at(inventory: Inventory | None, path: Path) -> Declared | None:
    """What is declared for the name at the end of a path."""
    place = names_at(inventory, path[:-1])
    return None if place is None or place.declared is None else at(place.declared, path[-1:])

"""What the NixOS services that a machine turns on keep, against the state that is declared."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

import attrs

from clanback.plan.folders import contains, normal
from clanback.plan.known_services import KNOWN, STATELESS, KnownService

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from clanback.inventory.enabled_services import EnabledService
    from clanback.inventory.model import Place
    from clanback.plan.model import MachinePlan


class Declared(Enum):
    """Whether a folder of a service is declared as state."""

    YES = "declared"
    NO = "not declared"
    PERHAPS = "perhaps"
    """Something that only Nix can know names the service, or says where its state is."""
    LINK = "a link"
    """What is declared is a link there; the files lie in `/var/lib/private`."""
    UNKNOWN = "unknown"
    """Nobody here knows where the service keeps its state."""


@attrs.frozen
class ServiceState:
    """One service that is turned on, one of its folders (None where it is not known), and whether it is declared."""

    service: str
    folder: str | None
    declared: Declared
    certain: bool
    place: Place | None = attrs.field(default=None, eq=False)

    @property
    def missing(self) -> bool:
        """Whether it is certain that something is not saved."""
        return self.declared in (Declared.NO, Declared.LINK) and self.certain


def states_of_services(planned: MachinePlan, services: Mapping[str, EnabledService]) -> tuple[ServiceState, ...]:
    """What each service keeps, sorted by service; those of whom nobody would miss anything are left out."""
    found: dict[tuple[str, str | None], ServiceState] = {}
    for name, service in sorted(services.items()):
        known = KNOWN.get(name)
        if known is None:
            if name not in STATELESS:
                found[name, None] = ServiceState(name, None, Declared.UNKNOWN, service.certain, service.place)
            continue
        for state in _states(planned, known, service):
            found.setdefault((state.service, state.folder), state)
        if known.database is not None and known.database not in services:
            for state in _states(planned, KNOWN[known.database], attrs.evolve(service, options={})):
                found.setdefault((state.service, state.folder), state)
    return tuple(found.values())


def _states(planned: MachinePlan, known: KnownService, service: EnabledService) -> Iterator[ServiceState]:
    def state(folder: str | None, declared: Declared) -> ServiceState:
        return ServiceState(known.name, folder, declared, service.certain, service.place)

    folders = list(known.folders)
    moved = service.options.get(known.option) if known.option is not None else None
    if isinstance(moved, str):
        folders = [f"/var/lib/{moved}" if known.below else moved]
    elif moved is not None:
        yield state(None, Declared.PERHAPS if _is_named(planned, known.name) else Declared.UNKNOWN)
        return
    judged = [(folder, _declared(planned, known, folder)) for folder in folders]
    if known.either:
        good = [one for one in judged if one[1] is Declared.YES]
        judged = good[:1] or judged[:1]
    for folder, declared in judged:
        yield state(folder, declared)


def _declared(planned: MachinePlan, known: KnownService, folder: str) -> Declared:
    wanted = normal(folder)
    real = wanted.replace("/var/lib/", "/var/lib/private/", 1) if known.dynamic and wanted.startswith("/var/lib/") else wanted
    declared = [normal(path) for entry in planned.state.values() for path in entry.folders]
    if any(contains(outer, real) for outer in declared):
        return Declared.YES
    if real != wanted and any(contains(outer, wanted) for outer in declared):
        return Declared.LINK
    if known.name == "postgresql" and any(contains("/var/backup/postgres", path) for path in declared):
        return Declared.YES  # clan-core's own state for databases: dumps
    return Declared.PERHAPS if _is_named(planned, known.name) else Declared.NO


def _is_named(planned: MachinePlan, service: str) -> bool:
    """Whether an unknown folder is written with the name of the service, as in `config.services.gitea.stateDir`."""
    texts = [unknown.text for entry in planned.state.values() for unknown in entry.unknown_folders]
    return any(f"services.{service}." in text or f'services."{service}".' in text for text in texts)

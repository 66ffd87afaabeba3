"""Databases whose files are saved while the server writes to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.checks.findings import Findings
from clanback.diagnostics import Severity
from clanback.plan.folders import contains, normal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clanback.checks.places import Places
    from clanback.diagnostics import Diagnostic, Span
    from clanback.inventory.loading import ClanConfig
    from clanback.inventory.model import Inventory, StateEntry
    from clanback.plan.model import MachinePlan, Plan

DATABASES = {
    "/var/lib/postgresql": "PostgreSQL",
    "/var/lib/mysql": "MySQL",
    "/var/lib/mongodb": "MongoDB",
    "/var/db/mongodb": "MongoDB",
    "/var/lib/influxdb": "InfluxDB",
    "/var/lib/influxdb2": "InfluxDB",
    "/var/lib/couchdb": "CouchDB",
    "/var/lib/elasticsearch": "Elasticsearch",
    "/var/lib/opensearch": "OpenSearch",
    "/var/lib/clickhouse": "ClickHouse",
    "/var/lib/cassandra": "Cassandra",
    "/var/lib/openldap": "OpenLDAP",
    "/var/lib/neo4j": "Neo4j",
    "/var/lib/rabbitmq": "RabbitMQ",
}
"""Folders in which servers keep files that only hold together while the server stands still, or are dumped."""

_SERVERS = {"PostgreSQL": "postgresql", "MySQL": "mysql", "MongoDB": "mongodb", "CouchDB": "couchdb", "ClickHouse": "clickhouse"}
"""Those that NixOS has a service for, by its name: `services.<name>.enable`."""


def check(inventory: Inventory, plan: Plan, places: Places) -> Iterator[Diagnostic]:
    """All findings of this family that need only the plan: folders that are a server's own."""
    found = Findings()
    for machine in plan.machines.values():
        for entry, folder in _unguarded(machine):
            for path, name in DATABASES.items():
                if contains(path, normal(folder)) and not _is_handled(machine, path, name):
                    _add(machine, entry, folder, f"while {name} writes there", places, found)
                    break
    yield from found


def check_enabled(plan: Plan, places: Places, config: ClanConfig) -> Iterator[Diagnostic]:
    """Folders that hold the folder of a server which the machine's modules turn on. Modules are read again only if need be."""
    from clanback.inventory.enabled_services import enabled_services

    found = Findings()
    suspects = {
        machine.name: machine
        for machine in plan.machines.values()
        if any(
            path != normal(folder) and contains(normal(folder), path) for _, folder in _unguarded(machine) for path in DATABASES
        )
    }
    options = dict.fromkeys(_SERVERS.values(), ("dataDir", "dbpath", "databaseDir"))
    for name, services in enabled_services(config, options, suspects).items() if suspects else ():
        machine = suspects[name]
        for entry, folder in _unguarded(machine):
            for path, title in DATABASES.items():
                service = services.get(_SERVERS.get(title, ""))
                if service is None or not service.certain or service.options or not contains(normal(folder), path):
                    continue
                if path != normal(folder) and not _is_handled(machine, path, title):
                    _add(machine, entry, folder, f"with {path} in it while {title} writes there", places, found)
                    break
    yield from found


def _unguarded(machine: MachinePlan) -> Iterator[tuple[StateEntry, str]]:
    """Folders of states that have no script before the backup."""
    if machine.jobs and machine.state_complete:
        for entry in machine.state.values():
            if "preBackupScript" not in entry.hooks:
                for folder in entry.folders:
                    yield entry, folder


def _is_handled(machine: MachinePlan, path: str, name: str) -> bool:
    """Whether the script of another state dumps or stops the server, or its folder is left out."""
    short = {"PostgreSQL": "pg_dump", "MySQL": "mariadb"}.get(name, path)
    for entry in machine.state.values():
        script = entry.hooks.get("preBackupScript")
        text = "" if script is None else (script if isinstance(script, str) else script.text).lower()
        if name.lower() in text or path.rpartition("/")[2] in text or short in text:
            return True
    return all(any(path in pattern for pattern in job.exclude) for job in machine.jobs.values())


def _add(machine: MachinePlan, entry: StateEntry, folder: str, what: str, places: Places, found: Findings) -> None:
    found.add(
        "CB437",
        Severity.WARNING,
        _folder_span(entry, folder, places),
        machine.name,
        (f"state {entry.name} of ", f" saves {folder} {what}: what is saved may not hold together"),
        help=f"dump it in `clan.core.state.{entry.name}.preBackupScript` and save that, or stop it meanwhile",
    )


def _folder_span(entry: StateEntry, folder: str, places: Places) -> Span | None:
    return places.span(entry.folder_places.get(folder) or (entry.places[0] if entry.places else None))

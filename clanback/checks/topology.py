"""Who saves what to whom: clients without servers, servers without clients, copies that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.checks.findings import Findings, listed, members
from clanback.diagnostics import Severity, error, warning
from clanback.plan.places import is_local
from clanback.services.borgbackup import INTERFACE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clanback.checks.places import Places
    from clanback.diagnostics import Diagnostic, Label, Span
    from clanback.inventory.model import Inventory, StateEntry
    from clanback.plan.model import Job, MachinePlan, Plan

BORGBACKUP = INTERFACE.name


def check(inventory: Inventory, plan: Plan, places: Places) -> Iterator[Diagnostic]:
    """All findings of this family."""
    yield from _clients(inventory, plan, places)
    yield from _servers(inventory, places)
    yield from _replaced_servers(inventory, places)
    yield from _shared_repositories(inventory, plan, places)
    yield from _copies_on_the_same_machine(inventory, plan, places)


def _clients(inventory: Inventory, plan: Plan, places: Places) -> Iterator[Diagnostic]:
    found = Findings()
    told: set[str] = set()
    for instance, machine, settings in members(inventory, BORGBACKUP, "client"):
        planned = plan.machines[machine.name]
        span = places.of_setting(instance.name, "client", machine.name)
        servers = instance.roles["server"].members if "server" in instance.roles else {}
        decided = machine.name not in instance.roles["client"].undecided
        if not servers and not settings.get("destinations") and planned.state and decided:
            found.add(
                "CB401",
                Severity.ERROR,
                span,
                machine.name,
                ("nothing is saved of ", f": instance {instance.name} has neither a server nor a destination"),
                help=f"add `instances.{instance.name}.roles.server.machines.<name> = {{ }};` or a destination for the client",
            )
        if machine.name in told or not planned.state_complete:
            continue
        told.add(machine.name)
        if not planned.state:
            found.add(
                "CB402",
                Severity.WARNING,
                span,
                machine.name,
                ("nothing says what to save of ", ""),
                help=f'declare it, for example: `machines.{machine.name}.clan.core.state.documents.folders = [ "/home" ];`',
            )
        else:
            _state_without_folders(planned, span, places, found)
    yield from found


def _state_without_folders(planned: MachinePlan, client: Span | None, places: Places, found: Findings) -> None:
    """State that saves nothing: all the machine's, so that there is no job; or a part of it, which may be meant for its hooks."""
    empty = [entry for entry in planned.state.values() if not entry.folders and not entry.unknown_folders]
    nothing = len(empty) == len(planned.state)
    for entry in empty:
        found.add(
            "CB403",
            Severity.ERROR if nothing else Severity.WARNING,
            _state_span(entry, places) or client,
            planned.name,
            (f"state {entry.name} of ", f" has no folders: {'nothing would be saved' if nothing else 'only its hooks run'}"),
            notes=("its archive would be empty, and restoring it would restore everything",) if nothing else (),
            help=f"name what to save: `clan.core.state.{entry.name}.folders = [ … ];`",
        )


def _state_span(entry: StateEntry, places: Places) -> Span | None:
    return places.span(entry.places[0]) if entry.places else None


def _servers(inventory: Inventory, places: Places) -> Iterator[Diagnostic]:
    by_address: dict[tuple[str, str], list[str]] = {}
    for instance, machine, settings in members(inventory, BORGBACKUP, "server"):
        clients = instance.roles["client"].members if "client" in instance.roles else {}
        if not clients and machine.name == min(instance.roles["server"].members):
            yield warning(
                "CB404",
                f"server {listed(instance.roles['server'].members)} of instance {instance.name} has no clients",
                places.of_setting(instance.name, "server", machine.name),
                help=f"say who saves to it: `instances.{instance.name}.roles.client.machines.<name> = {{ }};`",
            )
        if settings.get("address") is not None:
            by_address.setdefault((instance.name, settings["address"]), []).append(machine.name)
    for (name, address), servers in by_address.items():
        if len(servers) < 2:
            continue
        spans = [places.of_setting(name, "server", server, "address") for server in servers]
        yield error(
            "CB405",
            f"servers {listed(servers)} of instance {name} all have the address {address}: clients would reach only one of them",
            spans[0],
            labels=_others(spans, "and here"),
            help="give each server its own: `roles.server.machines.<name>.settings.address`",
        )


def _others(spans: list[Span | None], message: str) -> tuple[Label, ...]:
    """Labels for the places that are not the first."""
    from clanback.diagnostics import Label

    distinct = {(span.source.name, span.start): span for span in spans if span is not None}
    return tuple(Label(span, message) for span in list(distinct.values())[1:])


def _replaced_servers(inventory: Inventory, places: Places) -> Iterator[Diagnostic]:
    found = Findings()
    for instance, machine, settings in members(inventory, BORGBACKUP, "client"):
        servers = instance.roles["server"].members if "server" in instance.roles else {}
        for name in sorted(settings.get("destinations") or {}):
            if name in servers:
                found.add(
                    "CB409",
                    Severity.WARNING,
                    places.of_setting(instance.name, "client", machine.name, f"destinations.{name}"),
                    machine.name,
                    (f"destination {name} of ", f" replaces the server {name}: nothing is saved on that machine"),
                    help="give the destination another name if both are meant",
                )
    yield from found


def _shared_repositories(inventory: Inventory, plan: Plan, places: Places) -> Iterator[Diagnostic]:
    users: dict[str, list[Job]] = {}
    for machine in plan.machines.values():
        for job in machine.jobs.values():
            if job.server is None and not is_local(job.repo):
                users.setdefault(job.repo.rstrip("/"), []).append(job)
    for jobs in users.values():
        clients = list(dict.fromkeys(job.machine for job in jobs))
        if len(clients) < 2:
            continue
        spans = [places.of_setting(j.instance, "client", j.machine, f"destinations.{j.name}.repo") for j in jobs]
        yield error(
            "CB408",
            f"{listed(clients)} save to one repository, {jobs[0].repo}",
            spans[0],
            labels=_others(spans, "and here"),
            notes=("their passphrases differ, so only the first can open it, and each would prune the other's archives",),
            help="give every client a repository of its own, in its own `settings.destinations`",
        )


def _copies_on_the_same_machine(inventory: Inventory, plan: Plan, places: Places) -> Iterator[Diagnostic]:
    for machine in plan.machines.values():
        jobs = list(machine.jobs.values())
        if jobs and all(job.server == machine.name for job in jobs):
            yield warning(
                "CB413",
                f"the only copy of {machine.name}'s state lies on {machine.name} itself",
                places.of_setting(jobs[0].instance, "client", machine.name),
                help="let it save to another machine or to an external destination as well",
            )

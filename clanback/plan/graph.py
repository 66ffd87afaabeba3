"""Who backs up what to whom, as nodes and edges: machines, places outside the clan, and the jobs between them.

`graph` has every machine; `collapsed` puts clients that save to the same places together, so that three hundred machines can be
seen at one glance.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

import attrs

from clanback.plan.places import Places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from clanback.inventory.model import Inventory
    from clanback.plan.audit import Audit, MachineAudit
    from clanback.plan.model import Job, MachinePlan, Plan


class Kind(Enum):
    """What a node stands for."""

    MACHINE = "machine"
    EXTERNAL = "external"
    GROUP = "group"


class Health(Enum):
    """How well the state of a machine is saved."""

    GOOD = "3-2-1"
    """Every state has three copies at two places, one of them off-site."""
    SAVED = "saved"
    UNKNOWN = "unknown"
    """Some of its folders only Nix can know."""
    UNSAVED = "not saved"
    """Some state has no copy but the files themselves."""
    NOTHING = "nothing declared"


@attrs.frozen
class Node:
    """A machine, a place outside the clan, or several machines that save to the same places (`members`)."""

    name: str
    kind: Kind
    label: str
    members: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    site: str | None = None
    states: int = 0
    folders: int = 0
    keeps: int = 0
    """For how many machines it keeps repositories."""
    health: Health = Health.NOTHING


@attrs.frozen
class Edge:
    """The jobs from one node to another. `when` are the distinct times, in words; `pinned` whether all know the host's key."""

    source: str
    target: str
    jobs: int
    when: tuple[str, ...]
    off_site: bool | None = None
    pinned: bool = False
    local: bool = False


@attrs.frozen
class Graph:
    """Nodes and edges, sorted by name."""

    clan: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def node(self, name: str) -> Node:
        """The node of that name."""
        return next(node for node in self.nodes if node.name == name)


_BUILT_IN_TAGS = frozenset({"all", "nixos", "darwin"})


def graph(inventory: Inventory, plan: Plan, audit: Audit) -> Graph:
    """Every machine, every place that jobs save to."""
    places = Places(inventory, plan)
    keeps: dict[str, set[str]] = {}
    edges: dict[tuple[str, str], list[tuple[Job, bool | None, bool]]] = {}
    outside: dict[str, str | None] = {}
    for planned in plan.machines.values():
        for job in planned.jobs.values():
            place = places.of_job(job)
            target = place.machine if place.machine in plan.machines else _outside(place.name)
            assert target is not None
            if place.machine not in plan.machines:
                outside[place.name] = place.site
            keeps.setdefault(target, set()).add(planned.name)
            edges.setdefault((planned.name, target), []).append((job, places.off_site(planned.name, place), place.local))
    nodes = [_node(planned, audit.machines[name], len(keeps.get(name, ()))) for name, planned in plan.machines.items()]
    nodes += [
        Node(_outside(name), Kind.EXTERNAL, name, site=site, keeps=len(keeps[_outside(name)]))
        for name, site in sorted(outside.items())
    ]
    made = [_edge(source, target, jobs) for (source, target), jobs in sorted(edges.items())]
    return Graph(plan.meta.name, tuple(nodes), tuple(made))


def _outside(name: str) -> str:
    """The name of a node that can be no machine's."""
    return f"@{name}"


def _node(planned: MachinePlan, audit: MachineAudit, keeps: int) -> Node:
    return Node(
        name=planned.name,
        kind=Kind.MACHINE,
        label=planned.name,
        members=(planned.name,),
        tags=tuple(tag for tag in planned.tags if tag not in _BUILT_IN_TAGS),
        site=audit.site,
        states=len(planned.state),
        folders=sum(len(entry.folders) + len(entry.unknown_folders) for entry in planned.state.values()),
        keeps=keeps,
        health=health(audit),
    )


def health(audit: MachineAudit) -> Health:
    """How well a machine's state is saved: as its worst state is."""
    if not audit.states:
        return Health.NOTHING if audit.complete else Health.UNKNOWN
    if any(not state.saved and not state.unknown for state in audit.states):
        return Health.UNSAVED
    if any(state.unknown for state in audit.states):
        return Health.UNKNOWN
    return Health.GOOD if all(state.three_two_one for state in audit.states) else Health.SAVED


def _edge(source: str, target: str, jobs: list[tuple[Job, bool | None, bool]]) -> Edge:
    from clanback.plan.places import pinned

    sites = {off_site for _, off_site, _ in jobs}
    return Edge(
        source=source,
        target=target,
        jobs=len(jobs),
        when=tuple(sorted({when(job.start_at) for job, _, _ in jobs})),
        off_site=sites.pop() if len(sites) == 1 else None,
        pinned=all(pinned(job) is True for job, _, local in jobs if not local),
        local=all(local for _, _, local in jobs),
    )


def when(start_at: str) -> str:
    """`daily 01:00` for what systemd calls `*-*-* 01:00:00`; anything else as it is written."""
    daily = re.fullmatch(r"(?:\*-\*-\* )?(\d\d?:\d\d)(?::00)?", start_at)
    return f"daily {daily[1]}" if daily else start_at


# Fewer nodes

ENOUGH = 30
"""With more machines than this, those that save to the same places are put together."""


def collapsed(found: Graph, limit: int = ENOUGH) -> Graph:
    """The same with at most about `limit` nodes: clients by the places they save to and their first tag, or the places alone."""
    if sum(node.kind is Kind.MACHINE for node in found.nodes) <= limit:
        return found
    targets: dict[str, set[str]] = {}
    for edge in found.edges:
        targets.setdefault(edge.source, set()).add(edge.target)

    def to_places(node: Node) -> tuple[object, ...]:
        return (tuple(sorted(targets.get(node.name, ()))),)

    def to_places_by_tag(node: Node) -> tuple[object, ...]:
        return (*to_places(node), node.tags[:1])

    by_tag = _grouped(found, to_places_by_tag)
    return by_tag if len(by_tag.nodes) <= limit else _grouped(found, to_places)


def _grouped(found: Graph, key: Callable[[Node], tuple[object, ...]]) -> Graph:
    groups: dict[tuple[object, ...], list[Node]] = {}
    for node in found.nodes:
        # Who keeps something for others stands alone, and so does what is not of the clan.
        alone = node.kind is not Kind.MACHINE or node.keeps
        groups.setdefault((node.name,) if alone else ("", *key(node)), []).append(node)
    home: dict[str, str] = {}
    nodes: list[Node] = []
    for number, members in enumerate(groups.values()):
        node = members[0] if len(members) == 1 else _group(f"+{number}", members)
        nodes.append(node)
        home.update({member.name: node.name for member in members})
    joined: dict[tuple[str, str], list[Edge]] = {}
    for edge in found.edges:
        joined.setdefault((home[edge.source], home[edge.target]), []).append(edge)
    edges = tuple(_joined(source, target, parts) for (source, target), parts in joined.items())
    return Graph(found.clan, tuple(nodes), edges)


_WORST = (Health.UNSAVED, Health.UNKNOWN, Health.NOTHING, Health.SAVED, Health.GOOD)


def _group(name: str, members: list[Node]) -> Node:
    common = [tag for tag in members[0].tags if all(tag in member.tags for member in members)]
    names = tuple(member.name for member in members)
    label = f"{len(members)} × {common[0]}" if common else f"{len(members)} machines"  # noqa: RUF001
    return Node(
        name=name,
        kind=Kind.GROUP,
        label=label,
        members=names,
        tags=tuple(common),
        site=_same(member.site for member in members),
        states=sum(member.states for member in members),
        folders=sum(member.folders for member in members),
        health=min((member.health for member in members), key=_WORST.index),
    )


def _same(values: Iterable[str | None]) -> str | None:
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else None


def _joined(source: str, target: str, parts: list[Edge]) -> Edge:
    sites = {part.off_site for part in parts}
    return Edge(
        source,
        target,
        sum(part.jobs for part in parts),
        tuple(sorted({time for part in parts for time in part.when})),
        sites.pop() if len(sites) == 1 else None,
        all(part.pinned for part in parts),
        all(part.local for part in parts),
    )


def to_json(found: Graph) -> Mapping[str, object]:
    """Plain values, for the page and for programs."""
    return {
        "nodes": [
            {
                "name": node.name,
                "kind": node.kind.value,
                "label": node.label,
                "members": list(node.members),
                "tags": list(node.tags),
                "site": node.site,
                "health": node.health.value,
            }
            for node in found.nodes
        ],
        "edges": [{"from": edge.source, "to": edge.target, "jobs": edge.jobs, "when": list(edge.when)} for edge in found.edges],
    }

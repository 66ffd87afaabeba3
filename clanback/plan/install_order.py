"""In which order machines are installed: servers before the clients that save to them, cycles as one step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clanback.plan.model import Plan


@attrs.frozen
class Step:
    """Machines to install next, sorted; more than one only where they need each other.

    `needs` maps each to the servers it saves to, `serves` to the clients that save to it (both sorted, without itself).
    """

    machines: tuple[str, ...]
    needs: Mapping[str, tuple[str, ...]]
    serves: Mapping[str, tuple[str, ...]]

    @property
    def is_cycle(self) -> bool:
        """Whether no order among these machines is right."""
        return len(self.machines) > 1


def install_order(plan: Plan) -> tuple[Step, ...]:
    """Every machine of the plan once, each after the servers of all its jobs; by name where nothing decides.

    Also jobs count that a machine would have if NixOS knew of state. Servers outside the clan need no installing.
    """
    needs = {
        name: tuple(
            sorted(
                {
                    job.server
                    for job in (*machine.jobs.values(), *machine.dormant_jobs.values())
                    if job.server is not None and job.server in plan.machines and job.server != name
                }
            )
        )
        for name, machine in sorted(plan.machines.items())
    }
    serves: dict[str, list[str]] = {name: [] for name in needs}
    for client, servers in needs.items():
        for server in servers:
            serves[server].append(client)
    return tuple(
        Step(group, {name: needs[name] for name in group}, {name: tuple(serves[name]) for name in group})
        for group in _in_order(_groups(needs), needs)
    )


def _groups(needs: Mapping[str, tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The machines that need each other, directly or through others: Tarjan's components, without recursion."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    on_path: set[str] = set()
    groups: list[tuple[str, ...]] = []
    for start in needs:
        if start in number:
            continue
        visits = [(start, iter(needs[start]))]
        number[start] = lowest[start] = len(number)
        path.append(start)
        on_path.add(start)
        while visits:
            name, rest = visits[-1]
            for other in rest:
                if other not in number:
                    number[other] = lowest[other] = len(number)
                    path.append(other)
                    on_path.add(other)
                    visits.append((other, iter(needs[other])))
                    break
                if other in on_path:
                    lowest[name] = min(lowest[name], number[other])
            else:
                visits.pop()
                if visits:
                    before = visits[-1][0]
                    lowest[before] = min(lowest[before], lowest[name])
                if lowest[name] == number[name]:
                    at = path.index(name)
                    groups.append(tuple(sorted(path[at:])))
                    on_path.difference_update(path[at:])
                    del path[at:]
    return groups


def _in_order(groups: Iterable[tuple[str, ...]], needs: Mapping[str, tuple[str, ...]]) -> Iterable[tuple[str, ...]]:
    """Each group after those it needs; of those that could be next, the one that comes first by name."""
    import heapq

    group_of = {name: group for group in groups for name in group}
    waits = {group: {group_of[other] for name in group for other in needs[name]} - {group} for group in group_of.values()}
    frees: dict[tuple[str, ...], list[tuple[str, ...]]] = {group: [] for group in waits}
    for group, others in waits.items():
        for other in others:
            frees[other].append(group)
    ready = [group for group, others in waits.items() if not others]
    heapq.heapify(ready)
    while ready:
        group = heapq.heappop(ready)
        yield group
        for freed in frees[group]:
            waits[freed].discard(group)
            if not waits[freed]:
                heapq.heappush(ready, freed)

"""What to restore: always something that was named, or that the clan calls state; never everything because nothing was said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from clanback.diagnostics import DiagnosticError, did_you_mean, error, warning
from clanback.plan.folders import contains, normal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from clanback.diagnostics import Diagnostic
    from clanback.plan.model import MachinePlan


@attrs.frozen
class Selection:
    """What to restore: paths, and the states whose hooks belong to them."""

    states: tuple[str, ...]
    paths: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


def select(
    machine: str,
    states: Mapping[str, Sequence[str]],
    covered: Sequence[str] | None,
    *,
    services: Sequence[str] = (),
    paths: Sequence[str] = (),
) -> Selection:
    """Decide from the machine's `states` (name to folders) and what the archive's job covers (None: unknown).

    Without `services` and `paths` it is all folders of all states that the job covers. Raises DiagnosticError CB469 where nothing
    is known to restore, CB470 where a path is none or lies outside of the services that were named.
    """
    for service in services:
        if service not in states:
            raise DiagnosticError(_no_such_state(machine, service, states))
    chosen = list(dict.fromkeys(services)) or sorted(states)
    if paths:
        wanted = tuple(dict.fromkeys(asked(path) for path in paths))
        if services:
            inside = [normal(folder) for name in chosen for folder in states[name]]
            for path in wanted:
                if not any(contains(folder, path) for folder in inside):
                    raise DiagnosticError(_outside(machine, path, chosen))
        touched = [name for name in chosen if any(_overlap(folder, path) for folder in states[name] for path in wanted)]
        return Selection(tuple(touched), wanted)
    left_out = []
    if covered is not None and not services:
        left_out = [name for name in chosen if not any(_covers(covered, folder) for folder in states[name])]
        chosen = [name for name in chosen if name not in left_out]
    folders = tuple(dict.fromkeys(normal(folder) for name in chosen for folder in states[name]))
    if not folders:
        raise DiagnosticError(_nothing(machine, services))
    if "/" in folders:
        raise DiagnosticError(_everything(machine))
    found = [
        warning(
            "CB469", f"{machine}: the job does not save the folders of {name}: left out", help="name it with --service to try"
        )
        for name in left_out
        if states[name]
    ]
    return Selection(tuple(chosen), folders, tuple(found))


def known_states(plan: MachinePlan) -> tuple[dict[str, tuple[str, ...]], tuple[Diagnostic, ...]]:
    """The states of a machine as far as `clan.nix` tells, and warnings of what only NixOS knows."""
    known = {name: entry.folders for name, entry in plan.state.items()}
    unknown = [f"{name}: {folder.text}" for name, entry in sorted(plan.state.items()) for folder in entry.unknown_folders]
    if not unknown and plan.state_complete:
        return known, ()
    found = warning(
        "CB486",
        f"{plan.name} may have more state than is known without NixOS: it is not restored unless you name it",
        notes=unknown,
        help="name further folders with --path",
    )
    return known, (found,)


def asked(path: str) -> str:
    """A path that somebody wants back, in its plain form. Raises DiagnosticError CB470 where it is none."""
    if not path.startswith("/") or ".." in path.split("/") or "\0" in path or normal(path) == "/":
        raise DiagnosticError(
            error("CB470", f"{path!r} is no path to restore", help="write a path from the root, such as /home/alice/documents")
        )
    return normal(path)


def _overlap(folder: str, path: str) -> bool:
    return contains(normal(folder), path) or contains(path, normal(folder))


def _covers(covered: Iterable[str], folder: str) -> bool:
    return any(contains(normal(outer), normal(folder)) for outer in covered)


def _no_such_state(machine: str, service: str, states: Mapping[str, Sequence[str]]) -> Diagnostic:
    meant = did_you_mean(service, states)
    there = ", ".join(sorted(states)) or "none"
    return error(
        "CB469",
        f"{machine} has no state {service!r}",
        help=f"did you mean `{meant}`?" if meant else f"its states: {there}; --path restores folders that belong to none",
    )


def _nothing(machine: str, services: Sequence[str]) -> Diagnostic:
    what = f"state {', '.join(services)} names no folder" if services else "no folder of any state is known"
    return error(
        "CB469",
        f"nothing to restore on {machine}: {what}",
        help="name what you want with --path; nothing is restored that nobody asked for",
    )


def _everything(machine: str) -> Diagnostic:
    return error("CB469", f"the state of {machine} is `/`, everything", help="name what you want back with --path")


def _outside(machine: str, path: str, services: Sequence[str]) -> Diagnostic:
    return error(
        "CB470",
        f"{path} does not belong to {', '.join(services)} of {machine}",
        help="leave out --service to restore any path of the archive",
    )

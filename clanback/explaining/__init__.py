"""Why a value is what it is: the definitions that made it, what they beat, the default they replaced, the line it became.

    context = Context(inventory, plan)           # from `stages.follow(…, recording=True)`
    explanation = explain(context, "alice-laptop.jobs.backup-server.repo")

Pure: nothing is read or written. Paths are `MACHINE.OPTION` in our words or NixOS', or `INSTANCE.ROLE.SETTING`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from clanback.explaining import membership, planned, settings
from clanback.explaining.context import Context
from clanback.explaining.model import Cause, Explanation, Rendered, Subject, UnknownPathError
from clanback.explaining.names import Names
from clanback.explaining.rendered import RenderedFiles
from clanback.modules.show import dotted

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Cause", "Context", "Explanation", "Rendered", "Subject", "UnknownPathError", "explain", "subjects_of"]


def subjects_of(context: Context, machine: str) -> list[Subject]:
    """Everything that can be explained of a machine."""
    found: list[Subject] = []
    for part in (membership, settings, planned):
        found += part.subjects(context, machine)
    return found


def explain(context: Context, path: str, *, out: str = "generated", secrets: str = "upload") -> Explanation:
    """The explanation of a path; `UnknownPathError` if there is nothing of that name. `out` is the output folder, `secrets`
    the way of secrets."""
    names = Names(path)
    machine = names.first_of(context.inventory.machines)
    if machine is not None:
        return _of_machine(context, machine, names.after(machine), out, secrets)
    instance = names.first_of(context.inventory.instances)
    if instance is not None:
        return _of_role(context, instance, names.after(instance), out, secrets)
    known = (*context.inventory.machines, *context.inventory.instances)
    raise names.unknown("the clan has neither a machine nor an instance", known)


def _of_machine(context: Context, machine: str, rest: Names, out: str, secrets: str) -> Explanation:
    subjects = subjects_of(context, machine)
    if rest.is_empty:
        return Explanation(dotted((machine,)), None, below=_top(subjects))
    paths = {subject.path[1:]: subject for subject in subjects}
    names = {**paths, **{other: subject for subject in subjects for other in subject.also if other not in paths}}
    found = rest.among(names)
    if found is not None:
        subject = names[found]
        below = tuple((dotted(s.path), s.known) for s in subjects if s.path[: len(subject.path)] == subject.path != s.path)
        return Explanation(dotted(subject.path), subject, _lines(context, subject.becomes, out, secrets), below)
    inside = rest.prefix_of(paths)
    if inside is not None:
        length = len(inside)
        below = tuple((dotted(s.path), s.known) for s in subjects if s.path[1 : length + 1] == inside)
        return Explanation(dotted((machine, *inside)), None, below=below)
    raise rest.unknown_below(dotted((machine,)), paths, names)


def _top(subjects: Iterable[Subject]) -> tuple[tuple[str, str], ...]:
    """What can be explained of a machine: everything but what lies inside a value that is shown whole."""
    shown: list[tuple[str, str]] = []
    whole: set[tuple[str, ...]] = set()
    for subject in subjects:
        if any(subject.path[:length] in whole for length in range(1, len(subject.path))):
            continue
        if subject.text.startswith("{"):
            whole.add(subject.path)
        shown.append((dotted(subject.path), subject.known))
    return tuple(shown)


def _of_role(context: Context, instance: str, rest: Names, out: str, secrets: str) -> Explanation:
    """A role's settings for all of its members."""
    declared = context.inventory.instances[instance]
    role = rest.first_of(declared.roles)
    if role is None:
        if rest.is_empty:
            below = tuple(
                (dotted((instance, name)), f"{len(one.members)} members") for name, one in sorted(declared.roles.items())
            )
            return Explanation(dotted((instance,)), None, below=below)
        raise rest.unknown(f"instance {instance} has no role", tuple(declared.roles))
    left = rest.after(role)
    members = sorted(name for name in declared.roles[role].members if name in context.inventory.machines)
    by_machine = {
        name: {
            s.path[3:]: s
            for s in (*membership.subjects(context, name), *settings.subjects(context, name))
            if s.path[1:3] == (instance, role)
        }
        for name in members
    }
    every = {path: subject for subjects in by_machine.values() for path, subject in subjects.items()}
    found = () if left.is_empty else left.among(every)
    if found is None:
        raise left.unknown_below(dotted((instance, role)), every)
    shown = tuple((name, subjects[found].text) for name, subjects in by_machine.items() if found in subjects)
    subject = every.get(found)
    if subject is None:
        return Explanation(dotted((instance, role)), None)
    causes: list[Cause] = []
    becomes = tuple(
        dict.fromkeys(target for subjects in by_machine.values() if found in subjects for target in subjects[found].becomes)
    )
    for subjects in by_machine.values():
        for cause in subjects[found].causes if found in subjects else ():
            if all(cause.definitions != other.definitions or cause.text != other.text for other in causes):
                causes.append(cause)
    same = len({text for _, text in shown}) == 1
    text = subject.text if same else "differs between the members"
    joint = attrs.evolve(
        subject, path=(instance, role, *found), text=text, value=subject.value if same else None, causes=tuple(causes)
    )
    below = tuple((dotted((instance, role, *path)), s.text) for path, s in every.items() if path[: len(found)] == found != path)
    return Explanation(dotted(joint.path), joint, _lines(context, becomes, out, secrets), below if not found else (), shown)


def _lines(context: Context, targets: Iterable[tuple[str, tuple[str, ...]]], out: str, secrets: str) -> tuple[Rendered, ...]:
    """The rendered lines: only the machines concerned are rendered."""
    from clanback.render import render

    wanted = tuple(targets)
    machines = {file.partition("/")[0] for file, _ in wanted}
    part = {name: plan for name, plan in context.plan.machines.items() if name in machines}
    if not part:
        return ()
    texts = render(attrs.evolve(context.plan, machines=part), secrets=secrets, out_relative=out)
    return tuple(attrs.evolve(line, file=f"{out}/{line.file}") for line in RenderedFiles(texts).lines(wanted))

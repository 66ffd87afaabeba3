"""What is shown where the mouse rests: resolved settings, members, and what a code means; as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.editor.completion import declared_at
from clanback.editor.outline import Name, Text
from clanback.editor.schema import DESCRIPTIONS, names_at, service_of
from clanback.explaining.reasons import default_text
from clanback.modules.interface import Option

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clanback.diagnostics import Diagnostic
    from clanback.editor.clans import Clan
    from clanback.editor.outline import FilePath, Path
    from clanback.editor.schema import Place
    from clanback.explaining import Context

_MOST = 12


def hover(clan: Clan, file: str, what: Name | Text | FilePath) -> str | None:
    """The words for a name or string; None where there is nothing to say."""
    context = clan.context
    if context is None:
        return None
    if isinstance(what, Text):
        return _of_text(context, clan.place(file, what.path), what)
    if isinstance(what, Name):
        return _of_name(context, clan.place(file, what.path))
    return None


def _of_text(context: Context, path: Path, what: Text) -> str | None:
    if what.in_list and path[-1:] == ("tags",):
        return _tag(context, what.text)
    if path[:2] == ("inventory", "tags") and what.text in context.inventory.machines:
        return _machine(context, what.text)
    if path[:2] == ("inventory", "instances") and path[3:] == ("module", "name"):
        return _instance(context, path[2])
    return _of_name(context, path)


def _of_name(context: Context, path: Path) -> str | None:
    place = names_at(context.inventory, path[:-1]) if path else None  # no path: the name of the whole clan in a flake
    if place is None:
        return None
    name = path[-1]
    if place.kind == "machine":
        return _machine(context, name)
    if place.kind == "tag":
        return _tag(context, name)
    if place.kind == "instance":
        return _instance(context, name)
    if place.kind == "role":
        return _role(context, path[2], name)
    if place.kind == "setting":
        return _setting(context, place, name)
    if path[:1] == ("machines",) and path[2:5] == ("clan", "core", "state") and len(path) in (6, 7):
        return _state(context, path[1], path[5])
    return _option(context, path)


def _option(context: Context, path: Path) -> str | None:
    declared = declared_at(context.inventory, path)
    description = getattr(declared, "description", "") or DESCRIPTIONS.get(path[-1], "")
    if declared is None or not (description or isinstance(declared, Option)):
        return None
    lines = [f"**{path[-1]}**" + (f": {declared.type.description}" if isinstance(declared, Option) else "")]
    default = default_text(declared)
    lines += [description] if description else []
    lines += [f"Default: {_code(default)}"] if default is not None else []
    return "\n\n".join(lines)


def _setting(context: Context, place: Place, name: str) -> str | None:
    """What a setting is, and what it comes to for those whom these settings concern."""
    assert place.instance is not None
    assert place.role is not None
    setting = (*place.setting, name)
    path = ("inventory", "instances", place.instance, "roles", place.role, "settings", *setting)
    parts = [_option(context, path) or f"**{name}**"]
    instance = context.inventory.instances.get(place.instance)
    if instance is None or place.role not in instance.roles:
        return parts[0]
    kind, whose = place.level or ("role", place.role)
    members = [machine for machine in instance.roles[place.role].members if machine in context.inventory.machines]
    if kind == "machine":
        members = [machine for machine in members if machine == whose]
    elif kind == "tag":
        members = [machine for machine in members if whose in context.inventory.machines[machine].tags]
    causes = [(machine, context.cause_of_setting(place.instance, place.role, machine, setting)) for machine in members[:_MOST]]
    texts = {cause.text for _, cause in causes}
    if len(texts) == 1 and len(causes) > 1:
        parts.append(f"{len(members)} machines: {_code(causes[0][1].text)}; {causes[0][1].why}")
    else:
        parts += [f"{machine}: {_code(cause.text)}; {cause.why}" for machine, cause in causes]
    if len(members) > _MOST:
        parts.append(f"… and {len(members) - _MOST} more machines")
    return "\n\n".join(parts)


def _machine(context: Context, name: str) -> str | None:
    machine = context.inventory.machines.get(name)
    planned = context.plan.machines.get(name)
    if machine is None or planned is None:
        return None
    lines = [f"**{_escaped(name)}**, a machine" + (f": {_escaped(machine.description)}" if machine.description else "")]
    lines.append(f"tags: {_listed(machine.tags)}")
    if machine.target_host:
        lines.append(f"reached at {_code(machine.target_host)}")
    roles = [
        f"{role.name} of {instance.name}"
        for instance in context.inventory.instances.values()
        for role in instance.roles.values()
        if name in role.members
    ]
    lines += [f"roles: {_listed(roles)}"] if roles else []
    for job in planned.jobs.values():
        more = f" and {len(job.unknown_paths)} that only Nix knows" if job.unknown_paths else ""
        lines.append(f"saves {len(job.paths)} folders{more} to {_code(job.repo)} at {_code(job.start_at)}")
    lines += [f"keeps the backups of {_listed(planned.repos)}"] if planned.repos else []
    return "\n\n".join(lines)


def _tag(context: Context, tag: str) -> str | None:
    members = context.inventory.tags.get(tag)
    if members is None:
        return None
    roles = [
        f"{role.name} of {instance.name}"
        for instance in context.inventory.instances.values()
        for role in instance.roles.values()
        if ("inventory", "instances", instance.name, "roles", role.name, "tags", tag) in context.inventory.origins
    ]
    lines = [f"**{_escaped(tag)}**, a tag of {len(members)} machines: {_listed(members)}"]
    lines += [f"gives the roles: {_listed(roles)}"] if roles else []
    return "\n\n".join(lines)


def _instance(context: Context, name: str) -> str | None:
    instance = context.inventory.instances.get(name)
    if instance is None:
        return None
    lines = [f"**{_escaped(name)}**, an instance of the service {_escaped(instance.service)}"]
    lines += ["clanback does not know this service and leaves it to clan-core"] if instance.opaque else []
    lines += [f"{role.name}: {_listed(role.members)}" for role in instance.roles.values()]
    return "\n\n".join(lines)


def _role(context: Context, instance: str, role: str) -> str | None:
    found = context.inventory.instances.get(instance)
    if found is None or role not in found.roles:
        return None
    members = found.roles[role].members
    service = service_of(context.inventory, instance)
    return f"**{_escaped(role)}**, a role of {_escaped(service)}\n\n{len(members)} members: {_listed(members)}"


def _state(context: Context, machine: str, name: str) -> str | None:
    planned = context.plan.machines.get(machine)
    entry = None if planned is None else planned.state.get(name)
    if planned is None or entry is None:
        return None
    lines = [f"**{_escaped(name)}**, state of {_escaped(machine)}", f"folders: {_listed(entry.folders, code=True)}"]
    lines += (
        [f"known to Nix only: {_listed((one.text for one in entry.unknown_folders), code=True)}"] if entry.unknown_folders else []
    )
    saved = [f"{_code(job.repo)} at {_code(job.start_at)}" for job in planned.jobs.values()]
    lines.append(f"saved to {', '.join(saved)}" if saved else "no job saves it")
    return "\n\n".join(lines)


def of_diagnostics(found: Iterable[Diagnostic]) -> str:
    """What the codes of findings mean."""
    from clanback.checks import registry

    parts = []
    for code in dict.fromkeys(one.code for one in found):
        known = registry.find(code)
        if known is not None:
            parts.append(f"**{code}**: {known.title}\n\n{' '.join(known.explanation.split())}")
    return "\n\n---\n\n".join(parts)


def _listed(names: Iterable[str], *, code: bool = False) -> str:
    known = list(names)
    shown = [_code(name) if code else _escaped(name) for name in known[:_MOST]]
    return (", ".join(shown) or "none") + (f" and {len(known) - _MOST} more" if len(known) > _MOST else "")


def _code(text: str) -> str:
    """Text as code; what the input holds must neither end it nor be read as Markdown."""
    line = " ".join(text.split())
    line = line if len(line) <= 200 else line[:199] + "…"
    fence = "`" * (1 + max((len(run) for run in _runs(line)), default=0))
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def _runs(text: str) -> list[str]:
    return [run for run in "".join(c if c == "`" else " " for c in text).split(" ") if run]


def _escaped(text: str) -> str:
    line = " ".join(text.split())[:200]
    return "".join(f"\\{c}" if c in r"\`*_{}[]<>()#+!|~&" else c for c in line)

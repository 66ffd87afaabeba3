"""What the inventory says of a machine: its tags, how it is reached, and which roles it has and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.explaining.model import Cause, Subject
from clanback.explaining.reasons import text_of, why
from clanback.inventory.schema import BUILT_IN_TAGS
from clanback.modules.show import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clanback.explaining.context import Context
    from clanback.inventory.model import Instance, Role

_DEPLOY = (("targetHost", "how the machine is reached over SSH"), ("buildHost", "the machine that builds its system"))


def subjects(context: Context, name: str) -> Iterator[Subject]:
    """Tags, deployment, class, and a subject for each role the machine has."""
    machine = context.inventory.machines[name]
    at = ("inventory", "machines", name)
    own = tuple(origin for origin in context.origins(*at, "tags") if origin.place is not None)
    causes = [Cause(f"`inventory.machines.{dotted((name,))}.tags`", text_of(_own_tags(own)), why(own, "[ ]"), own, "[ ]")]
    causes += [_computed(context, tag) for tag in machine.tags if tag not in _own_tags(own)]
    yield Subject(
        (name, "tags"),
        text_of(machine.tags),
        list(machine.tags),
        "the machine's own tags in order, then the computed ones, sorted; roles that name a tag have all its machines as members",
        tuple(causes),
    )
    for option, said in _DEPLOY:
        found = context.origins(*at, "deploy", option)
        value = machine.target_host if option == "targetHost" else machine.build_host
        cause = Cause(
            f"`inventory.machines.{dotted((name,))}.deploy.{option}`", text_of(value), why(found, "null"), found, "null"
        )
        becomes = ((f"{name}/default.nix", ("clan", "core", "networking", "targetHost")),) if option == "targetHost" else ()
        also = (("clan", "core", "networking", "targetHost"),) if option == "targetHost" else ()
        unknown = tuple(origin.text for origin in found if origin.holds and value is None and origin.value is None)
        yield Subject(
            (name, "deploy", option),
            text_of(value),
            value,
            said,
            (cause,),
            becomes,
            tuple(t for t in unknown if t != "null"),
            also,
        )
    for option, default, value in (
        ("machineClass", '"nixos"', machine.machine_class),
        ("description", "null", machine.description),
    ):
        found = context.origins(*at, option)
        title = f"`inventory.machines.{dotted((name,))}.{option}`"
        yield Subject(
            (name, option), text_of(value), value, title, (Cause(title, text_of(value), why(found, default), found, default),)
        )
    yield from _host_name(context, name)
    for instance in context.inventory.instances.values():
        for role in instance.roles.values():
            if name in role.members:
                yield _role(context, instance, role, name)


def _own_tags(own: tuple[object, ...]) -> list[str]:
    found: list[str] = []
    for origin in own:
        value = getattr(origin, "value", None)
        if getattr(origin, "holds", False) and isinstance(value, list):
            found += [tag for tag in value if isinstance(tag, str) and tag not in found]
    return found


def _computed(context: Context, tag: str) -> Cause:
    found = context.origins("inventory", "tags", tag)
    written = tuple(origin for origin in found if origin.place is not None)
    if tag in BUILT_IN_TAGS and not written:
        said = {"all": "every machine has it", "nixos": "every NixOS machine has it", "darwin": "every darwin machine has it"}[
            tag
        ]
        return Cause(f"tag `{tag}`", text_of(context.inventory.tags.get(tag, ())), said)
    return Cause(
        f"tag `{tag}`, computed by `inventory.tags`", text_of(context.inventory.tags.get(tag, ())), why(found, None), found
    )


def _host_name(context: Context, name: str) -> Iterator[Subject]:
    machine = context.inventory.machines[name]
    found = context.origins("machines", name, "host_name")
    value = machine.host_name or name
    cause = Cause(
        "`networking.hostName` in the machine's modules", text_of(value), why(found, text_of(name)), found, text_of(name)
    )
    yield Subject(
        (name, "hostName"),
        text_of(value),
        value,
        "what the machine calls itself; archives are named after it",
        (cause,),
        also=(("networking", "hostName"),),
    )


def _role(context: Context, instance: Instance, role: Role, name: str) -> Subject:
    """Why a machine is a member: it is named, or a tag it carries is."""
    at = ("inventory", "instances", instance.name, "roles", role.name)
    causes: list[Cause] = []
    named = context.origins(*at, "machines", name)
    if named:
        causes.append(
            Cause(f"`roles.{role.name}.machines.{dotted((name,))}`", text_of(name), "the role names the machine", named)
        )
    for tag in context.inventory.machines[name].tags if name in context.inventory.machines else ():
        found = context.origins(*at, "tags", tag)
        if found:
            causes.append(
                Cause(f"`roles.{role.name}.tags.{dotted((tag,))}`", text_of(tag), f"the machine has the tag `{tag}`", found)
            )
    known = "" if not instance.opaque else "; clanback does not know this service and leaves it to clan-core"
    return Subject(
        (name, instance.name, role.name),
        "member",
        "member",
        f"has the role {role.name} of instance {instance.name}, service {instance.service}{known}",
        tuple(causes),
    )

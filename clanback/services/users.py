"""clan-core's `users` service: accounts with a generated or prompted password, and users that cannot be changed by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.diagnostics import error
from clanback.modules import types
from clanback.modules.interface import DECIDED_LATER, Option, OptionSet, ServiceInterface
from clanback.plan.model import User
from clanback.services.draft import generator, secret_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clanback.inventory.model import Instance
    from clanback.services.draft import Draft, Planning

_IDENTITY = OptionSet(
    {
        "email": Option(
            types.string, default="", description="Mail address of this account; by default `<user>@mail.<meta.domain>`."
        ),
        "groups": Option(types.list_of(types.string), default=[], description="Groups at the identity provider."),
        "displayname": Option(types.null_or(types.string), default=None, description="Name shown; by default the user's name."),
    }
)

_DEFAULT = OptionSet(
    {
        "user": Option(types.string, default=DECIDED_LATER, description="Name of the account; by default the instance's name."),
        "systemUser": Option(types.boolean, default=True, description="Whether to make an account on the machine."),
        "prompt": Option(types.boolean, default=True, description="Ask for the password; generate it if nothing is entered."),
        "groups": Option(types.list_of(types.string), default=[], description="Further groups of the user."),
        "share": Option(types.boolean, default=False, description="The same password on all machines."),
        "identity": Option(
            types.attrs_of(types.submodule(_IDENTITY, plain=True)), default={}, description="Accounts by identity provider."
        ),
        "openssh": OptionSet(
            {
                "authorizedKeys": OptionSet(
                    {
                        "keys": Option(types.list_of(types.string), default=[], description="Public keys that may log in."),
                        "keyFiles": Option(types.list_of(types.path), default=[], description="Files of such keys."),
                    }
                )
            }
        ),
    }
)

INTERFACE = ServiceInterface("users", {"default": _DEFAULT}, description="User accounts and their passwords.")


def complete(instance: Instance, role: str, machine: str, settings: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG001
    """The settings with the user's name, and keys without the line end that `types.singleLineStr` takes off."""
    completed = dict(settings)
    if completed.get("user") is None:
        completed["user"] = instance.name
    openssh = dict(completed.get("openssh") or {})
    authorized = dict(openssh.get("authorizedKeys") or {})
    authorized["keys"] = [key.removesuffix("\n") for key in authorized.get("keys") or ()]
    openssh["authorizedKeys"] = authorized
    completed["openssh"] = openssh
    return completed


def plan(instance: Instance, planning: Planning) -> None:
    """Add the accounts of an instance. Any member's users become immutable, also when it gets no account."""
    for machine, raw in planning.members(instance, "default").items():
        draft = planning.draft(machine)
        if draft is None:
            continue
        draft.mutable_users = False
        settings = complete(instance, "default", machine, raw)
        if settings.get("systemUser", True):
            _add_account(draft, instance, planning, settings)


def _add_account(draft: Draft, instance: Instance, planning: Planning, settings: Mapping[str, Any]) -> None:
    machine, name = draft.machine.name, settings["user"]
    share, prompt = bool(settings.get("share", False)), bool(settings.get("prompt", True))
    made_by = f"user-password-{name}"
    authorized = settings["openssh"]["authorizedKeys"]
    user = User(
        name=name,
        instance=instance.name,
        is_normal_user=name != "root",
        groups=tuple(settings.get("groups") or ()),
        keys=tuple(authorized["keys"]),
        key_files=tuple(authorized.get("keyFiles") or ()),
        hashed_password_file=planning.secret(machine, made_by, "user-password-hash", share=share, for_users=True),
        identity=settings.get("identity") or {},
        place=instance.place,
    )
    made = generator(
        made_by,
        [secret_file("user-password", deploy=False), secret_file("user-password-hash", needed_for="users")],
        share=share,
        prompts=("user-password",) if prompt else (),
    )
    other = draft.users.get(name)
    if other is not None:
        if draft.generators[made_by].share != share:
            planning.diagnostics.append(
                error(
                    "CB303",
                    f"user {name} of {machine} has a shared password in one of the instances {other.instance} and "
                    f"{instance.name}, and its own in the other",
                    planning.span(planning.place(instance, "default", machine, "share")),
                    help="give `share` the same value in both, or define the user in one instance only",
                )
            )
            return
        # NixOS merges both definitions: lists join, in order of the instances.
        user = User(
            name=name,
            instance=other.instance,
            is_normal_user=user.is_normal_user,
            groups=other.groups + user.groups,
            keys=other.keys + user.keys,
            key_files=other.key_files + user.key_files,
            hashed_password_file=user.hashed_password_file,
            identity={**other.identity, **user.identity},
            place=other.place,
        )
    draft.users[name] = user
    draft.generators[made_by] = made

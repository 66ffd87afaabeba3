"""`users.nix` and `sshd.nix`: who may log in, and how the machine proves who it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.inventory.model import RepositoryPath
from clanback.plan.model import PublicValue
from clanback.render.literals import NixExpression
from clanback.render.runtime import render_template
from clanback.render.values import PublicValues, origin

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clanback.plan.model import KnownHost, MachinePlan, User
    from clanback.render.values import Location


def render_users(machine: MachinePlan, location: Location) -> str | None:
    """The text of `users.nix`, or None where no users service has a say."""
    mutable = False if machine.mutable_users is False else None
    if not machine.users and mutable is None:
        return None
    values = PublicValues(location)
    users = [
        {
            "name": user.name,
            "origin": origin(user.place, f"instances.{user.instance}") if user.instance else "",
            "settings": _account(user, values),
        }
        for user in machine.users.values()
    ]
    return render_template("users.nix", machine=machine.name, mutable_users=mutable, users=users, values=values)


def _account(user: User, values: PublicValues) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    authorized_keys = "openssh.authorizedKeys"
    if user.is_normal_user:
        settings["isNormalUser"] = True
    if user.groups:
        settings["extraGroups"] = user.groups
    if user.hashed_password_file is not None:
        settings["hashedPasswordFile"] = user.hashed_password_file.path
    if user.keys:
        settings[NixExpression(f"{authorized_keys}.keys")] = _keys(user.keys, values)
    if user.key_files:
        settings[NixExpression(f"{authorized_keys}.keyFiles")] = [
            values.location.repository_path(file) if isinstance(file, RepositoryPath) else file for file in user.key_files
        ]
    return settings


def _keys(keys: Iterable[str | PublicValue], values: PublicValues) -> list[Any]:
    """Keys as `users.users.<name>.openssh.authorizedKeys.keys` wants them: single lines."""
    return [values.line(key) if isinstance(key, PublicValue) else key.removesuffix("\n") for key in keys]


def render_sshd(machine: MachinePlan, location: Location) -> str | None:
    """The text of `sshd.nix`, or None where no sshd service has a say."""
    sshd = machine.sshd
    if sshd is None and not machine.known_hosts:
        return None
    values = PublicValues(location)
    certificate = None
    if sshd is not None and sshd.certificate is not None:
        *placement, generator, file = sshd.certificate.key.split("/")
        certificate = values.file(sshd.certificate, f"{'-'.join(placement)}-{generator}_{file}")
    return render_template(
        "sshd.nix",
        machine=machine.name,
        origin=origin(sshd.place, f"instances.{sshd.instance}") if sshd is not None and sshd.instance else "",
        server=sshd is not None,
        host_keys=[{"path": key.secret.path, "type": key.type} for key in (sshd.host_keys if sshd else ())],
        certificate=certificate,
        needs_pkgs=certificate is not None and "pkgs." in certificate,
        password_authentication=sshd is not None and sshd.password_authentication,
        root_keys=_keys(sshd.root_keys if sshd else (), values),
        known_hosts=[_known_host(host, values) for host in machine.known_hosts],
        values=values,
    )


def _known_host(host: KnownHost, values: PublicValues) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    if host.cert_authority:
        settings["certAuthority"] = True
    if host.host_names:
        settings["hostNames"] = host.host_names
    if host.extra_host_names:
        settings["extraHostNames"] = host.extra_host_names
    settings["publicKey"] = values.text(host.public_key)
    return {"name": host.name, "settings": settings}

"""clan-core's `sshd` service: lasting host keys, certificates for them, root's authorized keys, and clients that trust them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.modules import types
from clanback.modules.interface import Option, OptionSet, ServiceInterface
from clanback.plan.model import HostKey, KnownHost, Sshd
from clanback.services.draft import generator, public_file, secret_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clanback.inventory.model import Instance
    from clanback.plan.model import PublicValue
    from clanback.services.draft import Draft, Planning

_SEARCH_DOMAINS = Option(
    types.list_of(types.string),
    default=[],
    description="Domains below which machines are certified and trusted, besides meta.domain.",
)

_CLIENT = OptionSet({"certificate": OptionSet({"searchDomains": _SEARCH_DOMAINS})})

_SERVER = OptionSet(
    {
        "authorizedKeys": Option(
            types.attrs_of(types.string), default={}, description="Public keys that may log in as root, by name."
        ),
        "generateRootKey": Option(types.boolean, default=False, description="Make a key pair for root and authorize it."),
        "hostKeys": OptionSet(
            {"rsa": OptionSet({"enable": Option(types.boolean, default=False, description="Make an RSA host key as well.")})}
        ),
        "certificate": OptionSet(
            {
                "enable": Option(types.boolean, default=True, description="Certify the host key by the clan's own authority."),
                "searchDomains": _SEARCH_DOMAINS,
            }
        ),
    }
)

INTERFACE = ServiceInterface(
    "sshd", {"client": _CLIENT, "server": _SERVER}, description="Remote access over SSH, with host keys that stay the same."
)

HOST_KEY = ("openssh", "ssh.id_ed25519.pub")
"""Generator and file of a server's public host key."""
AUTHORITY_KEY = ("openssh-ca", "id_ed25519.pub")
"""Generator and file of the public key of the clan's authority (shared)."""


def complete(instance: Instance, role: str, machine: str, settings: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG001
    """The settings as they are: no default depends on the instance."""
    return settings


def plan(instance: Instance, planning: Planning) -> None:
    """Add what an instance means: clients first, as clan-core merges them."""
    servers = planning.members(instance, "server")
    certified = any(_certificate(settings) for settings in servers.values())
    searched = sorted({domain for settings in servers.values() for domain in _search_domains(settings)})
    domain = planning.inventory.meta.domain
    for machine, settings in planning.members(instance, "client").items():
        draft = planning.draft(machine)
        if draft is not None and certified:
            _trust_authority(draft, planning, _unique([domain, *_search_domains(settings), *searched]))
    for machine, settings in servers.items():
        draft = planning.draft(machine)
        if draft is not None:
            _serve(draft, instance, planning, settings)


def _certificate(settings: Mapping[str, Any]) -> bool:
    return bool((settings.get("certificate") or {}).get("enable", True))


def _search_domains(settings: Mapping[str, Any]) -> list[str]:
    return list((settings.get("certificate") or {}).get("searchDomains") or ())


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _trust_authority(draft: Draft, planning: Planning, domains: tuple[str, ...]) -> None:
    patterns = tuple(f"*.{domain}" for domain in domains)
    before = draft.known_hosts.get("ssh-ca")
    if before is not None:
        patterns = before.extra_host_names + patterns  # lists join, doubled names included, as in NixOS
    draft.known_hosts["ssh-ca"] = KnownHost(
        name="ssh-ca",
        host_names=(),
        extra_host_names=patterns,
        cert_authority=True,
        public_key=planning.public(draft.machine.name, *AUTHORITY_KEY, share=True),
    )
    draft.generators["openssh-ca"] = generator(
        "openssh-ca", [secret_file("id_ed25519", deploy=False), public_file("id_ed25519.pub", deploy=False)], share=True
    )


def _serve(draft: Draft, instance: Instance, planning: Planning, settings: Mapping[str, Any]) -> None:
    machine, domain = draft.machine.name, planning.inventory.meta.domain
    made = draft.generators
    made["openssh"] = generator("openssh", [secret_file("ssh.id_ed25519"), public_file("ssh.id_ed25519.pub")])
    host_keys = [HostKey("ed25519", planning.secret(machine, "openssh", "ssh.id_ed25519"))]
    if ((settings.get("hostKeys") or {}).get("rsa") or {}).get("enable", False):
        made["openssh-rsa"] = generator("openssh-rsa", [secret_file("ssh.id_rsa"), public_file("ssh.id_rsa.pub")])
        host_keys.append(HostKey("rsa", planning.secret(machine, "openssh-rsa", "ssh.id_rsa")))

    certificate: PublicValue | None = None
    if _certificate(settings):
        domains = _unique([domain, *_search_domains(settings)])
        _trust_authority(draft, planning, domains)
        made["openssh-cert"] = generator(
            "openssh-cert",
            [public_file("ssh.id_ed25519-cert.pub")],
            dependencies=("openssh", "openssh-ca"),
            settings={"name": machine, "domains": sorted(domains)},
        )
        certificate = planning.public(machine, "openssh-cert", "ssh.id_ed25519-cert.pub")

    authorized = settings.get("authorizedKeys") or {}
    root_keys: list[str | PublicValue] = [authorized[name].removesuffix("\n") for name in sorted(authorized)]
    if settings.get("generateRootKey", False):
        made["sshd-root-key"] = generator("sshd-root-key", [secret_file("id_ed25519"), public_file("id_ed25519.pub")])
        root_keys.append(planning.public(machine, "sshd-root-key", "id_ed25519.pub"))

    draft.known_hosts["clan-sshd-self-ed25519"] = KnownHost(
        name="clan-sshd-self-ed25519",
        host_names=("localhost", draft.host_name, f"{draft.host_name}.{domain}"),
        extra_host_names=(),
        cert_authority=False,
        public_key=planning.public(machine, *HOST_KEY),
    )
    draft.ssh_server = True
    before = draft.sshd
    if before is not None:  # a server in two instances: NixOS joins the lists, but equal host keys are one
        host_keys = [*host_keys, *before.host_keys]
        if not planning.compat:
            host_keys = list(dict.fromkeys(host_keys))
        root_keys = [*before.root_keys, *root_keys]
        certificate = before.certificate or certificate
    draft.sshd = Sshd(tuple(host_keys), certificate, root_keys=tuple(root_keys), instance=instance.name, place=instance.place)

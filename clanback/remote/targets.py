"""Where a machine is reached: `deploy.targetHost`, read as clan-core reads it (clan_lib `parse_ssh_uri`).

    [ssh://][user@]host[:port][?Option=value&Option=value]

IPv6 addresses stand in brackets. The text comes from files that strangers may have written, so nothing in it may
make `ssh` run a program or read an option: hosts and users hold harmless characters only, and options are those of `HARMLESS`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from clanback.diagnostics import DiagnosticError, did_you_mean, error

if TYPE_CHECKING:
    from clanback.diagnostics import Diagnostic, Span

HARMLESS: Final = frozenset(
    [
        "AddressFamily",
        "BatchMode",
        "BindAddress",
        "BindInterface",
        "CASignatureAlgorithms",
        "CertificateFile",
        "Ciphers",
        "Compression",
        "ConnectionAttempts",
        "ConnectTimeout",
        "HostbasedAuthentication",
        "HostKeyAlgorithms",
        "HostKeyAlias",
        "IdentitiesOnly",
        "IdentityFile",
        "IPQoS",
        "KbdInteractiveAuthentication",
        "KexAlgorithms",
        "LogLevel",
        "MACs",
        "NumberOfPasswordPrompts",
        "PasswordAuthentication",
        "PreferredAuthentications",
        "ProxyJump",
        "PubkeyAcceptedAlgorithms",
        "PubkeyAuthentication",
        "RekeyLimit",
        "ServerAliveCountMax",
        "ServerAliveInterval",
        "StrictHostKeyChecking",
        "TCPKeepAlive",
        "UserKnownHostsFile",
        "VerifyHostKeyDNS",
        "VisualHostKey",
    ]
)
"""Options of ssh that start no program and send no data elsewhere, as they are spelt in ssh_config(5)."""

_BY_LOWER: Final = {name.lower(): name for name in HARMLESS}
_HOST: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*|\[[0-9A-Fa-f:.]+(%[A-Za-z0-9._-]+)?\]")
_KNOWN_HOSTS: Final = re.compile(r"none|/dev/null|([^\s%]*/)?known_hosts[A-Za-z0-9._-]*")
_USER: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*\$?")


@attrs.frozen
class Target:
    """One machine as `ssh` reaches it. `host` has no brackets; `port` None means ssh's own default or what ssh_config says."""

    machine: str
    host: str
    user: str = "root"
    port: int | None = None
    options: tuple[tuple[str, str], ...] = ()


def parse_target(machine: str, text: str, span: Span | None = None) -> Target:
    """Read `deploy.targetHost` of a machine.

    Raises DiagnosticError CB460 where it is no address, or asks for what ssh must not do.
    """
    endpoint, _, options = text.removeprefix("ssh://").partition("?")
    user, at, address = endpoint.rpartition("@")
    host, port = _split_port(address.rstrip("/") if text.startswith("ssh://") else address)
    if _HOST.fullmatch(host) is None:
        raise DiagnosticError(_refused(machine, text, f"{host!r} is no host", span))
    if at and _USER.fullmatch(user) is None:
        raise DiagnosticError(_refused(machine, text, f"{user!r} is no user", span))
    if port is not None and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise DiagnosticError(_refused(machine, text, f"{port!r} is no port", span))
    return Target(
        machine,
        host.strip("[]"),
        user or "root",
        None if port is None else int(port),
        tuple(_option(machine, text, one, span) for one in options.split("&") if one),
    )


def _split_port(address: str) -> tuple[str, str | None]:
    host, colon, port = address.rpartition(":")
    if not colon or address.endswith("]"):
        return address, None
    return host, port


def _option(machine: str, text: str, written: str, span: Span | None) -> tuple[str, str]:
    name, equals, value = written.partition("=")
    known = _BY_LOWER.get(name.lower())
    if known is None:
        meant = did_you_mean(name, HARMLESS)
        hint = f"did you mean `{meant}`?" if meant else "put it into ~/.ssh/config on this computer"
        raise DiagnosticError(_refused(machine, text, f"the ssh option {name!r} may not stand in a clan", span, hint))
    if not equals or not value.isprintable() or value.startswith("-") or re.search(r"[`$;|<>\"'\\]", value):
        raise DiagnosticError(_refused(machine, text, f"{value!r} is no value for the ssh option {known}", span))
    if known == "UserKnownHostsFile" and _KNOWN_HOSTS.fullmatch(value) is None:  # ssh adds lines to it, were it ~/.bashrc
        hint = "name a file that begins with known_hosts, or put the option into ~/.ssh/config on this computer"
        raise DiagnosticError(_refused(machine, text, f"{value!r} may not be taken for a list of known hosts", span, hint))
    return known, value


def _refused(machine: str, text: str, why: str, span: Span | None, help: str | None = None) -> Diagnostic:
    return error(
        "CB460",
        f"the target host of {machine}, {text!r}, cannot be used: {why}",
        span,
        help=help or 'write deploy.targetHost as "user@host", "user@host:port" or "user@[2001:db8::1]:22?Option=value"',
    )

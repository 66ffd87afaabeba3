"""Addresses at which nothing can be reached: those of machines here, those of backup servers for the family `borgbackup`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.checks.findings import Findings
from clanback.checks.placeholders import is_placeholder
from clanback.diagnostics import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clanback.checks.places import Places
    from clanback.diagnostics import Diagnostic
    from clanback.inventory.model import Inventory
    from clanback.plan.model import Plan

_OF_NAMES = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
_DIGITS = frozenset("0123456789")
_LONGEST_NAME, _LONGEST_LABEL = 253, 63
_SPACES = ((" ", "a space"), ("\t", "a tab"), ("\n", "a line end"), ("\r", "a line end"))


def check(inventory: Inventory, plan: Plan, places: Places) -> Iterator[Diagnostic]:
    """All findings of this family."""
    found = Findings()
    for machine in inventory.machines.values():
        for name, value in (("targetHost", machine.target_host), ("buildHost", machine.build_host)):
            if value is not None and not is_placeholder(value) and (why := target_problem(value)) is not None:
                found.add(
                    "CB227",
                    Severity.WARNING,
                    places.of(f"machines.{machine.name}.deploy.{name}"),
                    machine.name,
                    (f"{name} of ", f" can never be reached: {why}"),
                    help="write `user@host`, with `:port` and `?option=value` behind it where they are needed",
                )
    yield from found


def address_problem(address: str) -> str | None:
    """Why ssh could not reach `borg@<address>`; None if it might: a host alone, an IPv6 address with or without brackets."""
    if "@" in address:
        return "it holds a user"
    if "://" in address:
        return "it holds a scheme"
    if "/" in address:
        return "it holds a slash"
    host = address[1:-1] if address.startswith("[") and address.endswith("]") else address
    if "[" in host or "]" in host or (host.count(":") == 1 and host.partition(":")[2].isdigit()):
        return "it holds a port"
    if host is not address and ":" not in host:
        return "only an IPv6 address has brackets"
    if ":" in host and "%" in host and host_problem(host) is None:
        return "Borg takes no IPv6 address with a zone"
    return host_problem(host)


def target_problem(target: str) -> str | None:
    """Why nothing could be reached at a `targetHost`, `[user@]host[:port][?option=value&…]`; None if something might."""
    endpoint = target.removeprefix("ssh://").partition("?")[0]
    user, at, host = endpoint.rpartition("@")
    if at and (why := _user_problem(user)) is not None:
        return why
    if host.startswith("["):
        inner, closed, port = host[1:].partition("]")
        if not closed or (port and not port.startswith(":")):
            return "its bracket is not closed" if not closed else "after the bracket it goes on with neither port nor option"
        return host_problem(inner) if ":" in inner else "only an IPv6 address has brackets"
    if host.count(":") == 1:
        host, _, port = host.partition(":")
        if not (_DIGITS.issuperset(port) and port and 0 < int(port[:6]) < 65536):
            return f"“{port}” is no port"
    return host_problem(host)


def _user_problem(user: str) -> str | None:
    if not user:
        return "the user is missing"
    if user.startswith("-"):
        return "it begins with a dash"
    wrong = next((c for c in user if c.isspace() or c in ";|&$`<>\"'()\\@:" or not c.isprintable()), None)
    return None if wrong is None else f"no user has {_shown(wrong)} in the name"


def host_problem(host: str) -> str | None:
    """Why a text is neither an IP address nor the name of a host (RFC 1123, underscores allowed); None if it is one."""
    if not host:
        return "it is empty"
    if host.startswith("-"):
        return "it begins with a dash"
    if ":" in host:
        return None if _is_ip(host) else "it is no IPv6 address"
    wrong = next((character for character in host if character not in _OF_NAMES and character != "."), None)
    if wrong is not None:
        return f"neither a name nor an IP address has {_shown(wrong)}"
    labels = host.removesuffix(".").split(".")
    if _DIGITS.issuperset(labels[-1]) and labels[-1]:
        return None if _is_ip(host) else "it is no IPv4 address, and no name ends in a number"
    if "" in labels:
        return "it has two dots in a row" if ".." in host else "a name begins before its first dot"
    if any(label.startswith("-") or label.endswith("-") for label in labels):
        return "no part of a name begins or ends with a dash"
    too_long = len(host) > _LONGEST_NAME or any(len(label) > _LONGEST_LABEL for label in labels)
    return "it is longer than a name may be (63 between dots, 253 in all)" if too_long else None


def _is_ip(host: str) -> bool:
    parts = host.split(".")
    if len(parts) == 4 and all(part.isdecimal() and part.isascii() and len(part) <= 3 for part in parts):
        return all(int(part) < 256 and str(int(part)) == part for part in parts)
    from ipaddress import ip_address  # late: what most people write is known by now

    try:
        ip_address(host)
    except ValueError:
        return False
    return all(c.isalnum() or c in ".:%_-" for c in host)


def _shown(character: str) -> str:
    return dict(_SPACES).get(character) or (f"“{character}”" if character.isprintable() else "a control character")

"""The settings that `clanback.toml` may hold: what each must be, its default, and what it is for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import attrs

from clanback.inventory.time_spans import seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

WAYS_OF_SECRETS = ("upload", "agenix", "sops-nix", "clan")


@attrs.frozen
class Setting:
    """One setting: what it must be, in words and as a test, its default in words, what it does, and a value it may have."""

    expected: str
    accepts: Callable[[Any], bool] = attrs.field(repr=False)
    default: str
    description: str
    example: Any = 7


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_span(value: Any) -> bool:
    if not isinstance(value, str):
        return _is_count(value)
    try:
        return seconds(value) >= 0
    except ValueError:
        return False


_MOST_ARCHIVES = 999_999
"""The machines' program accepts no more, and Borg has no use for more."""
_DAYS = {"H": 1 / 24, "d": 1, "w": 7, "m": 31, "y": 365}
_MOST_DAYS = 1000 * 365
"""Borg counts back from today: longer spans begin before there are dates."""


def _is_number_of_archives(value: Any) -> bool:
    return _is_count(value) and value <= _MOST_ARCHIVES


def _is_span_of_borg(value: Any) -> bool:
    match = re.fullmatch(r"([1-9][0-9]{0,5})([Hdwmy])", value) if isinstance(value, str) else None
    return match is not None and int(match[1]) * _DAYS[match[2]] <= _MOST_DAYS


def keeps_nothing(retention: Mapping[str, Any]) -> bool:
    """Whether pruning leaves no more than the archives of the last day: the newest, where one is made a day.

    `retention` is what is set, with accepted values.
    """
    counts = (retention.get(name, default) for name, default in (("daily", 7), ("weekly", 4), ("monthly", 0), ("yearly", 0)))
    within = str(retention.get("within", "1d"))
    return not any(counts) and int(within[:-1]) * _DAYS[within[-1]] <= 1


def _is_folder(value: Any) -> bool:
    return (
        isinstance(value, str)
        and bool(value)
        and not value.startswith("/")
        and ".." not in value.split("/")
        and "\0" not in value
    )


def _is_codes(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) and re.fullmatch(r"CB\d{0,3}", v) for v in value)


RETENTION: Mapping[str, Setting] = {
    "within": Setting(
        'a time span such as "1d": a number above 0 and H, d, w, m (months) or y, at most 1000 years',
        _is_span_of_borg,
        '"1d"',
        "Every archive younger than this is kept.",
        "1d",
    ),
    "daily": Setting("a number of archives, at most 999999", _is_number_of_archives, "7", "How many daily archives are kept."),
    "weekly": Setting("a number of archives, at most 999999", _is_number_of_archives, "4", "How many weekly archives are kept."),
    "monthly": Setting(
        "a number of archives, at most 999999", _is_number_of_archives, "0", "How many monthly archives are kept."
    ),
    "yearly": Setting("a number of archives, at most 999999", _is_number_of_archives, "0", "How many yearly archives are kept."),
}
"""The keys of the table `retention`."""

MEMBER_SETTINGS: Mapping[str, Setting] = {
    "append_only": Setting(
        "true or false",
        lambda v: isinstance(v, bool),
        "false",
        "Clients may add to their repositories but not delete from them; they no longer prune.",
        True,
    ),
    "random_delay": Setting(
        'seconds, or a time span such as "30min"',
        _is_span,
        "30min",
        "At most how long after its hour a job starts, fixed for each machine.",
        "30min",
    ),
    "quota": Setting(
        'a size such as "100G"',
        lambda v: isinstance(v, str) and re.fullmatch(r"\d+(?:\.\d+)?[KMGT]?", v) is not None,
        "none",
        "How much a client's repository may hold on a server.",
        "100G",
    ),
}
"""Settings that may stand at the top level and in every table of instances, roles, tags and machines, besides `retention`."""

TOP_SETTINGS: Mapping[str, Setting] = {
    "out": Setting("a folder inside the repository", _is_folder, '"generated"', "Where `render` writes to.", "generated"),
    "secrets": Setting(
        " or ".join(f'"{way}"' for way in WAYS_OF_SECRETS),
        lambda v: v in WAYS_OF_SECRETS,
        '"upload"',
        "How secrets come to the machines: by `clanback vars upload`, by the modules agenix or sops-nix, or by clan-core.",
        WAYS_OF_SECRETS[0],
    ),
    "ignore": Setting(
        'a list of codes such as "CB412", or of families such as "CB4"',
        _is_codes,
        "[]",
        "Findings that are not reported.",
        ["CB412"],
    ),
}
"""Settings of the whole clan, at the top level only."""


def _is_recipients(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) and v.startswith(("age1", "ssh-")) for v in value)


VARS_SETTINGS: Mapping[str, Setting] = {
    "recipients": Setting(
        'a list of public keys, "age1…" or "ssh-ed25519 …"',
        _is_recipients,
        "[]",
        "Who can read the secrets, where clan.nix has no `vars.settings.recipients`.",
        ["age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"],
    ),
}
"""The keys of the table `vars`."""

"""Machines that only a misspelt name of another machine has made.

Every name of the top level's `machines` is a machine, as in clan-core: a slip there makes one more, and what was meant for the
right one goes to that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.diagnostics import did_you_mean, warning
from clanback.nix.values import Attrs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clanback.inventory.loading import ClanConfig

_DIGITS = str.maketrans("", "", "0123456789")


def report_strays(config: ClanConfig, machines: Attrs, top_level: Attrs, instances: Attrs) -> None:
    """Warn of machines declared by the top level's `machines` only, named by no role, and called almost as another.

    `machines` are the merged `inventory.machines`, which hold those of the top level too.
    """
    alone = [name for name in top_level if _is_alone(config, machines, top_level, name)]
    if not alone or len(alone) == len(machines):
        return
    others = sorted(set(machines) - set(alone))
    by_roles: set[str] | None = None
    for name in sorted(alone):
        near = nearest(name, others)
        if near is None:
            continue
        if by_roles is None:
            by_roles = set(_named_by_roles(config, instances))
        if name not in by_roles:
            config.report(
                warning(
                    "CB226",
                    f"machine `{name}` is declared only here",
                    top_level.name_span(name),
                    help=f"did you mean `{near}`? If not, declare it: `inventory.machines.{name} = {{ }};`",
                )
            )


def nearest(name: str, others: Iterable[str]) -> str | None:
    """The other name that `name` was probably meant to be: a letter or two away, but not the next of a row (`pi1`, `vm-b`)."""
    return did_you_mean(name, [other for other in others if not _in_a_row(name, other)], at_most=2 if len(name) >= 8 else 1)


def _in_a_row(name: str, other: str) -> bool:
    if name.translate(_DIGITS) == other.translate(_DIGITS):
        return True
    (stem, dash, last), (stem_of_other, _, last_of_other) = name.rpartition("-"), other.rpartition("-")
    return bool(dash) and stem == stem_of_other and len(last) == len(last_of_other) == 1


def _is_alone(config: ClanConfig, machines: Attrs, top_level: Attrs, name: str) -> bool:
    """Whether the inventory has the machine from the top level: then both have the name from the same place."""
    span = top_level.name_span(name)
    return span is not None and span == machines.name_span(name) and name not in config.machine_folders


def _named_by_roles(config: ClanConfig, instances: Attrs) -> Iterator[str]:
    for instance in instances:
        roles = _set(config, _set(config, instances[instance]).get("roles"))
        for role in roles:
            yield from _set(config, _set(config, roles[role]).get("machines"))


def _set(config: ClanConfig, value: Any) -> Attrs:
    forced = config.evaluator.force(value)
    return forced if isinstance(forced, Attrs) else Attrs()

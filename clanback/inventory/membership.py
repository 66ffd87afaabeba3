"""Who is a member of a role: the machines it names and those that carry a tag it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.diagnostics import did_you_mean, error, warning
from clanback.modules.show import dotted, quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from clanback.inventory.loading import ClanConfig
    from clanback.nix.values import Attrs


def members(
    config: ClanConfig,
    machines: Attrs,
    tags: Attrs,
    machines_by_tag: Mapping[str, tuple[str, ...]],
    known: Collection[str],
    instance: str,
    role: str,
    *,
    opaque: bool = False,
) -> tuple[str, ...]:
    """Names of the members, sorted. What clan-core passes over in silence is reported: unknown machines, unknown tags.

    A machine that does not exist stays a member, as in clan-core: the error says so. For a service that is `opaque`, of which
    nothing is made here, that is a warning.
    """
    say = warning if opaque else error
    found = set(machines)
    describe = f"role `{role}` of instance `{instance}`"
    where = f"roles.{dotted((role,))}"
    for name in sorted(machines):
        if name not in known:
            near = did_you_mean(name, known)
            advice = f"did you mean `{near}`?" if near else None
            if name in machines_by_tag:
                advice = f"`{name}` is a tag: write `{where}.tags.{dotted((name,))}`"
            config.report(
                say(
                    "CB214",
                    f"there is no machine `{name}` for {describe}",
                    machines.name_span(name),
                    notes=[] if advice else [_list("machines are", known)],
                    help=advice or f"declare it under `inventory.machines`: `inventory.machines.{dotted((name,))} = {{ }};`",
                )
            )
    for tag in sorted(tags):
        if tag in machines_by_tag:
            found.update(machines_by_tag[tag])
            continue
        near = did_you_mean(tag, machines_by_tag)
        if tag in known:
            advice = f"`{tag}` is a machine: write `{where}.machines.{dotted((tag,))}`"
        elif near is not None:
            advice = f"did you mean `{near}`?"
        else:
            advice = f"give a machine the tag: `inventory.machines.NAME.tags = [ {quoted(tag)} ];`"
        config.report(
            warning(
                "CB215",
                f"no machine has the tag `{tag}`, which {describe} names",
                tags.name_span(tag),
                notes=[] if tag in known else [_list("tags are", machines_by_tag)],
                help=advice,
            )
        )
    return tuple(sorted(found))


def _list(what: str, names: Collection[str]) -> str:
    shown = sorted(names)[:20]
    more = f" and {len(names) - 20} more" if len(names) > 20 else ""
    return f"{what} {', '.join(f'`{name}`' for name in shown)}{more}" if shown else f"{what} none"

"""Tags: which machines carry which, and in what order a machine shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.diagnostics import did_you_mean, warning
from clanback.inventory.schema import BUILT_IN_TAGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from clanback.inventory.loading import ClanConfig
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Attrs


def declared_tags(evaluator: Evaluator, tags: Attrs) -> dict[str, tuple[str, ...]]:
    """The merged `inventory.tags` as plain lists of names; the built-in three are among them."""
    found: dict[str, tuple[str, ...]] = {}
    for name in sorted(tags):
        members: Any = evaluator.force(tags[name])
        found[name] = tuple(str(member) for member in members or ())
    return found


def report_unknown_members(
    config: ClanConfig, tags: Attrs, declared: Mapping[str, Sequence[str]], machines: Iterable[str]
) -> None:
    """Tell of machines that `inventory.tags` names and that do not exist: clan-core passes over them."""
    known = set(machines)
    for tag, members in sorted(declared.items()):
        strangers = [name for name in dict.fromkeys(members) if name not in known]
        if not strangers:
            continue
        near = did_you_mean(strangers[0], known - set(members))
        names = ", ".join(f"`{name}`" for name in strangers[:3]) + (
            f" and {len(strangers) - 3} more" if len(strangers) > 3 else ""
        )
        config.report(
            warning(
                "CB454",
                f"tag `{tag}` names {names}, and there is no such machine",
                tags.value_span(tag),
                help=f"did you mean `{near}`?" if near else "declare it in `inventory.machines`, or take it out of the tag",
            )
        )


def tags_of_machines(
    own: Mapping[str, Sequence[str]], declared: Mapping[str, Iterable[str]]
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Tags of every machine, and machines of every tag, sorted.

    `own` are the tags that machines name themselves: those come first, in order, without repeats; then, sorted, the declared tags
    of which the machine is a member. Members that are not machines are ignored, as clan-core does.
    """
    computed: dict[str, list[str]] = {name: [] for name in own}
    for tag in sorted(declared):
        for machine in dict.fromkeys(declared[tag]):
            if machine in computed:
                computed[machine].append(tag)
    of_machine = {name: tuple(dict.fromkeys([*own[name], *computed[name]])) for name in sorted(own)}
    of_tag: dict[str, list[str]] = {tag: [] for tag in {*declared, *BUILT_IN_TAGS}}
    for name, tags in of_machine.items():
        for tag in tags:
            of_tag.setdefault(tag, []).append(name)
    return of_machine, {tag: tuple(of_tag[tag]) for tag in sorted(of_tag)}

"""Tags: what `inventory.tags` declares, and which machines carry which."""

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


def machines_by_tag(of_machine: Mapping[str, Sequence[str]], declared: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The machines that carry each tag, sorted; also of tags that nobody carries but that are declared."""
    of_tag: dict[str, list[str]] = {tag: [] for tag in {*declared, *BUILT_IN_TAGS}}
    for name in sorted(of_machine):
        for tag in of_machine[name]:
            of_tag.setdefault(tag, []).append(name)
    return {tag: tuple(of_tag[tag]) for tag in sorted(of_tag)}

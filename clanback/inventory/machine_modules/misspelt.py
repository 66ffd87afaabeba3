"""Names of clan-core's options that are almost right: what is written there would be lost without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.diagnostics import did_you_mean, warning
from clanback.inventory.machine_modules.statements import below, known, member, plain
from clanback.nix.values import Attrs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clanback.diagnostics import Diagnostic
    from clanback.inventory.machine_modules.statements import Statement
    from clanback.nix.evaluator import Evaluator

CLAN = "clan"
CORE = "core"
OPTIONS_OF_CORE = frozenset(
    (
        *("backups", "clanDir", "clanName", "clanPkgs", "deployment", "enableRecommendedDefaults", "facts", "icon", "inventory"),
        *("machine", "machine-id", "machineDescription", "machineIcon", "machineName", "meta", "module", "name", "networking"),
        *("optionsNix", "postgresql", "secrets", "secretsDirectory", "secretsUploadDirectory", "settings", "sops", "state"),
        *("state-version", "tags", "templates", "types", "vars", "zfs"),
    )
)
"""The options below `clan.core` (clan-core's `nixosModules/clanCore`), today's and those of the last years."""


def misspelt(evaluator: Evaluator, configurations: Sequence[Statement]) -> Iterator[Diagnostic]:
    """A warning for each name near `clan`, `clan.core` or an option of it; other names may be options of anybody's modules."""
    for outer, name in _names(evaluator, configurations):
        if name != CLAN and did_you_mean(name, (CLAN,)) and _has_core(evaluator, statement := member(outer, outer.value, name)):
            yield _warning(name, statement, CLAN)
    in_clan, _ = below(evaluator, configurations, (CLAN,))
    in_core: list[Statement] = []
    for outer, name in _names(evaluator, in_clan):
        if name == CORE:
            in_core.append(member(outer, outer.value, name))
        elif name == "state":
            yield _warning(f"clan.{name}", member(outer, outer.value, name), "core.state")
        elif did_you_mean(name, (CORE,)):
            yield _warning(f"clan.{name}", member(outer, outer.value, name), CORE)
    for outer, name in _names(evaluator, in_core):
        if name not in OPTIONS_OF_CORE and (meant := did_you_mean(name, OPTIONS_OF_CORE)) is not None:
            yield _warning(f"clan.core.{name}", member(outer, outer.value, name), meant)


def _names(evaluator: Evaluator, statements: Sequence[Statement]) -> Iterator[tuple[Statement, str]]:
    """The names in the sets that `statements` give, each with the statement that gives the set."""
    for statement in statements:
        for found in plain(evaluator, statement):
            if isinstance(found.value, Attrs):
                for name in found.value:
                    yield found, name


def _has_core(evaluator: Evaluator, statement: Statement) -> bool:
    value = known(evaluator, statement.value, statement.span)
    return isinstance(value, Attrs) and CORE in value


def _warning(option: str, statement: Statement, meant: str) -> Diagnostic:
    return warning(
        "CB242",
        f"`{option}` is not an option of clan-core",
        statement.name_span or statement.span,
        help=f"did you mean `{meant}`?",
    )

"""The first repository of a machine that can be opened: job by job, and for each by every way there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

import attrs

from clanback.backups.salvage import access, borg, choices
from clanback.backups.salvage.borg import DeniedError, HostKeyError
from clanback.diagnostics import DiagnosticError, error

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clanback.backups.salvage.borg import Archive, Repository
    from clanback.diagnostics import Diagnostic
    from clanback.inventory.model import Inventory
    from clanback.plan.model import Job, MachinePlan, Plan
    from clanback.remote.ssh import Session
    from clanback.vars.store import Store

T = TypeVar("T")


@attrs.frozen
class Search:
    """Whose repositories, and what is needed to open them.

    `through` stands in for where the server is reached, `repository` for where the repository is; `tell` is told what goes on.
    """

    session: Session
    store: Store
    inventory: Inventory
    plan: Plan
    machine: str
    tell: Callable[[str], None]
    through: str | None = None
    repository: str | None = None

    @property
    def machine_plan(self) -> MachinePlan:
        """What is planned for the machine."""
        return self.plan.machines[self.machine]


def with_repository(search: Search, work: Callable[[Job, Repository, list[Archive]], T], *, job: str | None) -> T:
    """Call `work` with the first repository of a machine that can be opened, and its archives; with `job`, of that job.

    Ways that do not work are told, or raised as DiagnosticError where none does.
    """
    problems: list[Diagnostic] = []
    candidates = choices.jobs(search.machine_plan, job)
    for one in candidates:
        try:
            ways = access.ways(search.inventory, search.plan, one, through=search.through, repository=search.repository)
        except DiagnosticError as failure:
            problems += [found for found in failure.diagnostics if found not in problems]
            continue
        for way in ways:
            failed: Sequence[Diagnostic] = ()
            try:
                with access.opened(search.session, search.store, one, way) as found:
                    archives = borg.archives(found)
                    return work(one, found, archives)
            except DeniedError as denied:
                failed = [_denied(way.where, denied)]
            except DiagnosticError as failure:
                if any(problem.code in _OURS or problem.code.startswith("CB5") for problem in failure.diagnostics):
                    raise DiagnosticError(*problems, *failure.diagnostics) from None
                failed = failure.diagnostics
            problems += [found for found in failed if found not in problems]
            last = way is ways[-1] and one is candidates[-1]
            search.tell("" if last else f"{failed[0].message}: trying another way")
    raise DiagnosticError(*problems)


_OURS: Final = frozenset({"CB468", "CB469", "CB470", "CB473", "CB476", "CB478", "CB482", "CB489", "CB910"})
"""Codes of what no other way to the repository would mend; so are all of secrets (CB5xx)."""


def _denied(where: str, denied: DeniedError) -> Diagnostic:
    if isinstance(denied, HostKeyError):
        return error(
            "CB463",
            f"{where}: the server shows a host key that is not the one we know; nothing was sent to it",
            notes=denied.notes,
            help="if it was installed anew, give it its keys (`clanback vars upload`); if not, somebody else answers there",
        )
    return error(
        "CB462",
        f"{where}: the server does not let us in",
        notes=denied.notes,
        help="see that the server was deployed with the key in vars/, or name a login of yours: --through root@HOST",
    )

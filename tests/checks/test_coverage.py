"""What is declared and would be saved by nobody is told."""

from __future__ import annotations

import pytest

from clanback import checks
from clanback.checks.calendar import seldom
from clanback.inventory.model import Inventory
from clanback.services import plan
from tests.services.clans import clan, instance, machine, state

DOCS = state("docs", "/home/a/docs")


def told(inventory: Inventory) -> list[tuple[str, str, str]]:
    made = checks.check(inventory, plan(inventory))
    return [(one.code, one.severity.value, one.message) for one in made if one.code in ("CB423", "CB424", "CB425", "CB426")]


def saved(client: dict[str, object] | None = None, *entries: object) -> Inventory:
    borg = instance("borgbackup", client={"a": client or {}}, server={"srv": {}})
    return clan([machine("a", *(entries or (DOCS,))), machine("srv")], borg)  # type: ignore[arg-type]


def test_a_client_is_saved() -> None:
    assert told(saved()) == []


@pytest.mark.parametrize(
    "instances", [(), (instance("borgbackup", server={"srv": {}}),), (instance("ncps", default={"a": {}}),)], ids=len
)
def test_state_of_a_machine_that_is_no_client(instances: tuple[object, ...]) -> None:
    inventory = clan([machine("a", DOCS), machine("srv")], *instances)  # type: ignore[arg-type]
    assert told(inventory) == [("CB423", "warning", "state docs of a is saved by no backup")]


def test_another_backup_service_may_save_it() -> None:
    assert told(clan([machine("a", DOCS)], instance("localbackup", client={"a": {}}))) == []


def test_state_that_has_only_hooks_is_not_missed() -> None:
    assert told(clan([machine("a", state("db", preBackupScript="dump"))])) == []


def test_a_job_whose_folders_are_all_excluded() -> None:
    ((code, severity, message),) = told(saved({"exclude": ["/home"]}))
    assert (code, severity) == ("CB424", "error")
    assert "“/home” excludes it" in message


def test_a_job_of_which_something_is_left() -> None:
    assert [one[:2] for one in told(saved({"exclude": ["/home"]}, DOCS, state("srv", "/srv")))] == [("CB424", "warning")]


@pytest.mark.parametrize("folder", ["/home/*/docs", "/home/$USER", "/home/../srv"])
def test_folders_that_nothing_expands(folder: str) -> None:
    assert [one[:2] for one in told(saved(None, state("docs", folder)))] == [("CB426", "warning")]


@pytest.mark.parametrize("start", ["2019-01-01", "2019-*-* 03:00", "*-02-30", "02-30 03:00", "Mon *-04-31"])
def test_timers_that_end(start: str) -> None:
    assert seldom(start) is not None
    assert [one[0] for one in told(saved({"startAt": start}))] == ["CB425"]


@pytest.mark.parametrize("start", ["daily", "*-*-* 03:00", "*-02-29", "Mon..Fri 03:00", "*-*-31", "*:0/15", "2019..2030-*-1", ""])
def test_timers_that_go_on(start: str) -> None:
    assert seldom(start) is None

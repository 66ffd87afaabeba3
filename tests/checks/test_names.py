"""Names of jobs and users that systemd and NixOS take, and others."""

from __future__ import annotations

import pytest

from clanback import checks
from clanback.checks.names import is_part_of_unit_name, user_problem
from clanback.services import plan
from tests.services.clans import clan, instance, machine, state


@pytest.mark.parametrize("name", ["box", "my-box_2.example:x", "B", "x" * 200])
def test_names_of_jobs(name: str) -> None:
    assert is_part_of_unit_name(name)


@pytest.mark.parametrize("name", ["", "my box", "a/b", "a\nb", "\x1b[31m", "ä", "a;b", "$(x)", "x" * 201])
def test_no_names_of_jobs(name: str) -> None:
    assert not is_part_of_unit_name(name)
    destination = {"destinations": {name: {"name": name, "repo": "u@h:r", "rsh": None}}}
    inventory = clan([machine("a", state("docs", "/docs"))], instance("borgbackup", client={"a": destination}))
    assert [(one.code, one.severity.value) for one in checks.check(inventory, plan(inventory))] == [("CB427", "error")]


@pytest.mark.parametrize("name", ["alice", "root", "_x", "a.b", "wheel-1", "postgres"])
def test_names_of_users(name: str) -> None:
    assert user_problem(name) is None


@pytest.mark.parametrize("name", ["", "-x", "al ice", "a:b", "a/b", "a\nb", "\x1b", "x" * 32])
def test_no_names_of_users(name: str) -> None:
    assert user_problem(name) is not None
    inventory = clan([machine("a")], instance("users", default={"a": {"user": name}}))
    assert "CB306" in [one.code for one in checks.check(inventory, plan(inventory))]

"""Ours and clan-core's plans differ in nothing that `docs/differences.md` does not list."""

from __future__ import annotations

import re
from pathlib import Path

import attrs

from clanback.checks import registry
from clanback.plan.model import Job, MachinePlan, Repository
from clanback.services import plan
from tests.services.facts import EXPECTED, inventory_of, load

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "differences.md").read_text()
ROWS = {int(number): what.strip() for number, what in re.findall(r"^\| (\d+) \| ([^|]*) \|", TEXT, re.MULTILINE)}

# Field of the plan that differs in some case → the row of the page that says so.
MACHINE = {"jobs": 1, "dormant_jobs": 2, "backup_provider": 1}
JOB = {
    "paths": 7,
    "start_delay_seconds": 11,
    "prune_prefix": 12,
    "rsh": 14,
    "host_key": 14,
    "host_names": 15,
}


def changed(ours: attrs.AttrsInstance, theirs: attrs.AttrsInstance) -> set[str]:
    return {field.name for field in attrs.fields(type(ours)) if getattr(ours, field.name) != getattr(theirs, field.name)}


def test_every_difference_in_the_cases_is_listed() -> None:
    machine: set[str] = set()
    job: set[str] = set()
    repository: set[str] = set()
    for path in EXPECTED:
        inventory = inventory_of(load(path))
        ours, theirs = plan(inventory), plan(inventory, compat="clan-core")
        for name, one in ours.machines.items():
            other = theirs.machines[name]
            assert isinstance(one, MachinePlan)
            machine |= changed(one, other) - {"jobs", "repos"}
            if set(one.jobs) != set(other.jobs):
                machine.add("jobs")
            for a, b in ((one.jobs[j], other.jobs[j]) for j in one.jobs.keys() & other.jobs.keys()):
                assert isinstance(a, Job)
                job |= changed(a, b)
            assert set(one.repos) == set(other.repos)
            for client in one.repos:
                assert isinstance(one.repos[client], Repository)
                repository |= changed(one.repos[client], other.repos[client])
    assert (machine, job, repository) == (set(MACHINE), set(JOB), set())
    assert {*MACHINE.values(), *JOB.values()} <= set(ROWS)


def test_rows_are_numbered_from_one() -> None:
    assert list(ROWS) == list(range(1, len(ROWS) + 1))


def test_codes_on_the_page_exist() -> None:
    named = set(re.findall(r"CB\d{3}", TEXT))
    assert named
    assert named <= {code.code for code in registry.every()}

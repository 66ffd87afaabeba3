"""Every case rendered without `--compat`: real Nix evaluates it, and it saves exactly what the plan says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.cases import compare
from tests.nixos.evaluation import facts_of, lay_down_public_keys, planned, rendered

if TYPE_CHECKING:
    from pathlib import Path

    from clanback.plan.model import Plan

pytestmark = pytest.mark.nix

NAMES = compare.names("expected")


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Plan, dict[str, Any]]]:
    """Plan and evaluated facts of every case."""
    folders: dict[str, Path] = {}
    plans: dict[str, Plan] = {}
    for name in NAMES:
        root = tmp_path_factory.mktemp(name)
        clan = compare.laid_out(name, root)
        lay_down_public_keys(root, compare.facts(name, "expected"))
        plans[name] = planned(clan)[0]
        folders[name] = rendered(clan)
    evaluated = facts_of(folders)
    return {name: (plans[name], evaluated[name]) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_nix_saves_what_the_plan_says(name: str, ours: dict[str, tuple[Plan, dict[str, Any]]]) -> None:
    plan, evaluated = ours[name]
    assert set(evaluated) == set(plan.machines)
    for machine, planned_machine in plan.machines.items():
        jobs = evaluated[machine]["borgbackup"]["jobs"]
        assert set(jobs) >= set(planned_machine.jobs)
        for job_name, job in planned_machine.jobs.items():
            got = jobs[job_name]
            if job.paths_complete and not job.unknown_paths:
                assert got["paths"] == list(job.paths)
            assert (got["repo"], got["environment"]["BORG_RSH"], got["startAt"]) == (job.repo, job.rsh, job.start_at)
            assert got["prune"]["prefix"] == job.prune_prefix
        assert set(evaluated[machine]["borgbackup"]["repos"]) == set(planned_machine.repos)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_left_that_nix_cannot_evaluate(name: str, ours: dict[str, tuple[Plan, dict[str, Any]]]) -> None:
    """But for a client that is no machine of the clan: its key can be nowhere."""
    _, evaluated = ours[name]
    known = set(evaluated)
    for machine, facts in evaluated.items():
        broken = sorted(option for option, value in facts.items() if isinstance(value, dict) and "__error__" in value)
        assert broken == [], machine
        for client, repository in facts["borgbackup"]["repos"].items():
            assert client not in known or isinstance(repository["authorizedKeys"], list)

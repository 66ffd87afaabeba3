"""What holds for every clan, however clients, servers and destinations are spread over instances."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from clanback import checks
from clanback.inventory.model import Inventory
from clanback.plan.show import to_json
from clanback.services import plan
from tests.services.clans import clan, instance, machine, state

NAMES = ["a", "b", "c", "d", "ghost"]
FOLDERS = st.lists(st.sampled_from(["/a", "/a/b", "/a/", "/c d", "/x:y", "rel"]), max_size=3)
MEMBERS = st.sets(st.sampled_from(NAMES), max_size=3)
DESTINATIONS = st.dictionaries(
    st.sampled_from(["a", "box"]),
    st.fixed_dictionaries({"name": st.just("box"), "repo": st.sampled_from(["u@h:r", "/mnt/r"]), "rsh": st.none()}),
    max_size=2,
)


@st.composite
def clans(draw: Any) -> Inventory:
    machines = [
        machine(
            name,
            *(state(entry, *draw(FOLDERS)) for entry in draw(st.sets(st.sampled_from(["s", "t"]), max_size=2))),
            machine_class=draw(st.sampled_from(["nixos", "nixos", "nixos", "darwin"])),
            state_complete=draw(st.booleans()),
        )
        for name in NAMES[:4]
    ]
    instances = [
        instance(
            "borgbackup",
            f"i{number}",
            client={name: {"destinations": draw(DESTINATIONS)} for name in sorted(draw(MEMBERS))},
            server={name: {"directory": draw(st.sampled_from(["/r", "/s"]))} for name in sorted(draw(MEMBERS))},
        )
        for number in range(draw(st.integers(1, 2)))
    ]
    return clan(machines, *instances, instance("sshd", server={name: {} for name in sorted(draw(MEMBERS))}))


@given(clans(), st.sampled_from([None, "clan-core"]))
@settings(max_examples=150)
def test_both_ends_of_a_backup_are_planned(inventory: Inventory, compat: str | None) -> None:
    made = plan(inventory, compat=compat)
    for name, one in made.machines.items():
        for job in (*one.jobs.values(), *one.dormant_jobs.values()):
            assert "borgbackup" in one.generators
            assert one.machine_class == "nixos"
            server = made.machines.get(job.server or "")
            if server is not None and server.machine_class == "nixos":
                assert name in server.repos
                assert server.ssh_server
        for client in one.repos:
            known = made.machines.get(client)
            assert known is None or known.machine_class != "nixos" or "borgbackup" in known.generators


@given(clans())
@settings(max_examples=150)
def test_no_job_of_ours_saves_nothing_for_sure(inventory: Inventory) -> None:
    for one in plan(inventory).machines.values():
        assert not one.jobs or not one.dormant_jobs
        for job in one.jobs.values():
            assert job.paths or job.unknown_paths or not job.paths_complete


@given(clans())
@settings(max_examples=150)
def test_clan_core_has_the_same_jobs_but_for_those_that_save_nothing(inventory: Inventory) -> None:
    ours, theirs = plan(inventory), plan(inventory, compat="clan-core")
    for name, one in ours.machines.items():
        assert {**one.jobs, **one.dormant_jobs}.keys() == {
            **theirs.machines[name].jobs,
            **theirs.machines[name].dormant_jobs,
        }.keys()
        assert one.jobs.keys() <= theirs.machines[name].jobs.keys()


@given(clans(), st.sampled_from([None, "clan-core"]))
@settings(max_examples=150)
def test_every_clan_can_be_judged_and_shown(inventory: Inventory, compat: str | None) -> None:
    made = plan(inventory, compat=compat)
    found = checks.check(inventory, made)
    assert to_json(inventory, made, found)["plan"].keys() == inventory.machines.keys()
    assert len({(one.code, one.message) for one in found}) == len(found), "nothing is told twice"

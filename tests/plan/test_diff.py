"""What `plan` tells: what is lost stands first, a change and its reverse mirror each other, and nothing changes unseen."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import attrs
from hypothesis import example, given, settings

from clanback.inventory.model import UnknownText
from clanback.plan.changes import Subject, Weight
from clanback.plan.diff import diff
from clanback.plan.model import MachinePlan, Plan, PublicValue, Repository, Retention
from clanback.plan.telling import Value, listed, tell
from tests.plan.clans import Clan, Client, State, changed, planned
from tests.render.plans import client, job, machine, plan

EXAMPLES = int(os.environ.get("CLANBACK_EXAMPLES", "150"))


def told(before: Plan, after: Plan) -> list[str]:
    return [
        f"{line.symbol} {''.join(listed(line.machines))}: {''.join(line.sentence)}" for line in tell(diff(before, after).changes)
    ]


def saving(name: str = "a", *paths: str, **changes: object) -> MachinePlan:
    made = job("srv", machine=name, paths=paths or ("/d",), **changes)
    return attrs.evolve(client(name), jobs={"srv": made})


def server(*clients: str, directory: str = "/b", **changes: object) -> MachinePlan:
    key = PublicValue("per-machine/a/borgbackup/borgbackup.ssh.pub", "ssh-ed25519 AAAA a")
    repos = {name: Repository(name, "borgbackup", f"{directory}/{name}", (key,), **changes) for name in clients}
    return attrs.evolve(machine("srv"), repos=repos)


BEFORE = plan(saving(), server("a"))


def test_nothing_changes() -> None:
    assert not diff(BEFORE, BEFORE)


def test_a_machine_that_goes_is_a_loss_and_names_what_it_saved() -> None:
    assert told(BEFORE, plan(server("a")))[0] == "- a: is gone from the clan: nothing of it is saved or kept any more (/d)"


def test_a_job_that_goes_is_a_loss_and_says_that_archives_stay() -> None:
    after = plan(attrs.evolve(client("a"), jobs={}), server())
    assert told(BEFORE, after) == ["- a: no longer saves to srv:/b/a: /d; the archives there stay, and nobody prunes them"]


def test_a_folder_that_is_no_longer_saved() -> None:
    before = plan(saving("a", "/d", "/e"), server("a"))
    assert told(before, BEFORE) == ["- a: no longer saves /e"]
    assert told(BEFORE, before) == ["+ a: also saves /e"]


def test_a_folder_inside_another_that_is_saved_is_not_lost() -> None:
    before, after = plan(saving("a", "/d/x"), server("a")), plan(saving("a", "/d"), server("a"))
    assert told(before, after) == ["+ a: also saves /d", "~ a: saves /d/x as a part of /d"]
    assert told(after, before) == ["- a: no longer saves /d", "~ a: saves /d/x by itself, before as a part of /d"]


def test_what_only_nix_knows_is_told_as_such() -> None:
    unknown = UnknownText("config.services.db.dataDir", "NixOS knows")
    after = plan(saving("a", "/d", unknown_paths=(unknown,)), server("a"))
    assert told(BEFORE, after) == ["+ a: also saves what only Nix can know: config.services.db.dataDir"]


def test_an_exclusion_that_comes_is_a_loss() -> None:
    after = plan(saving(exclude=("*.bak", "/d/photos")), server("a"))
    assert told(BEFORE, after) == ["- a: leaves out /d/photos when it saves to srv"]


def test_a_repository_that_moves_begins_empty() -> None:
    after = plan(saving(), server("a", directory="/c"))
    [line] = told(BEFORE, after)
    assert line.startswith(
        "- a: job srv saves to a new, empty repository: srv:/c/a instead of srv:/b/a; the archives stay behind"
    )


def test_a_server_that_gets_another_address_keeps_its_repositories() -> None:
    after = plan(saving(repo="borg@192.0.2.9:."), server("a"))
    assert told(BEFORE, after) == ["~ a: job srv connects to the same repository by borg@192.0.2.9:. instead of borg@srv:."]


def test_an_external_destination_that_moves_begins_empty() -> None:
    before = plan(saving(server=None, destination="box", repo="u1@box.example:./a"))
    after = plan(saving(server=None, destination="box", repo="u1@box.example:./b"))
    [change] = diff(before, after).changes
    assert (change.subject, change.weight) == (Subject.REPOSITORY, Weight.LOST)


def test_keys_that_change_are_a_loss_until_both_sides_have_them() -> None:
    other = PublicValue("per-machine/a/borgbackup/borgbackup.ssh.pub", "ssh-ed25519 BBBB a")
    kept = attrs.evolve(server("a").repos["a"], authorized_keys=(other,))
    after = plan(saving(), attrs.evolve(server("a"), repos={"a": kept}))
    [line] = told(BEFORE, after)
    assert line.startswith(
        "- srv: lets in another key of a: ssh-ed25519 BBBB a instead of ssh-ed25519 AAAA a; it cannot save until"
    )


def test_host_keys() -> None:
    pinned = saving(host_key=PublicValue("per-machine/srv/openssh/ssh.id_ed25519.pub", "ssh-ed25519 HHHH"))
    assert told(BEFORE, plan(pinned, server("a"))) == ["+ a: job srv pins the host key ssh-ed25519 HHHH"]
    assert told(plan(pinned, server("a")), BEFORE) == ["- a: job srv has no pinned host key any more"]


def test_retention_that_keeps_less_is_a_loss() -> None:
    less, more = plan(saving(prune=Retention(daily=3)), server("a")), plan(saving(prune=Retention(monthly=6)), server("a"))
    [line] = told(BEFORE, less)
    assert line.startswith(
        "- a: job srv keeps less: all within 1d, 3 daily, 4 weekly instead of all within 1d, 7 daily, 4 weekly; "
    )
    assert "go with the next prune" in line
    assert told(BEFORE, more) == [
        "~ a: job srv keeps all within 1d, 7 daily, 4 weekly, 6 monthly instead of all within 1d, 7 daily, 4 weekly"
    ]


def test_a_repository_that_is_append_only_no_more_is_a_loss() -> None:
    before = plan(saving(), server("a", append_only=True))
    assert told(before, BEFORE) == ["- srv: lets a delete archives again: its repository is append-only no more"]


def test_what_is_lost_stands_first_then_schedules_retention_and_what_is_new() -> None:
    before = plan(saving("a", "/d", "/e"), server("a"))
    after = plan(saving("a", "/d", "/f", start_at="02:00", prune=Retention(monthly=6), compression="lz4"), server("a"))
    weights = [change.weight for change in diff(before, after).changes]
    assert weights == [Weight.LOST, Weight.SCHEDULE, Weight.RETENTION, Weight.NEW, Weight.OTHER]


def test_what_many_machines_have_in_common_is_told_once() -> None:
    names = [f"m{number}" for number in range(9)]
    before = plan(*(saving(name) for name in names))
    after = plan(*(saving(name, start_at="02:00") for name in names))
    assert told(before, after) == ["~ m0, m1, m2 and 6 more: job srv runs at 02:00 instead of *-*-* 01:00:00"]


def test_values_stay_marked_so_that_they_can_be_quoted() -> None:
    [line] = tell(diff(BEFORE, plan(saving("a", "/d", "/`x`"), server("a"))).changes)
    assert [part for part in line.sentence if isinstance(part, Value)] == ["/`x`"]


def test_files_that_differ_for_other_reasons_are_other_changes() -> None:
    found = diff(BEFORE, BEFORE, {"a/users.nix": "x\n", "same": "s"}, {"a/users.nix": "# why\ny\nz\n", "same": "s"})
    [file] = found.other_files
    assert (file.path, file.added, file.removed, file.only_comments) == ("a/users.nix", 3, 1, False)
    assert found


def test_files_that_differ_in_comments_only_say_so() -> None:
    [file] = diff(BEFORE, BEFORE, {"a/x.nix": "# clan.nix:3\nx\n"}, {"a/x.nix": "# clan.nix:4\nx\n"}).files
    assert file.only_comments


SAVING = Clan(state={"laptop": {"docs": State(("/home",))}}, clients={"laptop": Client()}, servers={"desk": (None, None)})


@settings(max_examples=EXAMPLES)
@given(changed())
@example((Clan(), Clan()))
@example(
    (Clan(state={"laptop": {"docs": State(("/home",))}}, clients={"laptop": Client()}, servers={"desk": (None, None)}), Clan())
)
def test_a_change_and_its_reverse_mirror_each_other_and_no_difference_means_the_same_bytes(pair: tuple[Clan, Clan]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        before, files = planned(pair[0], Path(folder))
        after, files_after = planned(pair[1], Path(folder))
    there = diff(before, after, files, files_after)
    back = diff(after, before, files_after, files)
    assert there.reversed() == back
    assert back.reversed() == there
    assert bool(there) == (files != files_after)
    if not there.changes:
        assert diff(before, after) == diff(before, before)
    assert bool(diff(before, after)) <= (files != files_after), "a change that no rendered file shows"
    assert len(tell(there.changes)) <= len(there.changes)

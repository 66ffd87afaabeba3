"""What the borgbackup service plans, where it is not clan-core's (for that see test_cases)."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

import pytest

from clanback.plan.model import Job, Retention
from clanback.services import plan
from clanback.services.borgbackup import bracketed
from tests.services.clans import clan, instance, machine, state

DOCS = state("docs", "/home/a/docs")


def job(client: dict[str, Any] | None = None, server: dict[str, Any] | None = None, *entries: Any, **more: Any) -> Job:
    """The one job of client `a`, which saves to `srv`."""
    borg = instance("borgbackup", client={"a": client or {}}, server={"srv": server or {}})
    made = plan(clan([machine("a", *(entries or (DOCS,))), machine("srv")], borg), **more)
    (only,) = made.machines["a"].jobs.values()
    return only


def codes(made: Any) -> list[str]:
    return [diagnostic.code for diagnostic in made.diagnostics]


class TestFolders:
    def test_in_order_of_the_names_of_state(self) -> None:
        assert job(None, None, state("zeta", "/z"), state("alpha", "/b", "/a")).paths == ("/b", "/a", "/z")

    def test_each_once_and_none_inside_another(self) -> None:
        entries = (state("a", "/srv/", "/var//lib"), state("b", "/srv", "/srv/x/y", "/var/lib/z", "/var/library"))
        assert job(None, None, *entries).paths == ("/srv", "/var/lib", "/var/library")

    def test_a_colon_is_a_sign_like_any_other(self) -> None:
        assert job(None, None, state("a", "/srv/a:b")).paths == ("/srv/a:b",)

    def test_clan_core_keeps_them_all(self) -> None:
        entries = (state("a", "/srv/"), state("b", "/srv", "/srv/x", "/srv"))
        assert job(None, None, *entries, compat="clan-core").paths == ("/srv/", "/srv", "/srv/x")

    def test_what_only_nixos_knows_is_said(self) -> None:
        only = job(None, None, state("a", unknown=("config.services.x.dir",)))
        assert only.paths == ()
        assert [u.text for u in only.unknown_paths] == ["config.services.x.dir"]


class TestClientsWithNothingToSave:
    @pytest.mark.parametrize("entries", [(), (state("db"),)], ids=["no state", "no folders"])
    def test_have_a_dormant_job_only(self, entries: tuple[Any, ...]) -> None:
        borg = instance("borgbackup", client={"a": {}}, server={"srv": {}})
        made = plan(clan([machine("a", *entries), machine("srv")], borg)).machines["a"]
        assert not made.jobs
        assert not made.backup_provider
        assert list(made.dormant_jobs) == ["srv"]
        assert "borgbackup" in made.generators  # the server's repository asks for the key

    def test_clan_core_makes_a_job_of_state_without_folders(self) -> None:
        assert job(None, None, state("db"), compat="clan-core").paths == ()

    def test_where_more_state_may_come_from_modules_not_understood_there_is_a_job(self) -> None:
        borg = instance("borgbackup", client={"a": {}}, server={"srv": {}})
        made = plan(clan([machine("a", state_complete=False), machine("srv")], borg)).machines["a"]
        assert [j.paths_complete for j in made.jobs.values()] == [False]


class TestServers:
    @pytest.mark.parametrize(
        ("address", "repo"),
        [
            (None, "borg@srv:."),
            ("backup.example", "borg@backup.example:."),
            ("192.0.2.1", "borg@192.0.2.1:."),
            ("fd00::1", "borg@[fd00::1]:."),
            ("::ffff:192.0.2.1", "borg@[::ffff:192.0.2.1]:."),
            ("[fd00::1]", "borg@[fd00::1]:."),
        ],
    )
    def test_repository(self, address: str | None, repo: str) -> None:
        assert job(None, {"address": address}).repo == repo

    def test_clan_core_does_not_bracket(self) -> None:
        assert job(None, {"address": "fd00::1"}, compat="clan-core").repo == "borg@fd00::1:."

    @pytest.mark.parametrize("name", ["a:b", "host:22", "fe80::1%eth0", "dead-beef::x"])
    def test_only_ipv6_addresses_are_bracketed(self, name: str) -> None:
        assert bracketed(name) == name

    def test_a_client_may_be_its_own_server(self) -> None:
        borg = instance("borgbackup", client={"srv": {}}, server={"srv": {}})
        made = plan(clan([machine("srv", DOCS)], borg)).machines["srv"]
        assert made.jobs["srv"].repo == "borg@srv:."
        assert made.repos["srv"].path == "/var/lib/borgbackup/srv"

    def test_darwin_machines_get_no_job_and_no_repository(self) -> None:
        borg = instance("borgbackup", client={"mac": {}, "a": {}}, server={"srv": {}})
        made = plan(clan([machine("a", DOCS), machine("mac", DOCS, machine_class="darwin"), machine("srv")], borg))
        assert list(made.machines["srv"].repos) == ["a"]
        assert not made.machines["mac"].jobs
        assert not made.machines["mac"].generators


class TestDestinations:
    def test_replace_a_server_of_the_same_name(self) -> None:
        only = job({"destinations": {"srv": {"name": "srv", "repo": "u@h:r", "rsh": None}}})
        assert (only.repo, only.server, only.destination) == ("u@h:r", None, "srv")

    def test_keep_their_rsh(self) -> None:
        only = job({"destinations": {"srv": {"name": "srv", "repo": "u@h:r", "rsh": "ssh -p 23"}}})
        assert (only.rsh, only.rsh_is_default) == ("ssh -p 23", False)


class TestHostKeys:
    BORG = instance("borgbackup", client={"a": {}}, server={"srv": {}})
    MACHINES = (machine("a", DOCS), machine("srv"))

    def job(self, *instances: Any, values: dict[str, str] | None = None, compat: str | None = None) -> Job:
        made = plan(clan(list(self.MACHINES), self.BORG, *instances, public_values=values or {}), compat=compat)
        return made.machines["a"].jobs["srv"]

    def test_trusted_at_first_sight_where_not_known(self) -> None:
        only = self.job()
        assert "StrictHostKeyChecking=accept-new" in only.rsh
        assert only.host_key is None
        assert only.host_names == ()

    @pytest.mark.parametrize("text", [None, "ssh-ed25519 AAAA\n"])
    def test_pinned_where_the_sshd_service_makes_it(self, text: str | None) -> None:
        values = {} if text is None else {"per-machine/srv/openssh/ssh.id_ed25519.pub": text}
        only = self.job(instance("sshd", server={"srv": {"certificate": {"enable": False}}}), values=values)
        assert "-o StrictHostKeyChecking=yes -o UserKnownHostsFile=/etc/clanback/known_hosts" in only.rsh
        assert "-o HostKeyAlias=srv.test.lol" in only.rsh
        assert only.host_key is not None
        assert (only.host_key.text, only.host_names, only.host_key_is_authority) == (text, ("srv.test.lol",), False)

    def test_pinned_where_the_value_is_there_though_nothing_makes_it(self) -> None:
        only = self.job(values={"per-machine/srv/openssh/ssh.id_ed25519.pub": "ssh-ed25519 AAAA\n"})
        assert "StrictHostKeyChecking=yes" in only.rsh

    def test_by_the_authority_while_only_that_is_known(self) -> None:
        only = self.job(instance("sshd", server={"srv": {}}), values={"shared/openssh-ca/id_ed25519.pub": "ssh-ed25519 CA\n"})
        assert only.host_key is not None
        assert (only.host_key.text, only.host_key_is_authority) == ("ssh-ed25519 CA\n", True)

    def test_clan_core_pins_none(self) -> None:
        only = self.job(instance("sshd", server={"srv": {}}), compat="clan-core")
        assert "accept-new" in only.rsh
        assert only.host_key is None


class TestPruning:
    def archives(self, base: str) -> list[str]:
        return [f"{base}-2026-11-23T08:00:00", f"{base}-2026-11-23T08:00:00.failed"]

    @pytest.mark.parametrize("other", ["srv-more", "srv-2026", "srv2", "srv-2026-11-23T08"])
    def test_takes_a_jobs_own_archives_only(self, other: str) -> None:
        pattern = job().prune_prefix + "*"  # NixOS appends the *
        assert all(fnmatchcase(archive, pattern) for archive in self.archives("a-srv"))
        assert not any(fnmatchcase(archive, pattern) for archive in self.archives(f"a-{other}"))

    def test_clan_core_takes_those_of_others_too(self) -> None:
        pattern = job(compat="clan-core").prune_prefix + "*"
        assert all(fnmatchcase(archive, pattern) for archive in self.archives("a-srv-more"))


class TestOwnSettings:
    def own(self, **said: Any) -> dict[str, Any]:
        return {"borgbackup": {"client": {"a": said}}}

    def test_retention(self) -> None:
        only = job(settings=self.own(retention={"daily": 14, "monthly": 6}))
        assert only.prune == Retention(within="1d", daily=14, weekly=4, monthly=6, yearly=0)

    @pytest.mark.parametrize(("said", "seconds"), [({}, 1800), ({"random_delay": 0}, 0), ({"random_delay": "1h 30min"}, 5400)])
    def test_random_delay(self, said: dict[str, Any], seconds: int) -> None:
        assert job(settings=self.own(**said)).start_delay_seconds == seconds

    def test_append_only_leaves_pruning_to_the_server(self) -> None:
        borg = instance("borgbackup", client={"a": {}, "b": {}}, server={"srv": {}})
        made = plan(
            clan([machine("a", DOCS), machine("b", DOCS), machine("srv")], borg),
            settings=self.own(append_only=True, quota="50G", retention={"daily": 3}),
        )
        assert not made.machines["a"].jobs["srv"].prune_here
        assert made.machines["b"].jobs["srv"].prune_here
        ours, theirs = (made.machines["srv"].repos[name] for name in "ab")
        assert (ours.append_only, ours.quota, ours.prune) == (True, "50G", Retention(daily=3))
        assert (theirs.append_only, theirs.quota, theirs.prune) == (False, None, None)

    def test_clan_core_knows_none(self) -> None:
        only = job(settings=self.own(random_delay=60, append_only=True, retention={"daily": 1}), compat="clan-core")
        assert (only.start_delay_seconds, only.prune_here, only.prune) == (0, True, Retention())


class TestHooks:
    def test_run_before_by_name_and_after_the_other_way_round(self) -> None:
        hooks = {"preBackupScript": "stop", "postBackupScript": "start"}
        entries = [state(n, f"/{n}", **hooks) for n in ("web", "db")] + [state("files", "/files", postBackupScript="x")]
        borg = instance("borgbackup", client={"a": {}}, server={"srv": {}})
        inventory = clan([machine("a", *entries), machine("srv")], borg)
        ours, theirs = plan(inventory).machines["a"], plan(inventory, compat="clan-core").machines["a"]
        assert (ours.pre_backup, ours.post_backup) == (("db", "web"), ("web", "files", "db"))
        assert (theirs.pre_backup, theirs.post_backup) == (("db", "web"), ("db", "files", "web"))


class TestTwoInstances:
    def test_may_not_give_a_machine_two_jobs_of_one_name(self) -> None:
        one = instance("borgbackup", "one", client={"a": {}}, server={"srv": {}})
        two = instance(
            "borgbackup", "two", client={"a": {"destinations": {"srv": {"name": "srv", "repo": "u@h:r", "rsh": None}}}}
        )
        made = plan(clan([machine("a", DOCS), machine("srv")], one, two))
        assert codes(made) == ["CB406"]
        assert "one and two" in made.diagnostics[0].message
        assert made.machines["a"].jobs["srv"].instance == "one"

    def test_may_not_keep_a_client_in_two_folders(self) -> None:
        one = instance("borgbackup", "one", client={"a": {}}, server={"srv": {}})
        two = instance("borgbackup", "two", client={"a": {}}, server={"srv": {"directory": "/elsewhere"}})
        assert set(codes(plan(clan([machine("a", DOCS), machine("srv")], one, two)))) == {"CB406", "CB407"}

    def test_may_save_to_different_servers(self) -> None:
        one = instance("borgbackup", "one", client={"a": {}}, server={"srv": {}})
        two = instance("borgbackup", "two", client={"a": {"startAt": "05:00"}}, server={"far": {}})
        made = plan(clan([machine("a", DOCS), machine("srv"), machine("far")], one, two))
        assert codes(made) == []
        assert {n: j.start_at for n, j in made.machines["a"].jobs.items()} == {"far": "05:00", "srv": "*-*-* 01:00:00"}


def test_members_that_are_no_machines_do_no_harm() -> None:
    borg = instance("borgbackup", client={"ghost": {}, "a": {}}, server={"srv": {}, "phantom": {}})
    made = plan(clan([machine("a", DOCS), machine("srv")], borg))
    assert sorted(made.machines["a"].jobs) == ["phantom", "srv"]
    assert sorted(made.machines["srv"].repos) == ["a", "ghost"]


def test_opaque_services_plan_nothing() -> None:
    made = plan(clan([machine("a", DOCS)], instance("zerotier", peer={"a": {}})))
    a = made.machines["a"]
    assert (a.jobs, a.users, a.generators, a.ssh_server) == ({}, {}, {}, False)
    assert made.settings == {"zerotier": {"peer": {"a": None}}}


@pytest.mark.parametrize("wrong", [{"compat": "clan"}, {"secrets": "post-it"}])
def test_what_does_not_exist_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong.values()))):
        plan(clan([]), **wrong)  # type: ignore[arg-type]


def test_archives_are_named_after_what_the_machine_calls_itself() -> None:
    borg = instance("borgbackup", client={"a": {}}, server={"srv": {}})
    made = plan(clan([machine("a", DOCS, host_name="desk"), machine("srv")], borg), compat="clan-core")
    only = made.machines["a"].jobs["srv"]
    assert (only.archive_base_name, only.prune_prefix) == ("desk-srv", "desk-srv")
    assert made.machines["srv"].repos["a"].path == "/var/lib/borgbackup/a"

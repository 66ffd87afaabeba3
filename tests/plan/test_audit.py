"""Copies of state as the 3-2-1 rule counts them; what is not known never counts as saved, nor as off-site."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clanback import services
from clanback.inventory.enabled_services import EnabledService
from clanback.inventory.model import Inventory, UnknownText
from clanback.inventory.own_settings import OwnSettings
from clanback.plan.audit import Audit, Requirement, StateAudit, audit
from clanback.plan.known_services import KNOWN, OPTIONS, STATELESS
from clanback.plan.places import host_of, is_local
from clanback.plan.state_of_services import Declared
from tests.services.clans import clan, instance, machine, state

EXAMPLES = int(os.environ.get("CLANBACK_EXAMPLES", "200"))
BOX = {"box": {"name": "box", "repo": "u1@box.example.org:./a", "rsh": None}}


def audited(inventory: Inventory, **more: Any) -> Audit:
    return audit(inventory, services.plan(inventory, compat=None, secrets="clan"), **more)


def of(inventory: Inventory, name: str = "docs", **more: Any) -> StateAudit:
    return next(one for one in audited(inventory, **more).machines["a"].states if one.name == name)


def saving(*entries: Any, client: dict[str, Any] | None = None, servers: tuple[str, ...] = ("srv",), **more: Any) -> Inventory:
    machines = [machine("a", *(entries or (state("docs", "/home"),))), *(machine(name) for name in servers)]
    return clan(machines, instance("borgbackup", client={"a": client or {}}, server={name: {} for name in servers}), **more)


def sites(**named: str) -> OwnSettings:
    return OwnSettings(sites=named)


def test_the_files_on_the_machine_are_the_first_copy() -> None:
    alone = of(clan([machine("a", state("docs", "/home"))]))
    assert (alone.count, alone.places, alone.off_site, alone.saved) == (1, 1, 0, False)


def test_each_job_is_one_more_copy_at_another_place() -> None:
    found = of(saving(client={"destinations": BOX}, servers=("srv", "nas")))
    assert [copy.place for copy in found.copies] == ["a", "box.example.org", "nas", "srv"]
    assert (found.count, found.places, found.off_site) == (4, 4, 1)
    assert found.three_two_one


def test_a_repository_on_the_machine_itself_is_a_copy_but_no_place() -> None:
    local = {"usb": {"name": "usb", "repo": "/mnt/usb/borg", "rsh": None}}
    found = of(saving(client={"destinations": local}, servers=()))
    assert (found.count, found.places, found.off_site) == (2, 1, 0)
    itself = clan([machine("a", state("docs", "/home"))], instance("borgbackup", client={"a": {}}, server={"a": {}}))
    assert (of(itself).count, of(itself).places) == (2, 1)


def test_a_server_that_keeps_nothing_is_no_copy() -> None:
    inventory = clan(
        [machine("a", state("docs", "/home")), machine("mac", machine_class="darwin")],
        instance("borgbackup", client={"a": {}}, server={"mac": {}, "ghost": {}}),
    )
    assert of(inventory).count == 1


def test_a_server_is_off_site_only_if_both_sites_are_known_and_differ() -> None:
    assert [copy.off_site for copy in of(saving()).copies] == [False, None]
    assert [copy.off_site for copy in of(saving(own=sites(a="home"))).copies] == [False, None]
    assert [copy.off_site for copy in of(saving(own=sites(a="home", srv="home"))).copies] == [False, False]
    assert [copy.off_site for copy in of(saving(own=sites(a="home", srv="office"))).copies] == [False, True]


@pytest.mark.parametrize(
    ("repo", "off_site"),
    [
        ("u1@box.example.org:./a", True),
        ("ssh://u1@box.example.org:23/./a", True),
        ("ssh://[2001:4860:4860::8888]/a", True),
        ("borg@192.168.1.4:a", None),
        ("borg@[fd00::1]:a", None),
        ("ssh://borg@10.0.0.1/a", None),
        ("nas.local:a", None),
        ("nas:a", None),
        ("borg@srv:.", None),
        ("root@a:x", False),
        ("/mnt/usb", False),
        ("file:///mnt/usb", False),
    ],
)
def test_whether_an_external_destination_is_off_site(repo: str, off_site: bool | None) -> None:
    found = of(saving(client={"destinations": {"x": {"name": "x", "repo": repo, "rsh": None}}}, servers=()))
    assert found.copies[1].off_site is off_site


def test_a_destination_may_be_a_machine_of_the_clan_under_another_name() -> None:
    for repo in ("borg@nas.test.lol:a", "ssh://borg@NAS/a", "borg@203.0.113.7:a"):
        client = {"destinations": {"x": {"name": "x", "repo": repo, "rsh": None}}}
        nas = machine("nas", target_host="root@203.0.113.7:2222?x=y")
        inventory = clan([machine("a", state("docs", "/home")), nas], instance("borgbackup", client={"a": client}))
        assert [copy.place for copy in of(inventory).copies] == ["a", "nas"]


def test_the_site_of_a_destination_can_be_said() -> None:
    near = {"x": {"name": "x", "repo": "borg@192.168.1.4:a", "rsh": None}}
    own = OwnSettings(sites={"a": "home"}, destination_sites={"x": "office"})
    assert of(saving(client={"destinations": near}, servers=(), own=own)).off_site == 1
    own = OwnSettings(sites={"a": "home"}, destination_sites={"box": "home"})
    assert of(saving(client={"destinations": BOX}, servers=(), own=own)).off_site == 0


def test_hosts_of_repositories() -> None:
    assert [host_of(repo) for repo in ("u@H:x", "h:x", "ssh://h:22/x", "ssh://u@[::1]:22/x", "u@[::1]:x", "/x", "")] == [
        *("h", "h", "h", "::1", "::1", "", "")
    ]
    assert is_local("relative/path")
    assert not is_local("h:x")


def test_an_exclusion_that_swallows_a_folder_takes_the_copy_away() -> None:
    found = of(saving(state("docs", "/home", "/srv"), client={"exclude": ["/srv"], "destinations": BOX}, servers=()))
    assert (found.count, dict(found.left_out)) == (1, {"/srv": ("box",)})
    assert not found.saved


def test_state_without_folders_has_no_copies() -> None:
    found = of(saving(state("docs"), state("other", "/home")))
    assert (found.count, found.saved, found.three_two_one) == (0, False, False)


def test_unknown_folders_count_for_nothing() -> None:
    found = of(saving(state("docs", unknown=("config.x",)), client={"destinations": BOX}, servers=("srv", "nas")))
    assert (found.count, found.places, found.off_site, found.saved, found.three_two_one) == (0, 0, 0, False, False)
    partly = of(saving(state("docs", "/home", unknown=("config.x",)), client={"destinations": BOX}, servers=("srv", "nas")))
    assert (partly.count, partly.saved, partly.three_two_one) == (4, True, False)
    assert Requirement(copies=2).missing(partly) == ("1 folder that only Nix can know",)
    assert Requirement(copies=2, unknown_allowed=True).missing(partly) == ()


def test_what_is_required() -> None:
    found = of(saving())
    assert Requirement(copies=2).missing(found) == ()
    assert Requirement(copies=3, places=3, off_site=1).missing(found) == (
        *("2 of 3 copies", "2 of 3 places", "0 of 1 off-site copies"),
    )


def test_pinned_host_keys_and_ages_are_told() -> None:
    inventory = clan(
        [machine("a", state("docs", "/home")), machine("srv")],
        instance("borgbackup", client={"a": {"destinations": BOX}}, server={"srv": {}}),
        instance("sshd", server={"srv": {}}),
    )
    found = of(inventory, ages={("a", "srv"): 7200})
    assert [(copy.job, copy.encrypted, copy.pinned, copy.age_seconds) for copy in found.copies] == [
        (None, False, None, None),
        ("box", True, False, None),
        ("srv", True, True, 7200),
    ]


def test_a_job_that_has_no_archive_is_no_copy_once_somebody_asked() -> None:
    assert (of(saving()).count, of(saving(), ages={("a", "srv"): None}).count, of(saving(), ages={("a", "srv"): 60}).count) == (
        2,
        1,
        2,
    )


# Services


def on(name: str, *, certain: bool = True, **options: str | UnknownText) -> dict[str, EnabledService]:
    return {name: EnabledService(name, certain, options)}


def told(enabled: dict[str, EnabledService], *entries: Any) -> list[tuple[str, str | None, Declared]]:
    found = audited(clan([machine("a", *entries)]), services={"a": enabled}).machines["a"].services
    return [(one.service, one.folder, one.declared) for one in found]


def test_a_service_whose_folder_nobody_declares() -> None:
    assert told(on("gitea")) == [("gitea", "/var/lib/gitea", Declared.NO)]
    assert told(on("gitea"), state("git", "/var/lib/gitea/")) == [("gitea", "/var/lib/gitea", Declared.YES)]
    assert told(on("gitea"), state("all", "/var/lib")) == [("gitea", "/var/lib/gitea", Declared.YES)]
    assert told(on("gitea"), state("git", "/var/lib/gitea/dump")) == [("gitea", "/var/lib/gitea", Declared.NO)]


def test_an_option_moves_the_folder() -> None:
    assert told(on("gitea", stateDir="/srv/git"), state("git", "/var/lib/gitea")) == [("gitea", "/srv/git", Declared.NO)]
    assert told(on("audiobookshelf", dataDir="books")) == [("audiobookshelf", "/var/lib/books", Declared.NO)]
    moved = on("gitea", stateDir=UnknownText("config.x", "NixOS knows"))
    assert told(moved, state("git", "/var/lib/gitea")) == [("gitea", None, Declared.UNKNOWN)]


def test_what_only_nix_can_know_may_be_the_folder() -> None:
    entry = state("git", unknown=("config.services.gitea.stateDir",))
    assert told(on("gitea"), entry) == [("gitea", "/var/lib/gitea", Declared.PERHAPS)]
    assert told(on("forgejo"), entry) == [("forgejo", "/var/lib/forgejo", Declared.NO)]


def test_folders_of_dynamic_users_are_links() -> None:
    assert told(on("prowlarr"), state("p", "/var/lib/prowlarr")) == [("prowlarr", "/var/lib/prowlarr", Declared.LINK)]
    assert told(on("prowlarr"), state("p", "/var/lib/private/prowlarr")) == [("prowlarr", "/var/lib/prowlarr", Declared.YES)]
    assert told(on("prowlarr"), state("p", "/var/lib")) == [("prowlarr", "/var/lib/prowlarr", Declared.YES)]


def test_one_of_two_folders_is_enough_where_the_installation_decides() -> None:
    assert told(on("vaultwarden"), state("v", "/var/lib/bitwarden_rs")) == [
        ("vaultwarden", "/var/lib/bitwarden_rs", Declared.YES)
    ]
    assert told(on("vaultwarden")) == [("vaultwarden", "/var/lib/vaultwarden", Declared.NO)]


def test_databases_that_a_service_brings_along() -> None:
    assert told(on("miniflux")) == [("postgresql", "/var/lib/postgresql", Declared.NO)]
    assert told({**on("miniflux"), **on("postgresql")}, state("db", "/var/lib/postgresql")) == [
        ("postgresql", "/var/lib/postgresql", Declared.YES)
    ]
    dumps = state("postgresql-miniflux", "/var/backup/postgres/miniflux")
    assert told(on("miniflux"), dumps) == [("postgresql", "/var/lib/postgresql", Declared.YES)]


def test_services_that_nobody_here_knows() -> None:
    assert told({**on("frobnicator"), **on("nginx")}) == [("frobnicator", None, Declared.UNKNOWN)]


def test_the_table_of_services() -> None:
    assert len(KNOWN) >= 60
    for service in KNOWN.values():
        assert service.module.endswith(".nix")
        assert service.folders or service.database in KNOWN
        assert all(folder.startswith("/var/") for folder in service.folders)
        assert not service.dynamic or all(folder.startswith("/var/lib/") for folder in service.folders)
    assert not STATELESS & set(KNOWN)
    assert set(OPTIONS) <= set(KNOWN)


# Properties


FOLDERS = st.lists(st.sampled_from(["/home", "/srv", "/var/lib/db"]), max_size=2, unique=True)
UNKNOWN = st.lists(st.sampled_from(["config.x", "config.services.gitea.stateDir"]), max_size=2, unique=True)
ENTRY = st.tuples(FOLDERS, UNKNOWN)


@settings(max_examples=EXAMPLES)
@given(
    st.dictionaries(st.sampled_from(["docs", "db", "www"]), ENTRY, min_size=1, max_size=3),
    st.lists(st.sampled_from(["srv", "nas", "a"]), max_size=3, unique=True),
    st.booleans(),
    st.lists(st.sampled_from(["/srv", "*.tmp", "/home/*", "*"]), max_size=2),
    st.dictionaries(st.sampled_from(["a", "srv", "nas"]), st.sampled_from(["home", "office"])),
)
def test_an_unknown_folder_is_never_counted_as_saved(
    entries: dict[str, tuple[list[str], list[str]]],
    servers: list[str],
    external: bool,
    exclude: list[str],
    where: dict[str, str],
) -> None:
    def built(*, unknown: bool) -> Inventory:
        states = [state(name, *known, unknown=tuple(texts) if unknown else ()) for name, (known, texts) in entries.items()]
        machines = [machine("a", *states), machine("srv"), machine("nas")]
        client = {"exclude": exclude, "destinations": BOX if external else {}}
        members = instance("borgbackup", client={"a": client}, server={name: {} for name in servers})
        return clan(machines, members, own=OwnSettings(sites=where))

    with_unknown, without = audited(built(unknown=True)), audited(built(unknown=False))
    for found, known in zip(with_unknown.states, without.states, strict=True):
        # What is unknown adds nothing to any count, and takes the rule's blessing away.
        assert (found.count, found.places, found.off_site, found.saved) == (
            known.count,
            known.places,
            known.off_site,
            known.saved,
        )
        assert not (found.unknown and found.three_two_one)
        assert not (found.unknown and not Requirement().missing(found))
        assert found.saved <= bool(found.folders)
        assert found.count <= 1 + len(servers) + external
        assert found.off_site <= max(0, found.count - 1)
        assert found.places <= max(found.count, 0)

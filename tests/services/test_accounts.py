"""What the users and sshd services plan, beyond the cases."""

from __future__ import annotations

from typing import Any

from clanback.inventory.model import ModulePart, Role
from clanback.plan.model import PublicValue
from clanback.services import plan
from tests.services.clans import USER, clan, instance, machine, state


def user(**said: Any) -> dict[str, Any]:
    keys = said.pop("keys", [])
    return {**USER, **said, "openssh": {"authorizedKeys": {"keys": keys, "keyFiles": []}}}


def test_the_user_is_named_after_the_instance() -> None:
    made = plan(clan([machine("a")], instance("users", "bob", default={"a": {}})))
    assert list(made.machines["a"].users) == ["bob"]
    assert made.settings["bob"]["default"]["a"] is not None
    assert made.settings["bob"]["default"]["a"]["user"] == "bob"


def test_an_identity_without_account_still_makes_users_immutable() -> None:
    made = plan(clan([machine("a")], instance("users", "bob", default={"a": user(systemUser=False)}))).machines["a"]
    assert (made.users, made.generators, made.mutable_users) == ({}, {}, False)


def test_a_shared_password_lies_where_all_find_it() -> None:
    made = plan(clan([machine("a")], instance("users", "bob", default={"a": user(share=True)}))).machines["a"]
    assert made.generators["user-password-bob"].share
    hashed = made.users["bob"].hashed_password_file
    assert hashed is not None
    assert hashed.path == "/run/secrets-for-users/vars/shared/user-password-bob/user-password-hash"


def test_two_instances_may_add_to_one_user() -> None:
    one = instance("users", "one", default={"a": user(user="eve", groups=["wheel"], keys=["k1\n"])})
    two = instance("users", "two", default={"a": user(user="eve", groups=["video"], keys=["k2"])})
    made = plan(clan([machine("a")], one, two))
    eve = made.machines["a"].users["eve"]
    assert (eve.groups, eve.keys) == (("wheel", "video"), ("k1", "k2"))
    assert made.diagnostics == ()


def test_two_instances_may_not_disagree_on_whose_password_it_is() -> None:
    one = instance("users", "one", default={"a": user(user="eve")})
    two = instance("users", "two", default={"a": user(user="eve", share=True)})
    assert [d.code for d in plan(clan([machine("a")], one, two)).diagnostics] == ["CB303"]


def test_roots_keys_are_those_of_the_service_by_name_and_its_own() -> None:
    settings = {"authorizedKeys": {"z": "Z\n", "a": "A"}, "generateRootKey": True}
    sshd = plan(clan([machine("a")], instance("sshd", server={"a": settings}))).machines["a"].sshd
    assert sshd is not None
    assert sshd.root_keys == ("A", "Z", PublicValue("per-machine/a/sshd-root-key/id_ed25519.pub", None))


def test_clients_trust_the_authority_for_the_domains_of_all_servers() -> None:
    domains = lambda *names: {"certificate": {"enable": True, "searchDomains": list(names)}}  # noqa: E731
    service = instance(
        "sshd", client={"a": {"certificate": {"searchDomains": ["c"]}}}, server={"b": domains("z", "y"), "d": domains("y")}
    )
    made = plan(clan([machine("a"), machine("b"), machine("d")], service)).machines
    (host,) = made["a"].known_hosts
    assert host.extra_host_names == ("*.test.lol", "*.c", "*.y", "*.z")
    assert made["b"].generators["openssh-cert"].settings == {"name": "b", "domains": ["test.lol", "y", "z"]}
    assert not made["a"].ssh_server


def test_without_certificates_clients_have_nothing_to_trust() -> None:
    service = instance("sshd", client={"a": {}}, server={"b": {"certificate": {"enable": False, "searchDomains": []}}})
    made = plan(clan([machine("a"), machine("b")], service)).machines["a"]
    assert (made.known_hosts, made.generators) == ((), {})


def test_extra_modules_of_roles_merge_as_nixos_merges_them() -> None:
    part = ModulePart(("{ }",), None)
    borg = instance("borgbackup", client={"a": {}}, server={"srv": {}})
    client = Role("client", borg.roles["client"].members, (part,), ("from the role",), {"data": state("data", "/role")})
    inventory = clan(
        [machine("a", state("data", "/own", preBackupScript="x"), tmpfiles=("own",)), machine("srv")],
        type(borg)(borg.name, borg.service, None, False, {**borg.roles, "client": client}),
    )
    made = plan(inventory).machines
    assert made["a"].tmpfiles == ("from the role", "own")
    assert made["a"].jobs["srv"].paths == ("/own", "/role")
    assert made["a"].extra_modules == (part,)
    assert made["a"].pre_backup == ("data",)
    assert made["srv"].tmpfiles == ()


def test_state_may_come_from_extra_modules_that_are_not_understood() -> None:
    borg = instance("borgbackup", client={"a": {}}, server={"srv": {}})
    importer = instance("importer", default={"a": {}})
    role = Role("default", {"a": None}, extra_state_complete=False)
    importer = type(importer)(importer.name, importer.service, None, True, {"default": role})
    made = plan(clan([machine("a"), machine("srv")], borg, importer)).machines
    assert not made["a"].state_complete
    assert made["srv"].state_complete
    assert list(made["a"].jobs) == ["srv"]

"""What the checks of topology, borgbackup, access and placeholders say, and above all what they do not say."""

from __future__ import annotations

from typing import Any

import pytest

from clanback import checks
from clanback.checks.access import key_problem
from clanback.checks.addresses import address_problem
from clanback.checks.placeholders import is_placeholder
from clanback.diagnostics import Diagnostic
from clanback.inventory.model import Inventory, Machine
from clanback.services import plan
from tests.services.clans import USER, clan, instance, machine, state

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMYQpZ0ZQ2HkJ0cYqW8n7lZ5oR7mE2S8vVw0n3p1bKxT"
DOCS = state("docs", "/home/a/docs")
SSHD = instance("sshd", server={"srv": {}})


def found(inventory: Inventory, *, compat: str | None = None) -> list[Diagnostic]:
    """All findings but that a host key is not pinned, which `SSHD` would mend, and what has tests of its own."""
    made = plan(inventory, compat=compat)
    assert made.diagnostics == ()
    return [finding for finding in checks.check(inventory, made) if finding.code not in ("CB420", "CB438", "CB457")]


def codes(inventory: Inventory, *, compat: str | None = None) -> list[str]:
    return [finding.code for finding in found(inventory, compat=compat)]


def two(client: dict[str, Any] | None = None, server: dict[str, Any] | None = None, *entries: Any, **more: Any) -> Inventory:
    """Machines `a` and `srv`, where `a` saves to `srv`."""
    borg = instance("borgbackup", client={"a": client or {}}, server={"srv": server or {}})
    return clan([machine("a", *(entries or (DOCS,)), **more), machine("srv")], borg)


def test_nothing_is_wrong_with_a_clan_that_is_right() -> None:
    assert codes(two({"startAt": "Sun 03:00"}, {"address": "192.0.2.1"})) == []


class TestClients:
    def test_with_state_but_no_server(self) -> None:
        assert codes(clan([machine("a", DOCS)], instance("borgbackup", client={"a": {}}))) == ["CB401"]

    def test_a_destination_is_enough(self) -> None:
        box = {"destinations": {"box": {"name": "box", "repo": "u@h:r", "rsh": None}}}
        assert codes(clan([machine("a", DOCS)], instance("borgbackup", client={"a": box}))) == []

    def test_all_clients_with_the_same_fault_are_told_of_at_once(self) -> None:
        names = [f"m{n:02}" for n in range(12)]
        (one,) = found(clan([machine(n, DOCS) for n in names], instance("borgbackup", client={n: {} for n in names})))
        assert "m00, m01, m02 and 9 more" in one.message

    def test_without_state(self) -> None:
        inventory = clan([machine("a"), machine("srv")], instance("borgbackup", client={"a": {}}, server={"srv": {}}))
        assert codes(inventory) == ["CB402"]

    def test_nothing_is_said_of_state_that_may_be_declared_elsewhere(self) -> None:
        inventory = clan(
            [machine("a", state_complete=False), machine("srv")], instance("borgbackup", client={"a": {}}, server={"srv": {}})
        )
        assert codes(inventory) == []

    def test_whose_state_has_no_folders(self) -> None:
        (one,) = found(two(None, None, state("db", preBackupScript="dump")))
        assert (one.code, one.severity.value) == ("CB403", "error")

    def test_part_of_whose_state_has_no_folders(self) -> None:
        (one,) = found(two(None, None, state("db", preBackupScript="dump"), DOCS))
        assert (one.code, one.severity.value) == ("CB403", "warning")

    @pytest.mark.parametrize("entry", [state("db", unknown=("config.x",))])
    def test_folders_that_only_nixos_knows_are_folders(self, entry: Any) -> None:
        assert codes(two(None, None, entry)) == []

    def test_folders_that_other_modules_may_add_are_not_missed(self) -> None:
        assert codes(two(None, None, state("db"), state_complete=False)) == []


class TestServers:
    def test_without_clients(self) -> None:
        assert codes(clan([machine("srv")], instance("borgbackup", server={"srv": {}}))) == ["CB404"]

    def test_of_one_address(self) -> None:
        borg = instance("borgbackup", client={"a": {}}, server={"srv": {"address": "10.0.0.9"}, "far": {"address": "10.0.0.9"}})
        assert codes(clan([machine("a", DOCS), machine("srv"), machine("far")], borg)) == ["CB405"]

    def test_without_address_are_reached_by_name(self) -> None:
        borg = instance("borgbackup", client={"a": {}}, server={"srv": {}, "far": {}})
        assert codes(clan([machine("a", DOCS), machine("srv"), machine("far")], borg)) == []

    @pytest.mark.parametrize("directory", ["backups", "~/backups", "./b", ""])
    def test_whose_directory_is_not_absolute(self, directory: str) -> None:
        assert codes(two(None, {"directory": directory})) == ["CB411"]

    @pytest.mark.parametrize(
        "address", ["root@192.0.2.1", "host:22", "[fd00::1]:22", "ssh://host", "10.0.0.1/24", "two words", "", "-oProxyCommand=x"]
    )
    def test_at_no_address(self, address: str) -> None:
        assert codes(two(None, {"address": address})) == ["CB416"]

    @pytest.mark.parametrize(
        "address", ["host", "a.b.example", "192.0.2.1", "fd00::1", "[fd00::1]", "::1", "xn--bcher-kva.example"]
    )
    def test_at_an_address(self, address: str) -> None:
        assert address_problem(address) is None

    def test_clan_core_cannot_reach_an_ipv6_address(self) -> None:
        assert codes(two(None, {"address": "fd00::1"}), compat="clan-core") == ["CB416"]
        assert codes(two(None, {"address": "fd00::1"})) == []


class TestRepositories:
    def clients(self, repo: str) -> Inventory:
        box = {"destinations": {"box": {"name": "box", "repo": repo, "rsh": None}}}
        return clan([machine("a", DOCS), machine("b", DOCS)], instance("borgbackup", client={"a": box, "b": box}))

    def test_of_two_clients(self) -> None:
        assert codes(self.clients("u@h:/./all")) == ["CB408"]

    def test_of_one_path_on_two_machines_are_two(self) -> None:
        assert codes(self.clients("/mnt/usb/borg")) == []

    def test_of_two_jobs(self) -> None:
        boxes = {name: {"name": name, "repo": repo, "rsh": None} for name, repo in (("one", "u@h:r"), ("two", "u@h:r/"))}
        assert codes(clan([machine("a", DOCS)], instance("borgbackup", client={"a": {"destinations": boxes}}))) == ["CB415"]

    def test_pruned_by_a_name_that_begins_alike_with_clan_core(self) -> None:
        boxes = {name: {"name": name, "repo": "u@h:r", "rsh": None} for name in ("one", "one-more")}
        inventory = clan([machine("a", DOCS)], instance("borgbackup", client={"a": {"destinations": boxes}}))
        assert codes(inventory, compat="clan-core") == ["CB415", "CB422"]

    def test_that_replace_a_server(self) -> None:
        assert codes(two({"destinations": {"srv": {"name": "srv", "repo": "u@h:r", "rsh": None}}})) == ["CB409"]

    def test_that_are_named_otherwise(self) -> None:
        assert codes(two({"destinations": {"box": {"name": "cellar", "repo": "u@h:r", "rsh": None}}})) == ["CB417"]


class TestBackupsOfBackups:
    def itself(self, folder: str, client: dict[str, Any] | None = None, servers: tuple[str, ...] = ("srv",)) -> Inventory:
        borg = instance("borgbackup", client={"srv": client or {}}, server={name: {} for name in servers})
        return clan([machine("srv", state("all", folder)), machine("far")], borg)

    def test_the_only_copy_on_the_same_machine(self) -> None:
        assert codes(self.itself("/home")) == ["CB413"]

    def test_a_second_copy_elsewhere(self) -> None:
        assert codes(self.itself("/home", servers=("srv", "far"))) == []

    @pytest.mark.parametrize("folder", ["/var/lib", "/", "/var/lib/borgbackup/", "/var/lib/borgbackup/srv"])
    def test_that_grow_without_end(self, folder: str) -> None:
        said = sorted((f.code, f.severity.value) for f in found(self.itself(folder)))
        assert said == [("CB412", "error"), ("CB413", "warning")]

    @pytest.mark.parametrize("exclude", ["/var/lib/borgbackup", "/var/lib/borg*", "sh:/var/**/borgbackup"])
    def test_that_leave_the_repositories_out(self, exclude: str) -> None:
        assert codes(self.itself("/var/lib", {"exclude": [exclude]})) == ["CB413"]

    def test_that_go_elsewhere_are_only_large(self) -> None:
        borg = instance("borgbackup", client={"srv": {}, "a": {}}, server={"far": {}})
        more = instance("borgbackup", "more", client={"a": {}}, server={"srv": {}})
        inventory = clan([machine("srv", state("all", "/var")), machine("a", DOCS), machine("far")], borg, more)
        assert [(f.code, f.severity.value) for f in found(inventory)] == [("CB412", "warning")]


class TestSettings:
    def test_start(self) -> None:
        (one,) = found(two({"startAt": "every night"}))
        assert one.code == "CB410"
        assert "every night" in one.message

    def test_relative_folders(self) -> None:
        assert codes(two(None, None, state("docs", "home/a", "/ok"))) == ["CB414"]

    def test_host_keys_that_are_not_pinned(self) -> None:
        inventory = two()
        assert [f.code for f in checks.check(inventory, plan(inventory))] == ["CB420"]
        pinned = clan(list(inventory.machines.values()), *inventory.instances.values(), SSHD)
        assert [f.code for f in checks.check(pinned, plan(pinned))] == []


class TestWhatOurModulesMend:
    def both(self, inventory: Inventory) -> tuple[list[str], list[str]]:
        return codes(inventory), codes(inventory, compat="clan-core")

    def test_hooks_of_jobs_that_start_together(self) -> None:
        borg = instance("borgbackup", client={"a": {}}, server={"srv": {}, "far": {}})
        inventory = clan([machine("a", state("db", "/db", preBackupScript="x")), machine("srv"), machine("far")], borg)
        assert self.both(inventory) == ([], ["CB418"])

    def test_clients_that_start_together(self) -> None:
        names = [f"m{n}" for n in range(10)]
        borg = instance("borgbackup", client={n: {} for n in names}, server={"srv": {}})
        assert self.both(clan([*(machine(n, DOCS) for n in names), machine("srv")], borg)) == ([], ["CB419"])

    def test_folders_with_colons(self) -> None:
        assert self.both(two(None, None, state("docs", "/a:b"))) == ([], ["CB421"])


class TestAccess:
    def keys(self, *keys: str) -> Inventory:
        users = instance(
            "users", "eve", default={"a": {**USER, "openssh": {"authorizedKeys": {"keys": list(keys), "keyFiles": []}}}}
        )
        return clan([machine("a", root_keys=(KEY,))], users)

    def test_good_keys(self) -> None:
        assert codes(self.keys(KEY, f"{KEY} eve@laptop", f'from="10.0.0.0/8",no-pty {KEY} x\n')) == []

    @pytest.mark.parametrize(
        "key",
        [
            *("", "hello", "ssh-ed25519", "ssh-ed25519 AAAA", KEY[:-10], KEY.replace("ssh-ed25519", "ssh-rsa"), f"{KEY}\n{KEY}"),
            *("-----BEGIN OPENSSH PRIVATE KEY-----", KEY.replace("AAAAC3", "äöü")),
        ],
    )
    def test_what_is_no_key(self, key: str) -> None:
        assert key_problem(key)
        assert codes(self.keys(key)) == ["CB302"]

    def test_roots_keys_are_looked_at_too(self) -> None:
        assert codes(clan([machine("srv")], instance("sshd", server={"srv": {"authorizedKeys": {"me": "nonsense"}}}))) == [
            "CB302"
        ]

    def test_services_on_other_systems(self) -> None:
        inventory = two()
        machines = {**inventory.machines, "a": Machine("a", ("all",), "darwin", state={"docs": DOCS})}
        assert codes(clan(list(machines.values()), *inventory.instances.values())) == ["CB305"]

    def test_a_machine_that_nobody_can_log_in_to(self) -> None:
        users = instance("users", "bob", default={"a": {}})
        assert codes(clan([machine("a")], users)) == ["CB304"]
        assert codes(clan([machine("a", root_keys=(KEY,))], users)) == []
        assert codes(clan([machine("a")], instance("users", "bob", default={"a": {"groups": ["wheel"]}}))) == []
        assert codes(clan([machine("a")], instance("users", "root", default={"a": {}}))) == []


class TestPlaceholders:
    @pytest.mark.parametrize(
        "text",
        [
            "<IP-ADDRESS>",
            "root@<IP-ADDRESS>",
            "PASTE_YOUR_KEY_HERE",
            "<YOUR KEY>",
            "ssh-ed25519 YOUR_KEY",
            "CHANGEME",
            "REPLACE_ME",
        ],
    )
    def test_are_seen(self, text: str) -> None:
        assert is_placeholder(text)

    @pytest.mark.parametrize(
        "text", [KEY, "NAS", "your-storagebox.de", "u1@u1.your-storagebox.de:./x", "<a@b.example>", "Todos", "ROOT"]
    )
    def test_ordinary_texts_are_none(self, text: str) -> None:
        assert not is_placeholder(text)

    def test_wherever_they_are(self) -> None:
        inventory = two(None, {"address": "<IP-ADDRESS>"}, DOCS, target_host="root@<IP-ADDRESS>")
        said = [(f.code, f.message) for f in found(inventory)]
        assert [code for code, _ in said] == ["CB301", "CB301"]
        assert {message.split(" for ")[0] for _, message in said} == {"targetHost", "address of instance borgbackup"}

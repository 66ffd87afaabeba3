"""`show --json`, format 1, and the round trip of models through plain values."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clanback.inventory.model import Inventory, Place, RepositoryPath
from clanback.plan.model import Plan
from clanback.plan.serialise import structure, unstructure
from clanback.plan.show import to_json
from clanback.services import plan
from tests.services.clans import clan, instance, machine, state
from tests.services.facts import EXPECTED, case_name, inventory_of, load

INVENTORY = clan(
    [machine("a", state("docs", "/docs", unknown=("config.x",), preBackupScript="p")), machine("srv", target_host="root@srv")],
    instance("borgbackup", client={"a": {}}, server={"srv": {}}),
    instance("zerotier", peer={"a": {}}),
)


def test_has_the_keys_of_format_1() -> None:
    shown = to_json(INVENTORY, plan(INVENTORY))
    assert list(shown) == ["format_version", "meta", "tags", "machines", "instances", "plan", "diagnostics"]
    assert shown["format_version"] == 1
    assert shown["machines"]["srv"] == {"tags": ["all", "nixos"], "machineClass": "nixos", "targetHost": "root@srv"}
    assert shown["instances"]["zerotier"] == {"service": "zerotier", "input": None, "roles": {"peer": {"a": None}}}
    a = shown["plan"]["a"]
    assert set(a) >= {"jobs", "repos", "state", "tmpfiles"}
    assert set(a["jobs"]["srv"]) == {
        *("repo", "rsh", "paths", "unknown_paths", "exclude", "start_at", "compression", "prune"),
    }
    assert a["jobs"]["srv"]["unknown_paths"] == ["config.x"]
    assert a["state"]["docs"] == {"folders": ["/docs"], "unknown_folders": ["config.x"], "hooks": ["preBackupScript"]}
    assert set(shown["plan"]["srv"]["repos"]["a"]) == {"path", "authorized_keys"}


def test_is_json_and_the_same_each_time() -> None:
    texts = {json.dumps(to_json(INVENTORY, plan(INVENTORY))) for _ in range(2)}
    assert len(texts) == 1


@pytest.mark.parametrize("path", EXPECTED[::5], ids=case_name)
def test_models_survive_the_round_trip(path: Path) -> None:
    inventory = inventory_of(load(path))
    made = plan(inventory)
    assert structure(json.loads(json.dumps(unstructure(inventory))), Inventory) == inventory
    assert structure(json.loads(json.dumps(unstructure(made))), Plan) == made


def test_unions_survive_the_round_trip() -> None:
    files = {"openssh": {"authorizedKeys": {"keys": ["k"], "keyFiles": [RepositoryPath("keys/a.pub"), "/etc/b.pub"]}}}
    inventory = clan(
        [machine("a", state("docs", "/d", unknown=("config.x",)), place=Place("clan.nix", 1, 2, 3, 4))],
        instance("users", default={"a": files}),
        instance("sshd", server={"a": {"generateRootKey": True, "authorizedKeys": {"k": "ssh-ed25519 K"}}}),
    )
    made = plan(inventory)
    assert structure(json.loads(json.dumps(unstructure(made))), Plan) == made
    assert structure(json.loads(json.dumps(unstructure(inventory))), Inventory) == inventory
    shown = to_json(inventory, made)["instances"]["users"]["roles"]["default"]["a"]
    assert shown["openssh"]["authorizedKeys"]["keyFiles"] == ["./keys/a.pub", "/etc/b.pub"]

"""What the language server answers: hover, completion, definitions, renaming, code actions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.editor.client import Client, applied
from tests.editor.conftest import TUTORIAL, changed


def labels(completion: dict[str, Any]) -> list[str]:
    return [item["label"] for item in completion["items"]]


# -- hover -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marked", "after", "said"),
    [
        ("settings.directory", 10, ['`"/var/lib/borgbackup"`', "the only definition", "Default"]),
        ('"alice-laptop" = { };\n      roles.server', 2, ["a machine", "borg@192.0.2.12:.", "client of borgbackup"]),
        ("tags.all = { };\n      roles.server", 6, ["a tag of 2 machines", "server of sshd"]),
        ("borgbackup = {", 2, ["an instance of the service borgbackup", "client: alice\\-laptop"]),
        ("client.machines", 2, ["a role of borgbackup", "1 members"]),
        ("my-documents", 2, ["state of alice", "`/home/alice/documents`", "saved to `borg@192.0.2.12:.`"]),
        ('deploy.targetHost = "root@192.0.2.11"', 9, ["Where the machine is reached"]),
        ("prompt = true", 2, ["2 machines: `true`", "the only definition"]),
    ],
)
def test_hover_says_what_things_come_to(client: Client, marked: str, after: int, said: list[str]) -> None:
    client.open("clan.nix")
    shown = client.request("textDocument/hover", client.at("clan.nix", TUTORIAL, marked, after=after))["contents"]
    assert shown["kind"] == "markdown"
    for words in said:
        assert words.replace("\\", "") in shown["value"].replace("\\", ""), shown["value"]


def test_hover_explains_the_code_of_a_finding(client: Client) -> None:
    text = changed("settings.directory", "settings.directoy")
    client.open("clan.nix", text)
    shown = client.request("textDocument/hover", client.at("clan.nix", text, "directoy", after=2))["contents"]["value"]
    assert "**CB201**" in shown


# -- completion --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("inventory.", {"machines", "instances", "tags", "meta"}),
        ("inventory.instances.borgbackup.roles.", {"client", "server"}),
        ("inventory.instances.borgbackup.roles.client.", {"machines", "tags", "settings", "extraModules"}),
        ("inventory.instances.borgbackup.roles.client.settings.", {"startAt", "exclude", "destinations"}),
        ('inventory.instances.x.module.name = "', {"borgbackup", "users", "sshd", "wifi"}),
        ("inventory.instances.borgbackup.roles.client.machines.", {"alice-laptop", "backup-server"}),
        ("inventory.instances.borgbackup.roles.client.tags.", {"all", "nixos", "darwin"}),
        ('inventory.instances.borgbackup.roles.client.tags = [ "', {"all", "nixos", "darwin"}),
        ("inventory.machines.x.", {"tags", "deploy", "machineClass"}),
        ("inventory.machines.x.machineClass = ", {'"nixos"', '"darwin"'}),
        ('inventory.machines.x.tags = [ "n', {"nixos"}),
        ('inventory.tags.x = [ "ali', {"alice-laptop"}),
        ("machines.alice-laptop.clan.core.state.x.", {"folders", "preBackupScript", "postBackupScript"}),
        ("inventory.instances.user-alice.roles.default.settings.prompt = ", {"true", "false"}),
        ("inventory.instances.borgbackup.roles.client.machines.alice-laptop.settings.destinations.x.", {"repo", "rsh"}),
    ],
)
def test_completion_in_a_text_that_is_being_typed(client: Client, typed: str, offered: set[str]) -> None:
    client.open("clan.nix")
    text = changed("  # The machines, and how", f"  {typed}\n  # The machines, and how")
    client.change("clan.nix", text)
    items = client.request("textDocument/completion", client.at("clan.nix", text, typed, after=len(typed)))
    assert offered <= set(labels(items)), labels(items)
    for item in items["items"]:  # what is inserted replaces what was typed, and nothing else
        made = applied(text, [item["textEdit"]])
        assert made[: text.index(typed)] == text[: text.index(typed)]
        assert made.endswith(text[text.index(typed) + len(typed) :])


def test_nothing_is_offered_in_comments_and_scripts(client: Client) -> None:
    for typed in ("# inventory.", "x = ''\n inventory.", 'x = "${inventory.'):
        text = changed("  # The machines, and how", f"  {typed}\n  # The machines, and how")
        client.open("clan.nix", text)
        assert labels(client.request("textDocument/completion", client.at("clan.nix", text, typed, after=len(typed)))) == []


# -- definition --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marked", "after", "nth", "declared"),
    [
        ('machines."alice-laptop"', 12, 0, "alice-laptop = {\n      deploy"),
        ("alice-laptop =\n", 3, 0, "alice-laptop = {\n      deploy"),
        ('"office" ]', 2, 0, "office = ["),
    ],
)
def test_definition(client: Client, marked: str, after: int, nth: int, declared: str) -> None:
    text = (
        changed("alice-laptop = {\n      deploy", "alice-laptop = {\n      deploy")
        .replace(
            "  inventory.instances = {", '  inventory.tags = { office = [ "backup-server" ]; };\n  inventory.instances = {', 1
        )
        .replace("tags = [ ];", 'tags = [ "office" ];', 1)
    )
    client.open("clan.nix", text)
    found = client.request("textDocument/definition", client.at("clan.nix", text, marked, after=after, nth=nth))
    line = text[: text.index(declared)].count("\n")
    assert line in [one["range"]["start"]["line"] for one in found]


def test_definition_of_a_path_is_the_file(client: Client, tmp_path: Path) -> None:
    (tmp_path / "laptop.nix").write_text("{ }")
    text = changed("machines = {\n    alice-laptop =\n", "machines = {\n    backup-server = ./laptop.nix;\n    alice-laptop =\n")
    client.open("clan.nix", text)
    (found,) = client.request("textDocument/definition", client.at("clan.nix", text, "./laptop.nix", after=4))
    assert found["uri"] == client.uri("laptop.nix")


# -- rename ------------------------------------------------------------------------------------------------------------


def renamed(client: Client, file: str, text: str, marked: str, new: str, *, after: int = 2) -> dict[str, Any]:
    params = {**client.at(file, text, marked, after=after), "newName": new}
    edit: dict[str, Any] = client.request("textDocument/rename", params)
    return edit


def test_rename_of_a_machine_everywhere(client: Client, tmp_path: Path) -> None:
    (tmp_path / "clanback.toml").write_text("[machines.alice-laptop]\nrandom_delay = 60\n")
    (tmp_path / "more.nix").write_text('{ inventory.tags.office = [ "alice-laptop" ]; }\n')
    text = changed(
        '  meta.name = "my-backup-clan";', '  imports = [ ./more.nix ];\n  meta.name = "my-backup-clan"; # alice-laptop'
    )
    client.open("clan.nix", text)
    where = client.at("clan.nix", text, "alice-laptop = {", after=3)
    assert client.request("textDocument/prepareRename", where)["placeholder"] == "alice-laptop"
    edit = renamed(client, "clan.nix", text, "alice-laptop = {", "bob-desk")
    made = {Path(one["textDocument"]["uri"].removeprefix("file://")).name: one["edits"] for one in edit["documentChanges"]}
    assert set(made) == {"clan.nix", "more.nix", "clanback.toml"}
    new = applied(text, made["clan.nix"])
    assert new == text.replace("alice-laptop", "bob-desk").replace("# bob-desk", "# alice-laptop")
    assert applied((tmp_path / "more.nix").read_text(), made["more.nix"]) == '{ inventory.tags.office = [ "bob-desk" ]; }\n'
    assert applied((tmp_path / "clanback.toml").read_text(), made["clanback.toml"]).startswith("[machines.bob-desk]\n")
    warned = [message["params"]["message"] for message in client.messages if message["method"] == "window/showMessage"]
    assert any("/var/lib/borgbackup/alice-laptop" in message for message in warned)


def test_names_of_folders_move_with_it(client: Client, tmp_path: Path) -> None:
    (tmp_path / "machines/alice-laptop").mkdir(parents=True)
    (tmp_path / "machines/alice-laptop/configuration.nix").write_text("{ }")
    (tmp_path / "vars/per-machine/alice-laptop").mkdir(parents=True)
    client.open("clan.nix")
    edit = renamed(client, "clan.nix", TUTORIAL, "alice-laptop = {", "bob")
    moves = [(one["oldUri"], one["newUri"]) for one in edit["documentChanges"] if one.get("kind") == "rename"]
    assert moves == [
        (client.uri("machines/alice-laptop"), client.uri("machines/bob")),
        (client.uri("vars/per-machine/alice-laptop"), client.uri("vars/per-machine/bob")),
    ]


def test_an_editor_that_cannot_move_folders_is_told(tmp_path: Path) -> None:
    (tmp_path / "clan.nix").write_text(TUTORIAL)
    (tmp_path / "machines/alice-laptop").mkdir(parents=True)
    client = Client(tmp_path, {"workspace": {"workspaceEdit": {"documentChanges": True}}})
    client.open("clan.nix")
    params = {**client.at("clan.nix", TUTORIAL, "alice-laptop = {", after=2), "newName": "bob"}
    assert "machines/alice-laptop" in client.failing("textDocument/rename", params)["message"]
    client.kill()


@pytest.mark.parametrize(
    ("marked", "new", "said"),
    [
        ("alice-laptop = {", "backup-server", "there is a machine backup-server already"),
        ("alice-laptop = {", "no good", "cannot be the name of a machine"),
        ("sshd = {", "ssh", "only machines can be renamed"),
    ],
)
def test_what_cannot_be_renamed_is_refused(client: Client, marked: str, new: str, said: str) -> None:
    client.open("clan.nix")
    params = {**client.at("clan.nix", TUTORIAL, marked, after=2), "newName": new}
    assert said in client.failing("textDocument/rename", params)["message"]


def test_a_name_that_is_computed_is_refused(client: Client) -> None:
    text = changed('roles.client.machines."alice-laptop" = { };', 'roles.client.machines.${"alice" + "-laptop"} = { };')
    client.open("clan.nix", text)
    params = {**client.at("clan.nix", text, "alice-laptop = {", after=2), "newName": "bob"}
    assert client.failing("textDocument/rename", params)["message"]


# -- code actions ------------------------------------------------------------------------------------------------------


def test_what_was_meant_is_offered(client: Client) -> None:
    text = changed('roles.server.machines."backup-server"', 'roles.server.machines."backup-sever"')
    client.open("clan.nix", text)
    where = client.at("clan.nix", text, "backup-sever", after=2)
    actions = client.request(
        "textDocument/codeAction",
        {
            "textDocument": where["textDocument"],
            "range": {"start": where["position"], "end": where["position"]},
            "context": {"diagnostics": []},
        },
    )
    (action,) = [one for one in actions if "backup-server" in one["title"]]
    assert action["kind"] == "quickfix"
    assert applied(text, action["edit"]["changes"][client.uri("clan.nix")]) == TUTORIAL

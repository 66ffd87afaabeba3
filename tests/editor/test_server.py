"""`clanback lsp`, driven over stdio as an editor drives it: findings while typing, and what goes wrong."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.cases.compare import run
from tests.editor.client import Client
from tests.editor.conftest import TUTORIAL, changed

# -- diagnostics -------------------------------------------------------------------------------------------------------


def test_findings_come_while_typing_and_go_when_mended(own_client: Client) -> None:
    own_client.open("clan.nix")
    own_client.change("clan.nix", changed("settings.directory", "settings.directoy"))
    found = own_client.diagnostics("clan.nix")
    assert [one["code"] for one in found] == ["CB201"]
    (one,) = found
    assert one["source"] == "clanback"
    assert one["severity"] == 1
    assert "did you mean `directory`?" in one["message"]
    line = changed("settings.directory", "settings.directoy").split("\n")[one["range"]["start"]["line"]]
    assert line[one["range"]["start"]["character"] : one["range"]["end"]["character"]] == "directoy"
    own_client.change("clan.nix", TUTORIAL)
    assert own_client.diagnostics("clan.nix") == []
    assert own_client.close() == 0


def test_they_are_those_of_check(client: Client, tmp_path: Path) -> None:
    wrong = changed("roles.server.tags.all", "roles.server.tags.al")
    wrong = wrong.replace('"/var/lib/borgbackup"', '"relative"').replace("root@192.0.2.11", "root@<IP-ADDRESS>")
    client.open("clan.nix", wrong)
    found = client.diagnostics("clan.nix")
    (tmp_path / "clan.nix").write_text(wrong)
    told = json.loads(run("--clan", str(tmp_path), "-v", "check", "--format", "json")[1])["diagnostics"]
    assert len(found) > 2
    assert [(one["code"], one["range"]["start"]["line"] + 1, one["range"]["start"]["character"] + 1) for one in found] == [
        (one["code"], one["line"], one["column"]) for one in told
    ]


def test_places_are_counted_in_utf_16(client: Client) -> None:
    text = changed("# where clients find the server", "").replace("settings.address = ", "/* 🦀é */ settings.adress = ")
    client.open("clan.nix", text)
    (one,) = client.diagnostics("clan.nix")
    line = text.split("\n")[one["range"]["start"]["line"]].encode("utf-16-le")
    start, end = (2 * one["range"][at]["character"] for at in ("start", "end"))
    assert line[start:end].decode("utf-16-le") == "adress"


def test_a_conflict_names_the_other_place(client: Client) -> None:
    text = changed(
        'roles.client.machines."alice-laptop" = { };',
        """
      roles.client.machines."alice-laptop".settings.startAt = "daily";
      roles.client.settings.startAt = "hourly";""",
    )
    client.open("clan.nix", text)
    found = next(one for one in client.diagnostics("clan.nix") if one["code"] == "CB203")
    (related,) = found["relatedInformation"]
    assert related["location"]["uri"] == client.uri("clan.nix")
    assert related["location"]["range"]["start"]["line"] != found["range"]["start"]["line"]


def test_a_file_that_is_imported_gets_its_own(client: Client, tmp_path: Path) -> None:
    (tmp_path / "laptop.nix").write_text('{ clan.core.state.docs.folder = [ "/docs" ]; }\n')
    client.open(
        "clan.nix",
        changed("machines = {\n    alice-laptop =\n", "machines = {\n    backup-server = ./laptop.nix;\n    alice-laptop =\n"),
    )
    assert any("folders" in one["message"] for one in client.diagnostics("laptop.nix"))
    client.open("laptop.nix", '{ clan.core.state.docs.folders = [ "/docs" ]; }\n')
    assert not any("did you mean" in one["message"] for one in client.diagnostics("laptop.nix"))


def test_what_others_write_is_seen(client: Client, tmp_path: Path) -> None:
    client.open("clan.nix")
    assert client.request("textDocument/hover", client.at("clan.nix", TUTORIAL, "sshd = {"))
    (tmp_path / "clanback.toml").write_text("quata = 1\n")
    assert any(message["method"] == "client/registerCapability" for message in client.messages)
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": client.uri("clanback.toml"), "type": 1}]})
    assert [one["code"] for one in client.diagnostics("clanback.toml")] == ["CB231"]


# -- what goes wrong ---------------------------------------------------------------------------------------------------


def test_a_broken_text_gets_the_last_good_answers(client: Client) -> None:
    client.open("clan.nix")
    question = client.at("clan.nix", TUTORIAL, "borgbackup = {", after=2)
    before = client.request("textDocument/hover", question)
    client.change("clan.nix", TUTORIAL + "\n} ] '' \"")
    assert client.diagnostics("clan.nix")[0]["code"].startswith("CB0")
    assert client.request("textDocument/hover", question) == before
    params = {**client.at("clan.nix", TUTORIAL, "alice-laptop = {", after=2), "newName": "bob"}
    assert "errors" in client.failing("textDocument/rename", params)["message"]


HOSTILE = [
    "",
    "{" * 20_000,
    "[" * 50_000 + '"',
    '"${' * 5_000,
    "a." * 50_000,
    "\x00\x1b[31m\u202e\ud83d\udca3",
    "let x = x; in x",
    "let f = n: f (n + 1); in f 0",
    "{ inventory.machines = builtins.listToAttrs (builtins.genList (n: { name = toString n; value = { }; }) 300); }",
    '{ inventory.machines."a\\n``` [x](command:evil)" = { }; meta.name = "c"; }',
    "\r\n\r\n\u2028{ }\u2029",
]


def test_hostile_texts_do_not_end_it(own_client: Client) -> None:
    own_client.open("clan.nix")
    for text in HOSTILE:
        own_client.change("clan.nix", text)
        for line, character in ((0, 0), (0, len(text)), (5, 3), (10**9, 10**9)):
            params = {"textDocument": {"uri": own_client.uri("clan.nix")}, "position": {"line": line, "character": character}}
            for method in ("hover", "completion", "definition", "prepareRename"):
                own_client.request(f"textDocument/{method}", params)
    own_client.change("clan.nix", TUTORIAL)
    assert own_client.request("textDocument/hover", own_client.at("clan.nix", TUTORIAL, "borgbackup = {", after=2))
    assert own_client.close() == 0


def test_documents_that_are_no_files_are_left_alone(own_client: Client) -> None:
    for uri in (
        "untitled:Untitled-1",
        "http://example.org/clan.nix",
        "file:///no/such/clan.nix",
        "file://host/clan.nix",
        "file:///%00",
    ):
        document = {"uri": uri, "languageId": "nix", "version": 1, "text": "{ }"}
        own_client.notify("textDocument/didOpen", {"textDocument": document})
        params = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 1}}
        assert own_client.request("textDocument/hover", params) is None
    assert own_client.close() == 0


def test_messages_that_are_no_json_do_not_end_it(client: Client) -> None:
    client.raw(b"Content-Length: 5\r\n\r\n{nope")
    client.send({"method": "no/such/notification", "params": {"x": 1}})
    assert client.failing("no/such/request", {})["code"] == -32601
    client.open("clan.nix")
    assert client.request("textDocument/hover", client.at("clan.nix", TUTORIAL, "sshd = {", after=1))


def test_an_editor_that_goes_away_ends_it(own_client: Client) -> None:
    assert own_client.process.stdin is not None
    own_client.process.stdin.close()
    assert own_client.process.wait(timeout=20) == 0


def test_without_the_library_it_says_what_to_install(tmp_path: Path) -> None:
    program = "import sys; sys.modules['pygls'] = None; from clanback.cli import main; sys.exit(main(['lsp']))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    command = shlex.split(done.stderr.partition("install it: ")[2])
    assert command[:4] == [sys.executable, "-m", "pip", "install"]
    assert subprocess.run([*command[:3], "--version"], capture_output=True, check=False).returncode == 0
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert command[4:] == project["optional-dependencies"]["lsp"]

"""Input that was made to break us: a diagnostic, never a traceback, nothing written, nothing sent to the terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases.compare import run

if TYPE_CHECKING:
    from pathlib import Path

DEEP = 20_000

TEXTS: dict[str, bytes] = {
    "empty": b"",
    "NUL": b"{\0}",
    "latin 1": b'{ meta.name = "\xe9"; }',
    "byte order mark": b'\xef\xbb\xbf{ meta.name = "a"; }',
    "UTF-16": '{ meta.name = "a"; }'.encode("utf-16"),
    "carriage returns": b"{\r foo = 1;\r}",
    "deep sets": b"{ a = " * DEEP,
    "deep lists": b"[ " * DEEP,
    "deep parentheses": b"(" * DEEP + b"1" + b")" * DEEP,
    "deep functions": b"x: " * DEEP + b"1",
    "deep negation": b"!" * DEEP + b"true",
    "deep let": b"let a = " * DEEP,
    "deep if": b"if true then " * DEEP,
    "deep interpolation": b'"${' * DEEP,
    "deep indented strings": b"''${" * DEEP,
    "deep update": b"{}" + b" // {}" * DEEP,
    "endless recursion": b"let f = x: f x; in { meta.name = f 1; }",
    "a value that needs itself": b"let a = a; in a",
    "throw with an escape": b'throw "\x1b[31mhi"',
    "an escape in a name": b'{ meta.name = "a"; "\x1b]0;pwn\x07" = 1; }',
    "no set": b"42",
    "function of too much": b"{ a, b }: { }",
    "huge string": b'let f = s: n: if n == 0 then s else f (s + s) (n - 1); in { meta.name = f "aaaaaaaaaa" 40; }',
    "huge list": b"{ meta.name = builtins.genList (x: x) 1000000000; }",
    "importing itself": b"import ./clan.nix",
    "a device": b"{ meta.name = builtins.readFile /dev/zero; }",
    "a file of the system": b"{ meta.name = builtins.readFile /etc/passwd; }",
    "running a program": b'{ meta.name = builtins.exec [ "ls" ]; }',
    "the network": b'{ meta.name = builtins.fetchurl "http://example.org"; }',
    "machine outside": b'{ meta.name = "a"; inventory.machines."../../etc" = { }; }',
    "machines with strange names": b"""{ meta.name = "a"; inventory.machines = {
        "\\n" = { }; "" = { }; "." = { }; "MANIFEST.json" = { }; }; }""",
    "wrong types at the top": b"{ meta = 1; inventory = 2; machines = 3; modules = 4; imports = 5; }",
    "wrong types of instances": b"""{ meta.name = "a"; inventory.machines.a = { }; inventory.instances = {
        borgbackup.roles = 1; users = 4; sshd.roles.server = 5; x.module = 4; }; }""",
    "wrong types of settings": b"""{ meta.name = "a"; inventory.machines.a = { }; inventory.instances.borgbackup.roles = {
        client.machines.a.settings = { destinations = 1; exclude = "x"; startAt = [ ]; };
        server.machines.a.settings = { address = { }; directory = null; }; }; machines.a.clan.core.state = 1; }""",
    "wrong types of state": b"""{ meta.name = "a"; inventory.machines.a = { }; machines.a = {
        systemd.tmpfiles.rules = "x"; clan.core.state = { x = 1; y.folders = 1; z.folders = [ 1 { } ./x (x: x) null ]; }; }; }""",
    "everything unknown": b"""{ config, inputs, pkgs, ... }: { meta.name = "a"; inventory.machines = inputs.foo;
        inventory.instances = pkgs.bar; machines.a = config; imports = inputs.x; }""",
    "slow regular expression": b"""{ meta.name = builtins.elemAt (builtins.match "(a*)*b" (builtins.concatStringsSep "" (
        builtins.genList (x: "a") 3000))) 0; }""",
    "deep JSON": b'{ meta.name = builtins.fromJSON (builtins.concatStringsSep "" (builtins.genList (x: "[") 100000)); }',
    "deep value": b"{ meta.name = let f = n: if n == 0 then 1 else { a = f (n - 1); }; in f 9000; }",
    "tags of their own members": b"""{ meta.name = "a"; inventory.tags = { config, ... }: { x = config.x; };
        inventory.machines.a = { }; inventory.instances.sshd.roles.server.tags.x = { }; }""",
}

COMMANDS = [["check"], ["show", "--json"], ["check", "--format", "sarif"], ["-v", "check", "--format", "github"]]


def assert_harmless(folder: Path, text: bytes, commands: list[list[str]]) -> list[int]:
    """Run the commands on a clan with this text; none may be surprised. Returns their exit statuses."""
    (folder / "clan.nix").write_bytes(text)
    statuses = []
    for command in commands:
        status, out, err = run("--clan", str(folder / "clan.nix"), *command)
        assert status in (0, 1, 2)
        assert "CB900" not in out + err, out + err
        assert "Traceback" not in out + err
        assert "\x1b" not in out + err
        if "--json" in command or "sarif" in command:
            json.loads(out)
        statuses.append(status)
    return statuses


@pytest.mark.parametrize("name", TEXTS)
def test_a_diagnostic_and_nothing_written(name: str, tmp_path: Path) -> None:
    text = TEXTS[name]
    statuses = assert_harmless(tmp_path, text, COMMANDS if len(text) < 10_000 else COMMANDS[:1])
    assert statuses[0] != 0, "it was accepted"
    status, _, _ = run("--clan", str(tmp_path / "clan.nix"), "render")
    assert status != 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clan.nix"]


FRAGMENTS = st.sampled_from(
    [
        *"{}[]()=;:.,@?$\"'/+-*!<>&|#\\ \n\t",
        *[
            "''",
            "${",
            "\\u",
            "//",
            "++",
            "->",
            "==",
            "&&",
            "||",
            "inherit",
            "let",
            "in",
            "rec",
            "with",
            "if",
            "then",
            "else",
            "or",
            "...",
        ],
        *[
            "meta",
            "name",
            "inventory",
            "machines",
            "instances",
            "roles",
            "settings",
            "borgbackup",
            "client",
            "tags",
            "./x",
            "1",
            "1.5",
        ],
        *["config", "lib", "builtins", "\x00", "\x1b", "\ud7ff", "\U0001f600", "a", '"a"', "true", "null"],
    ]
)


@pytest.mark.slow
@settings(max_examples=400)
@given(text=st.one_of(st.lists(FRAGMENTS, max_size=40).map(" ".join), st.text(max_size=60)))
def test_arbitrary_text_at_the_command_line(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert_harmless(tmp_path_factory.getbasetemp(), text.encode("utf-8", "surrogatepass"), [["check"]])


@pytest.mark.slow
@settings(max_examples=300)
@given(data=st.data())
def test_a_damaged_tutorial(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Cut a piece out of a real clan, put another one in."""
    from tests.cases.compare import HERE

    text = (HERE / "seed.nix").read_bytes()
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 30))
    put = data.draw(st.one_of(st.binary(max_size=5), FRAGMENTS.map(str.encode), st.just(b"")))
    assert_harmless(tmp_path_factory.getbasetemp(), text[:start] + put + text[start + length :], [["show", "--json"]])


@pytest.mark.parametrize(
    "toml", ["a=" + "[" * 100_000, 'out = "a\\u0000b"', "\xff\xfe\0", 'out = "../x"', "=", "out = 1"], ids=lambda t: t[:9]
)
def test_settings_that_were_made_to_break_us(toml: str, tmp_path: Path) -> None:
    (tmp_path / "clan.nix").write_text('{ meta.name = "a"; inventory.machines.a = { }; }')
    (tmp_path / "clanback.toml").write_text(toml, encoding="latin-1")
    status, _, err = run("--clan", str(tmp_path), "render")
    assert status == 1
    assert "error[CB23" in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clan.nix", "clanback.toml"]


def test_json_holds_nothing_that_a_terminal_obeys(tmp_path: Path) -> None:
    (tmp_path / "clan.nix").write_text('{ meta.name = throw "ä\x9b31m\u202e\U000e0001"; }', encoding="utf-8")
    command = [sys.executable, "-m", "clanback", "--clan", str(tmp_path), "show", "--json"]
    utf8 = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    out = subprocess.run(command, env=utf8, capture_output=True, encoding="utf-8", check=False).stdout
    assert "ä" in out
    assert all(character.isprintable() or character == "\n" for character in out)
    assert json.loads(out)["diagnostics"][0]["message"] == "ä\x9b31m\u202e\U000e0001"

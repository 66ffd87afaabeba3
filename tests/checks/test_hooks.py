"""Hooks: what programs scripts call, what they stop, and databases that nobody stops."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clanback import checks
from clanback.checks.hooks import script_of
from clanback.checks.shell_scripts import calls
from clanback.inventory.model import UnknownText
from clanback.services import plan
from clanback.stages import follow
from tests.services.clans import clan, instance, machine, state

if TYPE_CHECKING:
    from pathlib import Path


def names(script: str) -> list[str | None] | None:
    found = calls(script)
    return None if found is None else [call.words[0] for call in found]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("", []),
        ("a x\nb y # c\n", ["a", "b"]),
        ("a | b && c || d; e & f", list("abcdef")),
        ("if ! a; then b; elif c; then d; else e; fi", list("abcde")),
        ("for x in $(a) b c; do d; done", ["a", "d"]),
        ("while read -r x; do a; done < /file", ["read", "a"]),
        ("A=1 B=$(a) b", ["a", "b"]),
        ("x() { a; }; x; b", ["a", "b"]),
        ("exec a b; command c; nohup d", list("acd")),
        ("(a; b) > /x 2>&1; { c; }", list("abc")),
        ("cat <<EOF\na b $(c)\nEOF\nd", ["cat", "d"]),
        ("a <<< 'x' > \"$y\" 2>/dev/null", ["a"]),
        ('echo "$(a "$(b)")"', ["b", "a", "echo"]),
        ("$x y; ${z} w; /bin/a", [None, None, "/bin/a"]),
        ("a '; b' \"; c\" \\; d", ["a"]),
        ("diff <(a) <(b)", ["a", "b", "diff"]),
    ],
)
def test_what_a_script_calls(script: str, expected: list[str | None]) -> None:
    assert names(script) == expected


@pytest.mark.parametrize(
    "script",
    [
        "case x in a) b;; esac",
        "eval x",
        "source /x",
        "PATH=/x a",
        "export PATH=/x",
        "a 'x",
        'a "x',
        "a $((1+2))",
        "((x++))",
        "`a`",
        ")",
    ],
)
def test_scripts_of_which_nothing_is_said(script: str) -> None:
    assert calls(script) is None


@pytest.mark.parametrize("piece", ["$(", "(", "$(a ", '"$(', "<(", "# x\n", "a() {", "cat <<E\nx\n", "{ "])
def test_scripts_without_end_are_read_in_time(piece: str) -> None:
    calls(piece * 20_000)


@given(st.text("ab $(){}'\"\\|&;<>\n#=[]!`", max_size=40))
def test_any_script_is_read(script: str) -> None:
    calls(script)


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
@given(
    st.lists(
        st.sampled_from(["a", "b c", "|", "&&", ";", "(", ")", "$(", "'", '"', "if", "then", "fi", "\n", ">", "x", "{", "}"]),
        max_size=8,
    )
)
def test_what_is_understood_is_a_script(words: list[str]) -> None:
    script = " ".join(words)
    done = subprocess.run(["bash", "-n", "-c", script], capture_output=True, check=False)
    if calls(script) and done.returncode != 0:
        # Keywords out of place are bash's to refuse; quotes, brackets and substitutions must agree.
        assert b"syntax error near" in done.stderr or b"unexpected end of file" in done.stderr


def test_scripts_with_paths_of_nix() -> None:
    assert script_of("''\n  ${pkgs.sudo}/bin/sudo x\n''") == "/nix/store/…/bin/sudo x\n"
    assert script_of('"a"') == "a"
    assert script_of("lib.concatLines x") is None
    assert script_of("''") is None


def found(*entries: Any, compat: str | None = None, **more: Any) -> list[tuple[str, str]]:
    borg = instance("borgbackup", client={"a": {}}, server={"srv": {}})
    inventory = clan([machine("a", *entries, **more), machine("srv")], borg)
    told = checks.check(inventory, plan(inventory, compat=compat))
    return [(one.code, one.severity.value) for one in told if one.code in ("CB437", "CB438", "CB439", "CB451")]


@pytest.mark.parametrize(
    "script", ["systemctl stop x; systemctl start x", "echo a | grep b > /x", "/bin/x", "umask 077; sudo -u a x"]
)
def test_programs_that_are_there(script: str) -> None:
    assert found(state("x", "/x", preBackupScript=script)) == []


def test_programs_that_may_not_be_there() -> None:
    entry = state("x", "/x", preBackupScript="sqlite3 /x .dump > /y; tar cf /z /y")
    assert found(entry) == [("CB438", "info")]
    assert found(entry, compat="clan-core") == [("CB438", "warning")]
    assert found(state("x", "/x", preBackupScript="tar cf /z /y")) == []


def test_programs_in_hooks_with_paths_of_nix() -> None:
    entry = state("x", "/x")
    for text, expected in (("''${pkgs.a}/bin/a''", []), ("''sqlite3 ${a}''", [("CB438", "info")])):
        entry.hooks["preBackupScript"] = UnknownText(text, "Nix knows")  # type: ignore[index]
        assert found(entry) == expected


@pytest.mark.parametrize(
    "hooks",
    [
        {"preBackupScript": "systemctl stop x.service", "postBackupScript": "systemctl restart x"},
        {"preBackupScript": "systemctl stop x; cp a b; systemctl start x"},
        {"preBackupScript": "systemctl stop x", "postBackupScript": "systemctl start $unit"},
        {"preBackupScript": "systemctl stop x", "postBackupScript": "case a in esac"},
        {"preRestoreScript": "systemctl stop x y", "postRestoreScript": "systemctl start x\nsystemctl start y"},
        {"postBackupScript": "systemctl stop x"},
    ],
    ids=str,
)
def test_services_that_are_started_again(hooks: dict[str, str]) -> None:
    assert found(state("x", "/x", **hooks)) == []


@pytest.mark.parametrize(
    "hooks",
    [
        {"preBackupScript": "systemctl stop x"},
        {"preBackupScript": "systemctl stop x y", "postBackupScript": "systemctl start x"},
        {"preRestoreScript": "/run/current-system/sw/bin/systemctl stop x", "postRestoreScript": "true"},
    ],
    ids=str,
)
def test_services_that_are_not(hooks: dict[str, str]) -> None:
    assert found(state("x", "/x", **hooks)) == [("CB439", "warning")]


@pytest.mark.parametrize("folder", ["/var/lib/postgresql", "/var/lib/postgresql/16", "/var/lib/mysql/"])
def test_databases_that_nobody_stops(folder: str) -> None:
    assert found(state("db", folder)) == [("CB437", "warning")]
    assert found(state("db", folder, preBackupScript="systemctl stop x; systemctl start x")) == []
    assert found(state("db", folder), state_complete=False) == []


def test_another_state_may_stop_the_database() -> None:
    dump = state("dump", "/dump", preBackupScript="systemctl stop postgresql; systemctl start postgresql")
    assert found(state("db", "/var/lib/postgresql"), dump) == []


def test_hooks_that_clan_core_runs_for_nothing() -> None:
    hooks = {"preBackupScript": "true", "postBackupScript": "true"}
    entries = (state("x", "/x", **hooks), state("y", "/y", **hooks))
    assert found(*entries) == []
    assert found(*entries, compat="clan-core") == [("CB451", "warning")]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("services.postgresql.enable = true;", True),
        ("services.postgresql.enable = false;", False),
        ("services.postgresql.enable = config.x.y;", False),
        ('services.postgresql = { enable = true; dataDir = "/data/db"; };', False),
        ("services.postgresql.enable = true; services.openssh.enable = true;", True),
        ('services.postgresql.enable = true; clan.core.state.all.preBackupScript = "pg_dumpall > /d";', False),
    ],
)
def test_a_database_inside_a_saved_folder(lines: str, expected: bool, tmp_path: Path) -> None:
    tmp_path.joinpath("clan.nix").write_text(
        f"""{{
  meta.name = "example";
  inventory.machines = {{ a = {{ }}; srv = {{ }}; }};
  inventory.instances.borgbackup.roles = {{ client.machines.a = {{ }}; server.machines.srv = {{ }}; }};
  machines.a = {{ config, ... }}: {{ clan.core.state.all.folders = [ "/var/lib" ]; {lines} }};
}}"""
    )
    found = follow(str(tmp_path / "clan.nix"), compat=None).diagnostics()
    assert [one.code for one in found if one.code in ("CB437", "CB412")] == ["CB437"] * expected

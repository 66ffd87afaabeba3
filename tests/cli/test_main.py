"""The command line: arguments, exit status, what goes to stdout and what to stderr."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import clanback
from tests.cases.compare import run

ROOT = Path(__file__).resolve().parents[2]
TUTORIAL = str(ROOT / "examples/tutorial")


def clan(folder: Path, text: str) -> str:
    (folder / "clan.nix").write_text(text)
    return str(folder / "clan.nix")


def test_version() -> None:
    assert run("--version") == (0, f"clanback {clanback.__version__}\n", "")
    assert run("-V")[1] == run("-q", "--version")[1] == f"clanback {clanback.__version__}\n"


def test_help_goes_to_stdout() -> None:
    status, out, err = run("--help")
    assert (status, err) == (0, "")
    for command in ("render", "check", "show", "explain", "completion"):
        assert f"    {command} " in out


def test_wrong_usage_is_2_and_nothing_on_stdout() -> None:
    for arguments in (
        [],
        ["rendre"],
        ["render", "--compat", "nixos"],
        ["show", "a", "b"],
        ["check", "--select", "X1"],
        ["check", "--ignore", "CB12345"],
        ["--color", "blue", "show"],
        ["render", "--ou", "x"],
    ):
        status, out, err = run(*arguments)
        assert (status, out) == (2, ""), arguments
        assert "usage: clanback" in err


def test_global_options_stand_before_or_after_the_command() -> None:
    before = run("--clan", TUTORIAL, "--color", "never", "show", "--json")
    after = run("show", "--json", "--clan", TUTORIAL, "--color", "never")
    assert before == after
    assert before[0] == 0


def test_the_repository_around_the_current_folder_is_the_default(tutorial: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tutorial / "notes/deep").mkdir(parents=True)
    monkeypatch.chdir(tutorial / "notes/deep")
    status, out, _ = run("show", "--json")
    assert status == 0
    assert sorted(json.loads(out)["plan"]) == ["alice-laptop", "backup-server"]


def test_no_clan_at_all_is_unreadable_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for arguments in (["--clan", str(tmp_path / "none.nix")], ["--clan", str(tmp_path)]):
        for command in ("render", "check", "show"):
            status, _, err = run(*arguments, command)
            assert status == 2, (arguments, command)
            if command != "check":
                assert "error[CB200]" in err
    (tmp_path / ".git").mkdir()  # the search upwards ends here
    monkeypatch.chdir(tmp_path)
    assert run("check")[0] == 2


def test_several_errors_in_one_run(tmp_path: Path) -> None:
    text = """{
  meta.name = "a b";
  fooo = 1;
  inventory.machines.a.tag = [ ];
  inventory.instances.sshd.roles.serv.tags.all = { };
}"""
    status, out, _ = run("--clan", clan(tmp_path, text), "check")
    assert status == 1
    assert [line for line in out.splitlines() if line.startswith("  --> ")] == [
        "  --> clan.nix:2:15",
        "  --> clan.nix:3:3",
        "  --> clan.nix:4:24",
        "  --> clan.nix:5:34",
    ]
    assert out.splitlines()[-1] == "4 errors"


def test_show_prints_json_even_when_nothing_could_be_loaded(tmp_path: Path) -> None:
    status, out, err = run("--clan", clan(tmp_path, "{"), "show", "--json")
    shown = json.loads(out)
    assert status == 1
    assert shown["format_version"] == 1
    assert shown["diagnostics"][0]["severity"] == "error"
    assert set(shown["diagnostics"][0]) >= {
        "code",
        "severity",
        "message",
        "file",
        "line",
        "column",
        "end_line",
        "end_column",
        "help",
    }
    assert "Traceback" not in err


def test_show_of_one_machine(tmp_path: Path) -> None:
    status, out, _ = run("--clan", TUTORIAL, "show", "backup-server", "--json")
    shown = json.loads(out)
    assert status == 0
    assert list(shown["plan"]) == list(shown["machines"]) == ["backup-server"]
    assert shown["tags"] == {"all": ["backup-server"], "nixos": ["backup-server"]}
    assert sorted(shown["instances"]) == ["borgbackup", "sshd", "user-root"]
    status, out, _ = run("--clan", TUTORIAL, "show", "backup-server")
    assert "/var/lib/borgbackup/alice-laptop" in out
    status, out, err = run("--clan", TUTORIAL, "show", "backup-serve")
    assert (status, out) == (2, "")
    assert "did you mean 'backup-server'?" in err


def test_show_says_who_backs_up_what_to_whom() -> None:
    status, out, err = run("--clan", TUTORIAL, "show")
    assert (status, err) == (0, "")
    for text in (
        "alice-laptop",
        "/home/alice/documents",
        "/home/alice/pictures",
        "backup-server",
        "borg@192.0.2.12:.",
        "daily at 01:00",
    ):
        assert text in out
    assert "\x1b" not in out


def test_show_says_unknown_and_never_absent(tmp_path: Path) -> None:
    text = """{
      meta.name = "c";
      inventory.machines = { a = { }; b = { }; };
      inventory.instances.borgbackup.roles = { client.machines.a = { }; server.machines.b = { }; };
      machines.a = { config, ... }: { clan.core.state.x.folders = [ "/a" config.services.x.dataDir ]; };
    }"""
    _, out, _ = run("--clan", clan(tmp_path, text), "show")
    assert "unknown here: config.services.x.dataDir" in out


def test_colour_is_asked_for_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[" not in run("--clan", TUTORIAL, "show")[1]
    assert "\x1b[" in run("--clan", TUTORIAL, "--color", "always", "show")[1]
    assert "\x1b[" in run("--color", "always", "--help")[1]
    assert "\x1b[" not in run("--color", "never", "--help")[1]


def test_no_color_is_honoured_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    from clanback.cli.colour import wanted

    class Terminal:
        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert wanted("auto", Terminal())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not wanted("auto", Terminal())
    assert wanted("always", Terminal())
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert not wanted("auto", Terminal())


def test_quiet_and_verbose(tmp_path: Path) -> None:
    path = clan(
        tmp_path,
        '{ meta.name = "c"; meta.tld = "x"; inventory.machines.a = { };'
        " inventory.instances.zerotier.roles.peer.tags.all = { }; }",
    )
    normal = run("--clan", path, "check")[1]
    assert "warning[CB209]" in normal
    assert "CB217" not in normal
    assert "info[CB217]" in run("--clan", path, "-v", "check")[1]
    assert run("--clan", path, "-q", "check")[1] == ""
    assert run("--clan", path, "check")[0] == 0
    assert run("--clan", path, "check", "--strict")[0] == 1


def test_findings_are_silenced_by_code_family_and_clanback_toml(tmp_path: Path) -> None:
    path = clan(tmp_path, '{ meta.name = "c"; inventory.machines.a.deploy.targetHost = "root@<IP-ADDRESS>"; }')
    status, out, _ = run("--clan", path, "check")
    assert status == 1
    assert "error[CB301]" in out
    assert run("--clan", path, "check", "--ignore", "CB301")[0] == 0
    assert run("--clan", path, "check", "--ignore", "cb3,CB4")[0] == 0
    assert run("--clan", path, "check", "--select", "CB4")[0] == 0
    assert run("--clan", path, "check", "--select", "CB3")[0] == 1
    (tmp_path / "clanback.toml").write_text('ignore = ["CB301"]\n')
    assert run("--clan", path, "check")[0] == 0


def test_errors_that_stop_us_cannot_be_silenced(tmp_path: Path) -> None:
    path = clan(tmp_path, "{")
    for arguments in (["--ignore", "CB0"], ["--select", "CB4"]):
        status, out, _ = run("--clan", path, "check", *arguments)
        assert status == 1
        assert "error[CB0" in out


def test_explain(tmp_path: Path) -> None:
    status, out, _ = run("explain", "cb203")
    assert status == 0
    assert out.startswith("error[CB203]: conflicting definitions\n")
    assert "Wrong:" in out
    assert "Right:" in out
    assert "CB203  conflicting definitions" in run("explain")[1]
    status, out, err = run("explain", "CB299")
    assert (status, out) == (2, "")
    assert "no code" in err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_the_commands(shell: str) -> None:
    status, out, _ = run("completion", shell)
    assert status == 0
    assert "render" in out
    assert "--no-standalone" in out or "no-standalone" in out


@pytest.mark.parametrize("columns", [72, 80, 100])
def test_help_is_no_wider_than_the_terminal(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    for words in ((), ("check",), ("audit",), ("vars", "generate"), ("backups", "status"), ("explain",)):
        _, out, _ = run(*words, "--help")
        assert [line for line in out.splitlines() if len(line) > columns] == []


def test_help_keeps_examples_in_lines_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    _, out, _ = run("vars", "set", "--help")
    assert "\n    clanback vars set alice-laptop openssh/ssh.id_ed25519 < key\n" in out

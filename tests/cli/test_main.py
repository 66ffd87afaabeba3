"""The command line: arguments, exit status, what goes to stdout and what to stderr."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import clanback
from clanback import cli
from tests.cases.compare import run

ROOT = Path(__file__).resolve().parents[2]
TUTORIAL = str(ROOT / "examples/tutorial")


def clan(folder: Path, text: str) -> str:
    (folder / "clan.nix").write_text(text)
    return str(folder / "clan.nix")


@pytest.fixture
def tutorial(tmp_path: Path) -> Path:
    """A copy of the tutorial that may be written to."""
    (tmp_path / "clan.nix").write_text(Path(TUTORIAL, "clan.nix").read_text())
    return tmp_path


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


def test_render_writes_then_has_nothing_to_do_and_says_so(tutorial: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tutorial)
    status, out, err = run("render")
    assert (status, out) == (0, "")
    assert "wrote 2 machines to generated" in err
    written = {path: path.read_bytes() for path in (tutorial / "generated").rglob("*.nix")}
    assert tutorial / "generated/alice-laptop/borgbackup.nix" in written
    assert run("render") == (0, "", "generated is up to date\n")
    assert run("-q", "render") == (0, "", "")
    assert {path: path.read_bytes() for path in (tutorial / "generated").rglob("*.nix")} == written


def test_check_and_diff_write_nothing(tutorial: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tutorial)
    status, out, err = run("render", "--check")
    assert status == 1
    assert "alice-laptop/default.nix" in out
    assert "not up to date" in err
    status, out, _ = run("render", "--diff")
    assert status == 0
    assert "+++ b/alice-laptop/borgbackup.nix" in out
    assert not (tutorial / "generated").exists()
    run("render")
    assert run("render", "--check")[0] == 0
    text = (tutorial / "clan.nix").read_text()
    (tutorial / "clan.nix").write_text(text.replace('"/home/alice/pictures"\n', '"/home/alice/photos"\n'))
    before = {path: path.read_bytes() for path in (tutorial / "generated").rglob("*") if path.is_file()}
    status, out, _ = run("render", "--check", "--diff")
    assert status == 1
    assert "+" in out
    assert '"/home/alice/photos"' in out
    assert {path: path.read_bytes() for path in (tutorial / "generated").rglob("*") if path.is_file()} == before
    assert run("render")[0] == 0
    assert "photos" in (tutorial / "generated/alice-laptop/state.nix").read_text()


def test_a_file_edited_by_hand_is_kept_without_force(tutorial: Path) -> None:
    arguments = ("--clan", str(tutorial), "render")
    run(*arguments)
    edited = tutorial / "generated/alice-laptop/users.nix"
    edited.write_text(edited.read_text() + "# mine\n")
    status, _, err = run(*arguments)
    assert status == 1
    assert "error[CB601]" in err
    assert edited.read_text().endswith("# mine\n")
    assert run(*arguments, "--force")[0] == 0
    assert not edited.read_text().endswith("# mine\n")


def test_out_of_clanback_toml_and_out_on_the_command_line(tutorial: Path) -> None:
    (tutorial / "clanback.toml").write_text('out = "nixos/backups"\n')
    assert run("--clan", str(tutorial), "render")[0] == 0
    assert (tutorial / "nixos/backups/default.nix").exists()
    assert run("--clan", str(tutorial), "render", "--out", str(tutorial / "elsewhere"))[0] == 0
    assert (tutorial / "elsewhere/default.nix").exists()
    assert not (tutorial / "generated").exists()


def test_whatever_could_change_the_modules_makes_it_look_again(tutorial: Path) -> None:
    def touched(name: str, text: str) -> None:
        (tutorial / name).parent.mkdir(parents=True, exist_ok=True)
        (tutorial / name).write_text(text)

    arguments = ("--clan", str(tutorial), "render")
    run(*arguments)
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0bN0nRS3nX5lqqkpZ0Xn0pYSWjMVe1Cs7tbp6pY8Yc a"
    for step in (
        lambda: touched("clanback.toml", "[retention]\ndaily = 30\n"),
        lambda: touched("machines/alice-laptop/configuration.nix", "{ }"),
        lambda: touched("machines/new/configuration.nix", "{ }"),
        lambda: touched("inventory.json", '{"machines": {"other": {}}}'),
        lambda: touched("vars/per-machine/alice-laptop/borgbackup/borgbackup.ssh.pub/value", key),
        lambda: (tutorial / "clanback.toml").unlink(),
    ):
        assert "up to date" in run(*arguments)[2]
        step()
        status, _, err = run(*arguments)
        assert status == 0, err
        assert "wrote" in err
    assert "wrote" in run(*arguments, "--compat", "clan-core")[2]
    assert "wrote" in run(*arguments)[2]
    (tutorial / "generated/new/default.nix").unlink()
    assert "wrote" in run(*arguments)[2]


def test_bad_input_leaves_what_was_rendered_untouched(tutorial: Path) -> None:
    arguments = ("--clan", str(tutorial), "render")
    run(*arguments)
    before = {path: path.read_bytes() for path in (tutorial / "generated").rglob("*") if path.is_file()}
    (tutorial / "clan.nix").write_text("{ meta.name = 1 }")
    status, out, err = run(*arguments)
    assert (status, out) == (1, "")
    assert "error[CB001]" in err
    assert "nothing was written" in err
    assert {path: path.read_bytes() for path in (tutorial / "generated").rglob("*") if path.is_file()} == before


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


def test_a_surprise_is_a_diagnostic_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("boom\x1b[31m")

    monkeypatch.setattr("clanback.cli.stages._follow", fail)
    monkeypatch.delenv("CLANBACK_DEBUG", raising=False)
    status, out, err = run("--clan", TUTORIAL, "check")
    assert (status, out) == (2, "")
    assert "error[CB900]" in err
    assert "Traceback" not in err
    assert "\x1b" not in err
    monkeypatch.setenv("CLANBACK_DEBUG", "1")
    assert "Traceback" in run("--clan", TUTORIAL, "check")[2]


@pytest.mark.parametrize("surprise", [RecursionError("too deep"), MemoryError(), OSError(28, "No space left on device", "/x")])
def test_also_when_the_machine_gives_up(surprise: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise surprise

    monkeypatch.setattr("clanback.cli.stages._follow", fail)
    status, _, err = run("--clan", TUTORIAL, "check")
    assert status == 2
    assert "error[CB90" in err


def test_interruption_is_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("clanback.cli.stages._follow", interrupt)
    assert run("--clan", TUTORIAL, "check") == (cli.INTERRUPTED, "", "interrupted\n")


def test_a_real_interruption(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "clan.nix")  # reading waits for a writer that never comes, or is refused
    process = subprocess.Popen(
        [sys.executable, "-m", "clanback", "--clan", str(tmp_path / "clan.nix"), "check"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    time.sleep(1)
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=10)
    assert process.returncode in (2, 130)
    assert b"Traceback" not in err


def test_a_reader_that_goes_away_is_no_error_message() -> None:
    done = subprocess.run(
        ["sh", "-c", '"$0" -m clanback --clan "$1" show --json; echo $? >&2', sys.executable, TUTORIAL],
        stdout=(closed := _closed_pipe()),
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(closed)
    assert done.stderr.splitlines() == ["141"]


@pytest.mark.parametrize("redirection", [">&-", "2>&-", ">&- 2>&-", "<&-"])
def test_closed_streams_are_no_reason_to_fail(redirection: str) -> None:
    for arguments in ("--version", f"--clan {TUTORIAL} show", f"--clan {TUTORIAL} check"):
        done = subprocess.run(
            f"{sys.executable} -m clanback {arguments} {redirection}", shell=True, capture_output=True, check=False
        )
        assert done.returncode == 0
        assert b"error" not in done.stderr


def test_a_full_disk_behind_stdout_is_said() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("/dev/full is a thing of Linux")
    command = f"{sys.executable} -m clanback --clan {TUTORIAL} show >/dev/full"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("error[CB901]: No space left on device\n")


def _closed_pipe() -> int:
    """The writing end of a pipe that nobody reads any more."""
    reading, writing = os.pipe()
    os.close(reading)
    return writing

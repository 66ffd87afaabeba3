"""Wrong usage: exit status 2, the usage of the command that was named, and what was probably meant."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cases.compare import run


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("rendr", "render"),
        ("bakcups status", "backups"),
        ("backup list", "backups"),
        ("vars lst", "list"),
        ("backups crate laptop", "create"),
        ("completion bsh", "bash"),
        ("check --format jsn", "json"),
        ("check --formt json", "--format"),
        ("check --formt=json", "--format"),
        ("vars upload laptop --target-hots root@x", "--target-host"),
        ("render --no-stand", "--no-standalone"),
        ("--colr never check", "--color"),
        ("--color allways check", "always"),
        ("check --qiuet", "--quiet"),
    ],
)
def test_what_was_meant(words: str, meant: str) -> None:
    status, out, err = run(*words.split())
    assert (status, out) == (2, "")
    assert err.splitlines()[-1].endswith(f"; did you mean `{meant}`?")


@pytest.mark.parametrize(
    "words", ["xyzzy", "check --xyzzy", "show -x", "render foo bar", "check --format xyzzy", "check ''", "check --"]
)
def test_no_guess_where_nothing_is_near(words: str) -> None:
    err = run(*[word.strip("'") for word in words.split()])[2]
    assert "did you mean" not in err


def test_several_options_at_once() -> None:
    err = run("check", "--formt", "json", "--selct", "CB4")[2]
    assert err.splitlines()[-1] == (
        "clanback check: error: unrecognized arguments: --formt json --selct CB4; did you mean `--format`, `--select`?"
    )


@pytest.mark.parametrize(("words", "program"), [("check --x", "clanback check"), ("vars upload --x", "clanback vars upload")])
def test_the_usage_is_that_of_the_command(words: str, program: str) -> None:
    err = run(*words.split())[2]
    assert err.startswith(f"usage: {program} ")
    assert f"{program}: error: unrecognized arguments: --x" in err


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("backups", "status", "laptop", "--target-host", ""), "--target-host"),
        (("backups", "create", "laptop", "--target-host="), "--target-host"),
        (("backups", "restore", "laptop", "one", "--path", "/a", "--path", ""), "--path"),
        (("backups", "restore", "laptop", "--from-repository", "--to", ""), "--to"),
        (("vars", "upload", "laptop", "--directory", ""), "--directory"),
        (("vars", "upload", "laptop", "--target-host", ""), "--target-host"),
        (("vars", "generate", ""), "MACHINE"),
        (("vars", "get", "", "a/b"), "MACHINE"),
        (("render", "--out", ""), "--out"),
        (("--clan", "", "render"), "--clan"),
        (("render", "--clan", ""), "--clan"),
        (("plan", "--against", ""), "--against"),
        (("graph", "--out", ""), "--out"),
    ],
)
def test_an_empty_value_is_never_none(words: tuple[str, ...], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--directory "$place"` without that variable must not send secrets to the machine, nor `--target-host` to another one."""
    (tmp_path / "clan.nix").write_text('{ meta.name = "c"; inventory.machines.laptop.deploy.targetHost = "root@127.0.0.1:9"; }')
    monkeypatch.chdir(tmp_path)
    status, out, err = run(*words)
    assert (status, out) == (2, "")
    assert f"error: {name} is empty: is a variable of your shell not set?" in err
    assert [one.name for one in tmp_path.iterdir()] == ["clan.nix"]


@pytest.mark.parametrize(
    ("words", "said", "advice"),
    [
        (("--target", "rel"), "'rel' is no folder to restore below", "such as /rel"),
        (("--target", "./a/b"), "'./a/b' is no folder to restore below", "such as /a/b"),
        (("--path", "/a", "--path", "documents"), "'documents' is no path to restore", "from the root"),
        (("--path", "/a/../b"), "'/a/../b' is no path to restore", "from the root"),
        (("--path", "/"), "'/' is no path to restore", "from the root"),
    ],
)
def test_a_place_that_cannot_be_is_refused_before_any_machine_is_asked(
    words: tuple[str, ...], said: str, advice: str, tmp_path: Path
) -> None:
    (tmp_path / "clan.nix").write_text('{ meta.name = "c"; inventory.machines.laptop.deploy.targetHost = "root@127.0.0.1:9"; }')
    status, out, err = run("--clan", str(tmp_path), "backups", "restore", "laptop", "borgbackup", "a::b::c", *words)
    assert (status, out) == (2, "")
    assert f"error[CB470]: {said}" in err
    assert advice in err
    assert "CB46" not in err


@pytest.mark.parametrize(
    ("age", "said"),
    [
        ("26", "'26' has no unit: write 26h for hours"),
        (" 7 ", "' 7 ' has no unit: write 7h for hours"),
        ("soon", "'soon' is no length of time"),
        (f"{10**400}h", "is no length of time"),
    ],
)
def test_an_age_needs_its_unit(age: str, said: str) -> None:
    status, out, err = run("backups", "status", "--max-age", age)
    assert (status, out) == (2, "")
    assert said in err


def test_what_was_typed_does_not_steer_the_terminal() -> None:
    for words in (["check", "--\x1b[31m"], ["\x1b[2J"], ["check", "--format", "\x9b1m"]):
        status, _, err = run(*words)
        assert status == 2
        assert not any(character in err for character in "\x1b\x9b")


def test_help_stays_without_what_only_mistakes_need() -> None:
    program = "import sys; from clanback.cli import main; main(['check', '--help']); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"difflib", "attr", "rich", "clanback.diagnostics"} & set(done.stderr.split())

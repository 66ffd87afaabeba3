"""Completion in real shells: somebody types, presses Tab and Enter, and the program gets these words."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from clanback.backups import cache
from tests.cases.compare import run

if TYPE_CHECKING:
    from collections.abc import Mapping

ARCHIVE = "backup-server::borg@192.0.2.12:.::alice-laptop-backup-server-2026-04-14T03:53:34"
PATIENCE = 20.0

START = {
    "bash": ["--noprofile", "--norc", "-i"],
    "zsh": ["-f", "-i"],
}
PREPARE = {
    "bash": 'source "$SCRIPT"; PS1="READY> "; bind "set bell-style none"',
    "zsh": 'autoload -Uz compinit; compinit -u -D; source "$SCRIPT"; compdef _shtab_clanback clanback;'
    ' PS1="READY> "; unsetopt beep prompt_sp zle_bracketed_paste; setopt no_list_ambiguous',
}
SPY = 'clanback() { if [ "$1" = __complete ]; then command clanback "$@"; else for w; do printf "GOT<%s>\\n" "$w"; done; fi; }'


@pytest.fixture
def environment(tutorial: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A shell's environment: the clan of the tutorial around it, archives of it seen before, and clanback on the way."""
    folder = tmp_path_factory.mktemp("shell")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    cache.remember(str(tutorial), {"alice-laptop": [ARCHIVE]})
    program = folder / "bin/clanback"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m clanback "$@"\n')
    program.chmod(0o755)
    return {
        "PATH": f"{program.parent}:{os.environ['PATH']}",
        "HOME": str(folder),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "TERM": "dumb",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "PWD": str(tutorial),
    }


def need(shell: str) -> str:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    return program


class Typing:
    """An interactive shell behind a terminal."""

    def __init__(self, shell: str, environment: Mapping[str, str]) -> None:
        program = need(shell)
        script = Path(environment["HOME"]) / f"_{shell}"
        script.write_text(run("completion", shell)[1])
        pid, self.terminal = pty.fork()
        if pid == 0:  # pragma: no cover - the child
            os.chdir(environment["PWD"])
            os.execve(program, [program, *START[shell]], {**environment, "SCRIPT": str(script)})
        self.pid = pid
        self.seen = ""
        self.send(f"{PREPARE[shell]}; {SPY}; echo PREPA''RED\n")
        self.until("PREPARED")
        self.until("READY> ")

    def send(self, text: str) -> None:
        os.write(self.terminal, text.encode())

    def until(self, text: str) -> str:
        """What comes before `text`, which is waited for."""
        end = time.monotonic() + PATIENCE
        while text not in self.seen:
            ready, _, _ = select.select([self.terminal], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"no {text!r} in {self.seen!r}"
            self.seen += os.read(self.terminal, 65536).decode(errors="replace")
        before, _, self.seen = self.seen.partition(text)
        return before

    def words(self, line: str) -> list[str]:
        """The words that the program gets when `line` is typed, Tab pressed, and the rest of it entered."""
        self.send(f"{line}\t")
        time.sleep(0.1)
        self.send(" \x05; echo DO''NE\n")
        seen = self.until("DONE")
        self.until("READY> ")
        return [part.partition(">")[0] for part in seen.split("GOT<")[1:]]

    def close(self) -> None:
        os.close(self.terminal)
        os.waitpid(self.pid, 0)


LINES = [
    ("clanback show alice", ["show", "alice-laptop"]),
    ("clanback sho", ["show"]),
    ("clanback audit back", ["audit", "backup-server"]),
    ("clanback backups restore alice-laptop bor", ["backups", "restore", "alice-laptop", "borgbackup"]),
    ("clanback backups restore alice-laptop borgbackup back", ["backups", "restore", "alice-laptop", "borgbackup", ARCHIVE]),
    (f"clanback backups restore alice-laptop bo {ARCHIVE[:40]}", ["backups", "restore", "alice-laptop", "bo", ARCHIVE]),
    ("clanback backups restore --service my", ["backups", "restore", "--service", "my-documents"]),
    (
        "clanback vars get alice-laptop user-password-alice/user-password-h",
        [
            "vars",
            "get",
            "alice-laptop",
            "user-password-alice/user-password-hash",
        ],
    ),
    ("clanback explain alice-laptop.jobs.backup-server.rep", ["explain", "alice-laptop.jobs.backup-server.repo"]),
    ("clanback explain CB20", ["explain", "CB20"]),
]


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_what_is_typed_becomes_what_is_meant(shell: str, environment: dict[str, str]) -> None:
    typing = Typing(shell, environment)
    try:
        assert {line: typing.words(line) for line, _ in LINES} == dict(LINES)
    finally:
        typing.close()


@pytest.mark.parametrize(("line", "words"), [pair for pair in LINES if pair[0] != "clanback explain CB20"])
def test_fish_offers_it(line: str, words: list[str], environment: dict[str, str]) -> None:
    offers = fish(line, environment)
    assert words[-1] in offers
    assert all(offer.startswith(line.rpartition(" ")[2]) for offer in offers)


def fish(line: str, environment: Mapping[str, str]) -> list[str]:
    """What fish offers at the end of a line."""
    program = need("fish")
    script = Path(environment["HOME"]) / "clanback.fish"
    script.write_text(run("completion", "fish")[1])
    done = subprocess.run(
        [program, "--no-config", "-c", f"source {script}; complete -C '{line}'"],
        capture_output=True,
        text=True,
        env=dict(environment),
        cwd=environment["PWD"],
        check=True,
        timeout=60,
    )
    return [offer.partition("\t")[0] for offer in done.stdout.splitlines()]


def test_all_machines_are_offered(environment: dict[str, str]) -> None:
    assert fish("clanback show ", environment) == ["alice-laptop", "backup-server"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_can_read_the_script(shell: str, tmp_path: Path) -> None:
    program = need(shell)
    script = tmp_path / "script"
    script.write_text(run("completion", shell)[1])
    subprocess.run([program, "-n", str(script)], check=True, timeout=60)


# -- what shells ask ---------------------------------------------------------------------------------------------------


def asked(tutorial: Path, kind: str, word: str = "", *line: str) -> list[str]:
    status, out, err = run("__complete", kind, word, "clanback", "--clan", str(tutorial), *line)
    assert (status, err) == (0, "")
    return out.splitlines()


def test_names_are_kept_until_something_changes(
    tutorial: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    assert asked(tutorial, "machines") == ["alice-laptop", "backup-server"]
    with monkeypatch.context() as patched:
        patched.setattr("clanback.stages.follow", None)  # whoever evaluates now gets nothing
        assert asked(tutorial, "machines") == ["alice-laptop", "backup-server"]
        assert asked(tutorial, "states", "", "alice-laptop") == ["my-documents"]
        assert asked(tutorial, "states", "", "backup-server") == []
    text = (tutorial / "clan.nix").read_text()
    (tutorial / "clan.nix").write_text(text.replace("    backup-server = {", "    third = { };\n    backup-server = {", 1))
    assert asked(tutorial, "machines") == ["alice-laptop", "backup-server", "third"]


def test_what_is_wrong_is_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "clan.nix").write_text("{")
    assert asked(tmp_path, "machines") == []
    assert asked(tmp_path, "no-such-kind") == []
    assert run("__complete") == (0, "", "")
    (tmp_path / "clan.nix").write_text(
        '{ meta.name = "c"; inventory.machines = { a = { }; "$(touch x)" = { }; "b c" = { }; "`x`" = { }; }; }'
    )
    assert asked(tmp_path, "machines") == ["a"]
    for kept in (tmp_path / "cache/clanback").iterdir():
        kept.write_text('{"format": 1, "names": 3}')
    assert asked(tmp_path, "machines") == ["a"]


def test_the_cache_is_for_the_user_alone(tutorial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    asked(tutorial, "machines")
    (kept,) = (tmp_path / "cache/clanback").iterdir()
    assert kept.stat().st_mode & 0o077 == 0


def test_an_unchanged_clan_is_answered_without_the_language(tutorial: Path, tmp_path: Path) -> None:
    program = "import sys; from clanback.cli import main; main(sys.argv[1:]); "
    program += "print([m for m in sys.modules if 'nix.parser' in m or 'attr' == m])"
    arguments = [sys.executable, "-c", program, "__complete", "machines", "", "--clan", str(tutorial)]
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    first, again = (
        subprocess.run(arguments, capture_output=True, text=True, check=True, env=environment).stdout.splitlines()
        for _ in range(2)
    )
    assert "clanback.nix.parser" in first[-1]
    assert again == ["alice-laptop", "backup-server", "[]"]

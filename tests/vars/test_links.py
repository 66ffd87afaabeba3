"""A repository of strangers may hold links: nothing is written, read or waited for at their other end."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from clanback.diagnostics import DiagnosticError
from clanback.vars import change, inside


@pytest.fixture
def clan(tmp_path: Path) -> Path:
    (tmp_path / "home/.ssh").mkdir(parents=True)
    (tmp_path / "home/.ssh/authorized_keys").write_text("mine")
    (tmp_path / "clan/secrets").mkdir(parents=True)
    return tmp_path / "clan"


def planted(clan: Path, target: str) -> None:
    """A change that seems to have been decided, as somebody could commit it."""
    decided = clan / change.DECIDED
    decided.mkdir()
    (decided / "0").write_text("theirs")
    (decided / "files.json").write_text(json.dumps({"0": target}))


def keys(clan: Path) -> str:
    return (clan.parent / "home/.ssh/authorized_keys").read_text()


def test_a_planted_change_is_not_carried_out_of_the_repository(clan: Path) -> None:
    (clan / "vars").symlink_to("../home/.ssh")
    planted(clan, "vars/authorized_keys")
    with pytest.raises(DiagnosticError) as raised, change.locked(str(clan)):
        change.finish(str(clan))
    assert "CB519: cannot write vars/authorized_keys: a link leads out of the repository" in str(raised.value)
    assert keys(clan) == "mine"


@pytest.mark.parametrize("command", ["show", "render", "vars list", "vars generate --no-prompts"])
def test_no_command_writes_through_a_link(clan: Path, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from clanback.cli import main

    monkeypatch.setenv("HOME", str(clan.parent / "home"))
    (clan / "clan.nix").write_text(
        '{ meta.name = "x"; meta.domain = "x.example"; machines.a = { }; inventory.instances.sshd.roles.server.tags.all = { }; }'
    )
    (clan / "vars").symlink_to("../home/.ssh")
    planted(clan, "vars/authorized_keys")
    main(["--clan", str(clan), *command.split()])
    assert keys(clan) == "mine"
    assert [one.name for one in (clan.parent / "home/.ssh").iterdir()] == ["authorized_keys"]


def test_new_values_are_not_written_through_a_link(clan: Path) -> None:
    (clan / "vars").mkdir()
    (clan / "vars/shared").symlink_to("../../home/.ssh")
    with pytest.raises(DiagnosticError):
        change.commit(str(clan), {"vars/shared/authorized_keys": b"theirs"})
    assert keys(clan) == "mine"
    assert list((clan / "secrets").iterdir()) == []


def test_secrets_that_are_a_link_are_left_alone(clan: Path) -> None:
    (clan / "secrets").rmdir()
    (clan / "secrets").symlink_to("../home")
    (clan.parent / "home/.clanback-change-new").mkdir()
    with pytest.raises(DiagnosticError), change.locked(str(clan)):
        pass
    with pytest.raises(DiagnosticError):
        change.finish(str(clan))
    assert (clan.parent / "home/.clanback-change-new").is_dir()


def test_a_link_that_stays_in_the_repository_is_followed(clan: Path) -> None:
    (clan / "deep/vars").mkdir(parents=True)
    (clan / "vars").symlink_to("deep/vars")
    change.commit(str(clan), {"vars/a/value": b"1"})
    assert inside.read(str(clan), "vars/a/value") == b"1"


def test_only_files_of_the_repository_are_read(clan: Path) -> None:
    (clan / "elsewhere").symlink_to("../home/.ssh/authorized_keys")
    (clan / "endless").symlink_to("/dev/zero")
    os.mkfifo(clan / "pipe")
    for name in ("elsewhere", "endless", "pipe", "secrets"):
        with pytest.raises(OSError):
            inside.read(str(clan), name)

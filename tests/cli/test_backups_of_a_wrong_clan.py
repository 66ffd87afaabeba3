"""`clanback backups` in a clan with mistakes: they are said, and nothing is deleted by a plan that may be wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from clanback.cli import main

CLAN = """{
  meta.name = "home";
  inventory.machines = { laptop.deploy.targetHost = "root@192.0.2.1"; vault = { }; };
  machines.laptop.clan.core.state.pictures.folders = [ "/srv/pictures" ];
  inventory.instances.borgbackup = {
    roles.client.machines.CLIENT = { };
    roles.server.machines.vault = { };
  };
}
"""

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def called(*words: str, client: str = "laptop", settings: str = "") -> tuple[int, str]:
        (tmp_path / "clan.nix").write_text(CLAN.replace("CLIENT", client))
        (tmp_path / "clanback.toml").write_text(settings)
        status = main(["--clan", str(tmp_path), "backups", *words])
        return status, capsys.readouterr().err

    return called


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ("[retention]\nmonthyl = 24\n", "CB231"),
        ("[retnetion]\nmonthly = 24\n", "CB231"),
        ('[retention]\ndaily = "3"\n', "CB23"),
        ("[retention]\ndaily = -1\n", "CB23"),
        ("[[\n", "CB23"),
    ],
)
@pytest.mark.parametrize("words", [("prune", "--dry-run"), ("prune", "laptop", "--job", "vault")])
def test_nothing_is_pruned_by_settings_that_are_wrong(run: Run, words: tuple[str, ...], settings: str, code: str) -> None:
    status, said = run(*words, settings=settings)
    assert status == 2
    assert f"error[{code}" in said
    assert "first mend what is wrong" in said


def test_nothing_is_pruned_in_a_clan_that_is_wrong(run: Run) -> None:
    status, said = run("prune", client="labtop")
    assert status == 2
    assert "error[CB214]" in said


@pytest.mark.parametrize("command", ["status", "verify"])
def test_a_misspelt_client_is_told_and_fails(run: Run, command: str) -> None:
    status, said = run(command, client="labtop")
    assert status != 0
    assert "error[CB214]" in said


@pytest.mark.parametrize("command", ["status", "verify", "prune"])
def test_where_nobody_makes_backups_nothing_is_good(tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    (tmp_path / "clan.nix").write_text('{ meta.name = "home"; inventory.machines.laptop = { }; }')
    assert main(["--clan", str(tmp_path), "backups", command]) == 1
    assert "error[CB467]: no machine of the clan makes backups" in capsys.readouterr().err

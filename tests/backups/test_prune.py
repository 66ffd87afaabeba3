"""What `backups prune` says where there is nothing for it to do, or no way to do it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CLAN = """{
  meta.name = "home";
  inventory.machines = { laptop = { }; vault.deploy.targetHost = "root@127.0.0.1:9"; };
  inventory.instances.borgbackup = {
    roles.client.machines.laptop = { };
    roles.server.machines.vault = { };
  };
  machines.laptop.clan.core.state.documents.folders = [ "/srv/documents" ];
}
"""


def prune(folder: Path, *words: str) -> tuple[int, str, str]:
    (folder / "clan.nix").write_text(CLAN)
    environment = {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "none")}
    call = [sys.executable, "-m", "clanback", "--clan", str(folder), "backups", "prune", *words]
    done = subprocess.run(call, capture_output=True, text=True, env=environment, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ([], 0, "all machines prune their repositories themselves"),
        (["laptop"], 0, "laptop prunes its repositories itself"),
        (["vault"], 3, "error[CB467]: the clan gives vault no backups"),
        (["laptop", "--job", "valt"], 3, "did you mean `vault`?"),
        (["laptop", "--job", "vault"], 3, "error[CB510]"),
        (["none"], 2, "the clan has no machine 'none'"),
    ],
)
def test_what_is_said(tmp_path: Path, words: list[str], status: int, said: str) -> None:
    found = prune(tmp_path, *words)
    assert found[:2] == (status, "")
    assert said in found[2]
    assert "another way" not in found[2]

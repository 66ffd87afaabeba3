"""`render` looks again whenever something that could matter has changed, whatever the times of the files say."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cases.compare import run

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"

FILES = {
    "clan.nix": """{
  meta.name = "x";
  imports = [ ./more.nix ];
  inventory.machines = { a.tags = [ "t" ]; b = { }; };
  machines.a = { imports = [ ./a.nix ]; };
  inventory.instances.borgbackup.roles = { server.machines.b = { }; client.tags.t = { }; };
  inventory.instances.sshd.roles.server.machines.b = { };
}""",
    "more.nix": "{ }",
    "a.nix": '{ clan.core.state.base.folders = [ "/base" ]; }',
    "machines/b/configuration.nix": "{ }",
    "vars/per-machine/a/borgbackup/borgbackup.ssh.pub/value": KEY,
}
FLAKE = """{
  inputs.clan-core.url = "x";
  outputs = { self, clan-core }: {
    clan = (clan-core.lib.clan { inherit self; meta.name = "y"; inventory.machines.q = { }; }).config;
  };
}"""


def put(name: str, text: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)

    return change


def remove(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


CHANGES = {
    "an imported file": put("more.nix", '{ inventory.machines.c.tags = [ "t" ]; }'),
    "a machine's imported file": put("a.nix", '{ clan.core.state.base.folders = [ "/other" ]; }'),
    "a machine's own file": put("machines/b/configuration.nix", '{ clan.core.state.x.folders = [ "/x" ]; }'),
    "a new file of a machine": put("machines/a/disko.nix", "{ }"),
    "a new machine": put("machines/new/configuration.nix", "{ }"),
    "inventory.json": put("inventory.json", '{ "machines": { "c": { } } }'),
    "clanback.toml": put("clanback.toml", 'random_delay = "1h"'),
    "a flake": put("flake.nix", FLAKE),
    "a public value": put(
        "vars/per-machine/a/borgbackup/borgbackup.ssh.pub/value",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g",
    ),
    "no public value": remove("vars/per-machine/a/borgbackup/borgbackup.ssh.pub/value"),
    "a new public value": put(
        "vars/per-machine/b/openssh/ssh.id_ed25519.pub/value",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAh",
    ),
    "a rendered file that is gone": remove("generated/a/default.nix"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_after_a_change(what: str, tmp_path: Path) -> None:
    for name, text in FILES.items():
        put(name, text)(tmp_path)
    arguments = ("--clan", str(tmp_path), "render")
    assert run(*arguments)[0] == 0
    assert "is up to date" in run(*arguments)[2]
    times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    CHANGES[what](tmp_path)
    for path, time in times.items():
        if path.exists():
            os.utime(path, ns=(time, time))
    assert "is up to date" not in run(*arguments)[2]


def test_a_pipe_or_a_device_in_place_of_an_input_is_not_read(tmp_path: Path) -> None:
    for name, text in FILES.items():
        put(name, text)(tmp_path)
    assert run("--clan", str(tmp_path), "render")[0] == 0
    (tmp_path / "a.nix").unlink()
    os.mkfifo(tmp_path / "a.nix")
    assert "is up to date" not in run("--clan", str(tmp_path), "render")[2]

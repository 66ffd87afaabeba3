"""Public values below `vars/`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.inventory.clans import lay_out, resolve_at, resolved

if TYPE_CHECKING:
    from pathlib import Path

CLAN = """{ meta.name = "x"; inventory.machines.a = { };
  vars.settings.recipients = { default = [ "age1x" ]; hosts.a = [ "age1y" "age1z" ]; }; }"""


def test_values_are_read_per_machine_and_shared() -> None:
    found = resolved(
        CLAN,
        {
            "vars/per-machine/a/borgbackup/borgbackup.ssh.pub/value": "ssh-ed25519 KEY\n",
            "vars/per-machine/a/borgbackup/borgbackup.ssh/secret": "never read",
            "vars/shared/openssh-ca/id_ed25519.pub/value": "ssh-ed25519 CA",
            "vars/per-machine/a/stray": "x",
            "vars/shared/binary/file/value": b"\xff\xfe",
            "vars/shared/large/file/value": "x" * 100_000,
        },
    )
    assert found.it.public_values == {
        "per-machine/a/borgbackup/borgbackup.ssh.pub": "ssh-ed25519 KEY\n",
        "shared/openssh-ca/id_ed25519.pub": "ssh-ed25519 CA",
    }


def test_links_that_leave_the_repository_are_not_followed(tmp_path: Path) -> None:
    lay_out(tmp_path, None, {"outside/value": "secret", "clan/clan.nix": CLAN, "clan/vars/shared/g/x/value": "fine"})
    (tmp_path / "clan/vars/shared/g/y").symlink_to(tmp_path / "outside")
    (tmp_path / "clan/vars/shared/h").mkdir()
    (tmp_path / "clan/vars/shared/h/z").mkdir()
    (tmp_path / "clan/vars/shared/h/z/value").symlink_to(tmp_path / "outside/value")
    assert resolve_at(tmp_path / "clan").it.public_values == {"shared/g/x": "fine"}


def test_recipients_of_the_clan_are_known() -> None:
    found = resolved(CLAN)
    assert found.it.recipients == ("age1x",)
    assert found.it.host_recipients == {"a": ("age1y", "age1z")}


def test_without_vars_there_are_none() -> None:
    found = resolved('{ meta.name = "x"; }')
    assert (found.it.public_values, found.it.recipients) == ({}, ())

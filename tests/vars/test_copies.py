"""With `secrets = "sops-nix"` deployed secrets have a second file that sops-nix reads, and `check` and `fix` watch over it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.vars.programs import Clan

PASSPHRASE = "per-machine/alice-laptop/borgbackup/borgbackup.repokey"


def copy_of(clan: Clan, key: str = PASSPHRASE) -> Path:
    return clan.folder / "vars" / key / "secret"


@pytest.fixture
def sops_clan(clan: Clan) -> Clan:
    (clan.folder / "clanback.toml").write_text('secrets = "sops-nix"\n')
    clan.vars("generate")
    return clan


def test_every_deployed_secret_has_a_copy_for_the_machines_that_use_it(sops_clan: Clan) -> None:
    copies = {str(path.parent.relative_to(sops_clan.folder / "vars")) for path in sops_clan.folder.glob("vars/**/secret")}
    assert PASSPHRASE in copies
    assert "shared/openssh-ca/id_ed25519" not in copies  # not deployed
    machine = (sops_clan.folder / "secrets/age-keys/machines/alice-laptop/pub").read_text().strip()
    assert [one["recipient"] for one in json.loads(copy_of(sops_clan).read_bytes())["sops"]["age"]] == [machine]
    assert b"CB564" not in sops_clan.vars("check", "alice-laptop").stdout


def test_rendered_for_sops_nix_they_are_what_the_modules_name(sops_clan: Clan) -> None:
    sops_clan.run("render")
    text = (sops_clan.folder / "generated/secret-files.nix").read_text()
    assert 'directory + "/vars/${secret.place}/secret"' in text


@pytest.mark.parametrize("harm", ["gone", "broken", "changed"])
def test_a_copy_that_is_not_right_is_found_and_mended(sops_clan: Clan, harm: str) -> None:
    copy = copy_of(sops_clan)
    before = sops_clan.secret(PASSPHRASE).read_bytes()
    if harm == "gone":
        copy.unlink()
    elif harm == "broken":
        copy.write_text("{}")
    else:  # somebody who knows nothing of copies wrote the secret
        (sops_clan.folder / "clanback.toml").write_text(
            (sops_clan.folder / "clanback.toml").read_text().replace('secrets = "sops-nix"', "")
        )
        sops_clan.vars("set", "alice-laptop", "borgbackup/borgbackup.repokey", stdin=b"another")
        with (sops_clan.folder / "clanback.toml").open("r+") as file:
            rest = file.read()
            file.seek(0)
            file.write(f'secrets = "sops-nix"\n{rest}')
        before = sops_clan.secret(PASSPHRASE).read_bytes()
    assert "CB564" in _said(sops_clan.vars("check", status=1))
    sops_clan.vars("fix")
    assert "CB564" not in _said(sops_clan.vars("check", status=None))
    assert sops_clan.secret(PASSPHRASE).read_bytes() == before
    assert json.loads(copy.read_bytes())["data"].startswith("ENC[AES256_GCM,")


def test_without_that_setting_there_are_none(clan: Clan) -> None:
    clan.vars("generate")
    assert list(clan.folder.glob("vars/**/secret")) == []


def _said(done: object) -> str:
    return done.stdout.decode() + done.stderr  # type: ignore[attr-defined, no-any-return]

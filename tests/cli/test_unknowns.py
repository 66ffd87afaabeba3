"""What only Nix can know and stops nothing: `check --strict` and `show -v` tell of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.cases.compare import run

if TYPE_CHECKING:
    from pathlib import Path

CLAN = """{ inputs, ... }: {
  meta.name = "a";
  inventory.machines.m = { tags = [ "t" ]; };
  inventory.instances.wifi.roles.default = { tags.t = { }; extraModules = [ inputs.other.nixosModules.x ]; };
  machines.m = { pkgs, config, ... }: {
    imports = [ inputs.home-manager.nixosModules.default ];
    clan.core.state.db = { folders = [ "/db" config.services.db.folder ]; };
  };
}
"""


def remarks(path: Path, *arguments: str) -> list[str]:
    _, out, _ = run("--clan", str(path), "check", "--format", "json", *arguments)
    return [f"{one['line']} {one['message']}" for one in json.loads(out)["diagnostics"] if one["code"] == "CB155"]


def test_strict_makes_them_visible(tmp_path: Path) -> None:
    (tmp_path / "clan.nix").write_text(CLAN)
    assert remarks(tmp_path) == remarks(tmp_path, "-v") == []
    found = remarks(tmp_path, "--strict")
    assert "7 `config.services.db.folder` is known to Nix only, and a backup depends on it" in found
    assert "6 `inputs.home-manager.nixosModules.default` is known to Nix only: it is kept as it is written" in found


def test_whatever_of_a_state_only_nix_knows_a_backup_depends_on(tmp_path: Path) -> None:
    (tmp_path / "clan.nix").write_text(
        """{ inputs, ... }: {
          meta.name = "a";
          inventory.machines.m = { };
          machines.m = { pkgs, config, lib, ... }: {
            services.x.package = pkgs.x;
            clan.core.state.pg.folders = [ config.services.postgresql.dataDir "${config.users.users.a.home}/db" ];
            clan.core.state.pg.preBackupScript = "${pkgs.one}/bin/one";
            clan.core.state.pg.postBackupScript = lib.mkMerge [ "true" "${pkgs.two}/bin/two ${pkgs.three}" ];
            clan.core.state.whole = inputs.other.state;
          };
        }"""
    )
    found = remarks(tmp_path, "--strict")
    of_state = [one for one in found if one.endswith(" is known to Nix only, and a backup depends on it")]
    assert {int(one.split()[0]) for one in of_state} == {6, 7, 8, 9}
    assert not [one for one in found if one not in of_state and one.split()[0] in "6789"]
    assert not any(one.startswith("5 ") for one in of_state)


def test_show_tells_of_them_when_asked(tmp_path: Path) -> None:
    (tmp_path / "clan.nix").write_text(CLAN)
    assert "CB155" not in run("--clan", str(tmp_path), "show")[2]
    assert "config.services.db.folder" in run("--clan", str(tmp_path), "-v", "show")[2]
    facts = json.loads(run("--clan", str(tmp_path), "-v", "show", "--json")[1])
    assert any(one["code"] == "CB155" and one["notes"] for one in facts["diagnostics"])


def test_one_that_matters_is_the_error_alone(tmp_path: Path) -> None:
    (tmp_path / "clan.nix").write_text('{ inputs, ... }: { meta.name = "a"; inventory.machines = inputs.x.machines; }')
    status, out, _ = run("--clan", str(tmp_path), "check", "--strict")
    assert status == 1
    assert "CB206" in out
    assert "comes from another flake" in out
    assert "CB155" not in out


def test_a_client_whose_destinations_only_nix_knows_is_not_said_to_have_none(tmp_path: Path) -> None:
    (tmp_path / "clan.nix").write_text(
        """{ inputs, ... }: {
          meta.name = "x";
          inventory.machines.a = { };
          inventory.instances.borgbackup.roles.client.machines.a.settings.destinations = inputs.other.lib.destinations;
          machines.a.clan.core.state.a.folders = [ "/a" ];
        }"""
    )
    status, out, err = run("--clan", str(tmp_path), "show")
    assert status == 1
    assert "where to, only Nix knows" in out
    assert "inputs.other.lib.destinations" in err
    assert "CB401" not in err

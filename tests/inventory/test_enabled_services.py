"""Which services a machine's modules turn on, as far as it is known without NixOS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from clanback import inventory, services
from clanback.inventory.enabled_services import EnabledService, enabled_services
from clanback.inventory.model import UnknownText

if TYPE_CHECKING:
    from pathlib import Path

OPTIONS = {"gitea": ("stateDir",), "actual": ("settings.dataDir",)}


def enabled(body: str, folder: Path, **files: str) -> dict[str, EnabledService]:
    """The services of a machine `a` whose module is `body`."""
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".nix").write_text(text)
    (folder / "clan.nix").write_text(f'{{ meta.name = "x"; inventory.machines.a = {{ }}; machines.a = {body}; }}')
    config = inventory.load(str(folder))
    resolved = inventory.resolve(config, services.INTERFACES)
    return enabled_services(config, OPTIONS, resolved.machines)["a"]


def test_what_is_turned_on_is_found_wherever_it_is_written(tmp_path: Path) -> None:
    found = enabled(
        "{ ... }: { imports = [ ./more.nix ]; services.gitea.enable = true; services.off.enable = false; services.no = { }; }",
        tmp_path,
        more="{ lib, ... }: { config = lib.mkMerge [ { services.nginx.enable = lib.mkForce true; } ]; }",
        machines__a__configuration="{ services.openssh.enable = true; }",
    )
    assert sorted(found) == ["gitea", "nginx", "openssh"]
    assert found["gitea"].place is not None
    assert (found["gitea"].place.file, found["gitea"].certain) == ("clan.nix", True)


def test_a_condition_that_only_nix_can_know_leaves_a_doubt(tmp_path: Path) -> None:
    body = """{ config, lib, ... }: {
      services.a.enable = lib.mkIf config.x true;
      services.b.enable = config.x;
      services.c.enable = lib.mkIf false true;
    }"""
    found = enabled(body, tmp_path)
    assert {name: one.certain for name, one in found.items()} == {"a": False}


def test_the_better_priority_decides(tmp_path: Path) -> None:
    body = """{ lib, ... }: {
      imports = [ { services.a.enable = lib.mkForce false; services.b.enable = lib.mkDefault true; } ];
      services.a.enable = true;
    }"""
    assert sorted(enabled(body, tmp_path)) == ["b"]


def test_options_that_move_state(tmp_path: Path) -> None:
    known = enabled('{ services.gitea = { enable = true; stateDir = "/srv/git"; }; }', tmp_path)
    assert known["gitea"].options == {"stateDir": "/srv/git"}
    nested = enabled("{ services.actual = { enable = true; settings.dataDir = /srv/money; }; }", tmp_path)
    assert nested["actual"].options == {"settings.dataDir": "/srv/money"}
    unknown = enabled("{ config, ... }: { services.gitea = { enable = true; stateDir = config.x; }; }", tmp_path)
    moved = unknown["gitea"].options["stateDir"]
    assert isinstance(moved, UnknownText)
    assert moved.text == "config.x"


@pytest.mark.parametrize(
    "body",
    [
        "{ config, ... }: { services = config.x; }",
        "{ services = 3; }",
        '{ services.a = throw "no"; services.b.enable = throw "no"; }',
        "{ imports = [ ./missing.nix ]; }",
        "{ services = let x = { a.enable = true; } // x; in x; }",
        "{ services.a.enable = let f = x: f x; in f 1; }",
        '{ services.a = { enable = true; } // throw "no"; }',
        '"nothing"',
        "{ inputs, ... }: { imports = [ inputs.x.nixosModules.y ]; services = inputs.x.services; }",
    ],
)
def test_what_cannot_be_read_here_turns_on_nothing(body: str, tmp_path: Path) -> None:
    found: Any = enabled(body, tmp_path)
    assert found == {}

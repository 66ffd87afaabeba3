"""`clanback audit`: copies of every state, what is required, services whose state nobody declares."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cases.compare import run

if TYPE_CHECKING:
    from pathlib import Path

CLAN = """{
  meta.name = "home";
  inventory.machines = { laptop = { }; nas.deploy.targetHost = "root@192.168.1.4"; web = { }; };
  inventory.instances.borgbackup.roles = {
    client.machines.laptop.settings.destinations.box.repo = "u1@u1.box.example.org:./laptop";
    client.machines.web.settings.destinations.near.repo = "borg@192.168.1.4:web";
    server.machines.nas = { };
  };
  machines.laptop = { config, ... }: {
    clan.core.state.docs.folders = [ "/home" ];
    clan.core.state.git.folders = [ config.services.gitea.stateDir ];
    services.gitea.enable = true;
  };
  machines.web = { services.mealie.enable = true; clan.core.state.www.folders = [ "/srv/www" ]; };
}
"""
SITES = '[machines.laptop]\nsite = "mobile"\n[machines.nas]\nsite = "home"\n'


@pytest.fixture
def clan(tmp_path: Path) -> Path:
    (tmp_path / "clan.nix").write_text(CLAN)
    (tmp_path / "clanback.toml").write_text(SITES)
    return tmp_path


def audit(folder: Path, *words: str) -> tuple[int, str, str]:
    return run("--clan", str(folder), "audit", *words)


def test_for_people(clan: Path) -> None:
    status, out, err = audit(clan)
    assert (status, err) == (0, "")
    assert out.startswith("home: 3 states on 3 machines; 2 saved, 1 with 3-2-1 (three copies, two places, one off-site)\n")
    assert "nas (home): off-site, encrypted, host key not pinned" in out
    assert "unknown here: config.services.gitea.stateDir" in out
    assert "perhaps declared: only Nix can know" in out
    assert ["web", "mealie", "/var/lib/mealie"] in [line.split()[:3] for line in out.splitlines()]


def test_as_json(clan: Path) -> None:
    status, out, _ = audit(clan, "--format", "json")
    found = json.loads(out)
    assert (status, found["format_version"]) == (0, 1)
    assert found["summary"] == {
        "states": 3,
        "saved": 2,
        "three_two_one": 1,
        "with_unknown_folders": 1,
        "services_not_declared": 1,
    }
    git = found["machines"]["laptop"]["states"]["git"]
    assert (git["copies"], git["off_site"], git["unknown_folders"]) == (0, 0, ["config.services.gitea.stateDir"])
    mealie = found["machines"]["web"]["services"][0]
    assert (mealie["service"], mealie["declared"], mealie["file"], mealie["line"]) == ("mealie", "not declared", "clan.nix", 14)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("web", "--require", "copies=2"), 0),
        (("web", "--require", "copies=2,offsite=1"), 1),
        (("laptop", "--require", "3-2-1"), 1),
        (("laptop", "--require", "3-2-1", "--ignore-unknown"), 0),
        (("--require", "copies=1"), 1),
        (("--require", "copies=2", "--ignore-unknown"), 0),
        (("nas", "--require", "3-2-1"), 0),
    ],
)
def test_what_is_required(clan: Path, words: tuple[str, ...], status: int) -> None:
    assert audit(clan, *words)[0] == status
    assert audit(clan, *words, "--format", "json")[0] == status


@pytest.mark.parametrize("require", ["copies", "copies=-1", "copis=2", "copies=2;offsite=1", "", "copies=²", "offsite=1,"])
def test_requirements_that_mean_nothing_are_refused(clan: Path, require: str) -> None:
    status, out, err = audit(clan, "--require", require)
    assert (status, out) == (2, "")
    assert "write copies=2,places=2,offsite=1, or 3-2-1" in err


def test_a_machine_that_is_not_there(clan: Path) -> None:
    assert audit(clan, "laptp") == (2, "", "clanback audit: the clan has no machine 'laptp'; did you mean 'laptop'?\n")


def test_a_clan_with_errors_is_audited_and_fails(clan: Path) -> None:
    (clan / "clan.nix").write_text(CLAN.replace("server.machines.nas", "server.machines.nobody"))
    status, out, err = audit(clan)
    assert status == 1
    assert "nobody" in err
    assert "home: 3 states" in out


def test_names_cannot_steer_the_terminal(clan: Path) -> None:
    (clan / "clan.nix").write_text(CLAN.replace("/srv/www", "/srv/\x1b[31mwww"))
    assert "/srv/␛[31mwww" in audit(clan)[1]

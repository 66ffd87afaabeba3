"""Stores for tests that look closer than the command line lets them: the clan is read as `clanback vars` reads it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from clanback.stages import follow
from clanback.vars.recipients import people_of
from clanback.vars.store import Store

if TYPE_CHECKING:
    from clanback.inventory.model import Inventory
    from clanback.plan.model import Plan
    from tests.vars.programs import Clan

TWO_MACHINES = """{
  meta.name = "two"; meta.domain = "two.example";
  vars.settings.recipients.default = [ "%s" ];
  machines.a = { clan.core.state.docs.folders = [ "/docs" ]; };
  machines.b = { };
  inventory.instances = {
    borgbackup = { roles.client.machines.a = { }; roles.server.machines.b.settings.address = "b.two.example"; };
    sshd.roles.server.tags.all = { };
    carl = {
      module.name = "users";
      roles.default.tags.all = { };
      roles.default.settings = { prompt = false; share = true; };
    };
  };
}
"""
"""A clan with every kind of item: of a machine and shared, deployed and not, with and without dependencies."""


def open_store(clan: Clan) -> Store:
    """The store of a clan, for its person."""
    written = [path.read_text() if path.exists() else "" for path in (clan.folder / "clan.nix", clan.folder / "clanback.toml")]
    inventory, plan = planned(str(clan.folder), *written)
    return Store(inventory.directory, plan, people_of(inventory), environment={"HOME": str(clan.home)})


@lru_cache(4)
def planned(folder: str, clan: str, settings: str) -> tuple[Inventory, Plan]:
    """What a clan comes to. A store asks for its generators and readers only, which follow from the texts of these two files."""
    outcome = follow(folder, compat=None, check=False)
    assert outcome.plan is not None
    assert outcome.inventory is not None
    return outcome.inventory, outcome.plan

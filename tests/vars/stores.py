"""Stores for tests that look closer than the command line lets them: the clan is read as `clanback vars` reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.stages import follow
from clanback.vars.recipients import people_of
from clanback.vars.store import Store

if TYPE_CHECKING:
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
    outcome = follow(str(clan.folder), compat=None, check=False)
    assert outcome.plan is not None
    assert outcome.inventory is not None
    return Store(outcome.inventory.directory, outcome.plan, people_of(outcome.inventory), environment={"HOME": str(clan.home)})

"""CB401 to CB413: who saves what to whom."""

from __future__ import annotations

from clanback.checks.registry import Code

_BORG = """
inventory.instances.borgbackup.roles.server.machines.server = { };
inventory.instances.borgbackup.roles.client.machines.laptop = { };"""

CODES = (
    Code(
        "CB401",
        "client without a server or destination",
        "error",
        """
The machine is a client and declares state, but its instance has neither a server nor a destination: nothing is saved.
clan-core accepts this without a word.""",
        bad="""
inventory.instances.borgbackup.roles.client.machines.laptop = { };
machines.laptop.clan.core.state.docs.folders = [ "/home" ];""",
        good=_BORG + '\nmachines.laptop.clan.core.state.docs.folders = [ "/home" ];',
    ),
    Code(
        "CB402",
        "client without state",
        "warning",
        """
The machine is a client, but nothing says what to save: declare `clan.core.state.<name>.folders`. Its job stays
dormant until there is state, instead of failing every night.""",
        bad=_BORG,
        good=_BORG + '\nmachines.laptop.clan.core.state.docs.folders = [ "/home" ];',
    ),
    Code(
        "CB403",
        "state without folders",
        "error",
        """
The state has no folders, so nothing of it is saved; and restoring it with clan-core would restore everything that the
archive holds. An error when the machine has no other state: no job is made. A warning when it has: this state's hooks run.""",
        bad=_BORG + "\nmachines.laptop.clan.core.state.docs = { };",
        good=_BORG + '\nmachines.laptop.clan.core.state.docs.folders = [ "/home" ];',
    ),
    Code(
        "CB404",
        "server without clients",
        "warning",
        """
The instance has a server and no client that sends anything to it.""",
        bad="inventory.instances.borgbackup.roles.server.machines.server = { };",
        good=_BORG + '\nmachines.laptop.clan.core.state.docs.folders = [ "/home" ];',
    ),
    Code(
        "CB405",
        "one address for several servers",
        "error",
        """
`address` stands in the settings of the role and so holds for all its servers: every client would send everything to
one machine. Give each server its own.""",
        bad="""
inventory.instances.borgbackup.roles.server = {
  settings.address = "192.0.2.12";
  machines.server = { };
  machines.laptop = { };
};""",
        good="""
inventory.instances.borgbackup.roles.server.machines = {
  server.settings.address = "192.0.2.12";
  laptop.settings.address = "192.0.2.11";
};""",
    ),
    Code(
        "CB406",
        "two backup jobs of one name",
        "error",
        """
Two instances give one machine a job of the same name (a job is called after its server or destination) with different
values.""",
        bad="""
inventory.instances.one = {
  module.name = "borgbackup";
  roles.client.machines.laptop.settings.destinations.box.repo = "u1@box.example:./one";
};
inventory.instances.two = {
  module.name = "borgbackup";
  roles.client.machines.laptop.settings.destinations.box.repo = "u2@box.example:./two";
};
machines.laptop.clan.core.state.docs.folders = [ "/home" ];""",
        good="""
inventory.instances.one = {
  module.name = "borgbackup";
  roles.client.machines.laptop.settings.destinations = {
    box.repo = "u1@box.example:./one";
    box-two.repo = "u2@box.example:./two";
  };
};
machines.laptop.clan.core.state.docs.folders = [ "/home" ];""",
    ),
    Code(
        "CB407",
        "two repositories for one client",
        "error",
        """
Two instances keep the same client on the same server in different folders; a repository is called after its client,
so only one can be.""",
        bad="""
inventory.instances.one = {
  module.name = "borgbackup";
  roles.client.machines.laptop = { };
  roles.server.machines.server.settings.directory = "/srv/one";
};
inventory.instances.two = {
  module.name = "borgbackup";
  roles.client.machines.laptop = { };
  roles.server.machines.server.settings.directory = "/srv/two";
};
machines.laptop.clan.core.state.docs.folders = [ "/home" ];""",
        good="""
inventory.instances.borgbackup.roles.server.machines.server = { };
inventory.instances.borgbackup.roles.client.machines.laptop = { };
machines.laptop.clan.core.state.docs.folders = [ "/home" ];""",
    ),
    Code(
        "CB408",
        "repository shared by two clients",
        "error",
        """
Two clients send to one external repository. Their passphrases differ, so one of them cannot open it, and each prunes
what the other saved. Give every client a repository of its own.""",
        bad="""
inventory.instances.borgbackup.roles.client = {
  settings.destinations.box.repo = "u1@box.example:./all";
  tags.all = { };
};
machines.laptop.clan.core.state.docs.folders = [ "/home" ];
machines.server.clan.core.state.docs.folders = [ "/home" ];""",
        good="""
inventory.instances.borgbackup.roles.client.machines = {
  laptop.settings.destinations.box.repo = "u1@box.example:./laptop";
  server.settings.destinations.box.repo = "u1@box.example:./server";
};
machines.laptop.clan.core.state.docs.folders = [ "/home" ];
machines.server.clan.core.state.docs.folders = [ "/home" ];""",
    ),
    Code(
        "CB409",
        "destination replaces a server",
        "warning",
        """
A destination has the name of a server of the instance. clan-core lets the destination win, so nothing goes to the
server.""",
        bad=_BORG
        + """
inventory.instances.borgbackup.roles.client.settings.destinations.server.repo = "u1@box.example:./laptop";
machines.laptop.clan.core.state.docs.folders = [ "/home" ];""",
        good="""
inventory.instances.borgbackup.roles.server.machines.server = { };
inventory.instances.borgbackup.roles.client.machines.laptop = { };
inventory.instances.borgbackup.roles.client.settings.destinations.box.repo = "u1@box.example:./laptop";
machines.laptop.clan.core.state.docs.folders = [ "/home" ];""",
    ),
    Code(
        "CB410",
        "startAt is not a calendar expression",
        "error",
        """
systemd would refuse the timer. Write `*-*-* 01:00:00` (every day at one), `Sun 03:00`, `hourly`; `man systemd.time`
has the rest, and `systemd-analyze calendar` tries one.""",
        bad=_BORG
        + """
inventory.instances.borgbackup.roles.client.settings.startAt = "every night";
machines.laptop.clan.core.state.docs.folders = [ "/home" ];""",
        good=_BORG
        + """
inventory.instances.borgbackup.roles.client.settings.startAt = "*-*-* 02:30:00";
machines.laptop.clan.core.state.docs.folders = [ "/home" ];""",
    ),
    Code(
        "CB411",
        "relative directory of repositories",
        "error",
        """
`directory` of a server must be an absolute path.""",
        bad=_BORG
        + """
inventory.instances.borgbackup.roles.server.settings.directory = "backups";
machines.laptop.clan.core.state.docs.folders = [ "/home" ];""",
        good=_BORG
        + """
inventory.instances.borgbackup.roles.server.settings.directory = "/srv/backups";
machines.laptop.clan.core.state.docs.folders = [ "/home" ];""",
    ),
    Code(
        "CB412",
        "backup holds the repositories",
        "error",
        """
The machine saves the folder in which it keeps repositories. Each backup then holds all the earlier ones, and grows
until the disk is full.""",
        bad="""
inventory.instances.borgbackup.roles.server.machines.server = { };
inventory.instances.borgbackup.roles.client.machines.server = { };
machines.server.clan.core.state.everything.folders = [ "/var/lib" ];""",
        good="""
inventory.instances.borgbackup.roles.server.machines.server = { };
inventory.instances.borgbackup.roles.client.machines.server = { };
machines.server.clan.core.state.app.folders = [ "/var/lib/app" ];""",
    ),
    Code(
        "CB413",
        "only copy is on the same machine",
        "warning",
        """
The machine's only backup lies on the machine itself: when its disk fails, both are gone.""",
        bad="""
inventory.instances.borgbackup.roles.server.machines.server = { };
inventory.instances.borgbackup.roles.client.machines.server = { };
machines.server.clan.core.state.docs.folders = [ "/home" ];""",
        good="""
inventory.instances.borgbackup.roles.server.machines.server = { };
inventory.instances.borgbackup.roles.client.machines.server.settings.destinations.box.repo = "u1@box.example:./server";
machines.server.clan.core.state.docs.folders = [ "/home" ];""",
    ),
)

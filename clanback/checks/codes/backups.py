"""CB4xx: backups and who makes them where."""

from __future__ import annotations

from clanback.checks.codes import insight, operating
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
    ),
    Code(
        "CB406",
        "two backup jobs of one name",
        "error",
        """
Two instances give one machine a job of the same name (a job is called after its server or destination) with different
values.""",
    ),
    Code(
        "CB407",
        "two repositories for one client",
        "error",
        """
Two instances keep the same client on the same server in different folders; a repository is called after its client,
so only one can be.""",
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
    ),
    Code(
        "CB414",
        "relative folder",
        "warning",
        """
A folder of a state is not an absolute path; it would be taken relative to the folder the job happens to start in.""",
        bad=_BORG + '\nmachines.laptop.clan.core.state.docs.folders = [ "home" ];',
        good=_BORG + '\nmachines.laptop.clan.core.state.docs.folders = [ "/home" ];',
    ),
    Code(
        "CB415",
        "two jobs save to one repository",
        "warning",
        """
Two jobs of one machine send to the same repository, so the same data is saved twice to one place and the jobs wait
for each other.""",
        bad="""
inventory.instances.borgbackup.roles.client.machines.laptop.settings.destinations = {
  one.repo = "u1@box.example:./laptop";
  two.repo = "u1@box.example:./laptop/";
};
machines.laptop.clan.core.state.docs.folders = [ "/home" ];""",
    ),
    Code(
        "CB416",
        "invalid address of a server",
        "error",
        """
`address` must be a host name or an IP address, without a user, port, path or brackets.""",
        bad=_BORG
        + """
inventory.instances.borgbackup.roles.server.settings.address = "root@192.0.2.12";
machines.laptop.clan.core.state.docs.folders = [ "/home" ];""",
        good=_BORG
        + """
inventory.instances.borgbackup.roles.server.settings.address = "192.0.2.12";
machines.laptop.clan.core.state.docs.folders = [ "/home" ];""",
    ),
    Code(
        "CB417",
        "name of a destination is not its job's name",
        "warning",
        """
A destination's `name` differs from the attribute it stands under. The job is called after the attribute, but clan-core's
`backups list` looks for one called `name` and fails.""",
        bad="""
inventory.instances.borgbackup.roles.client.machines.laptop.settings.destinations.box = {
  name = "cellar";
  repo = "u1@box.example:./laptop";
};
machines.laptop.clan.core.state.docs.folders = [ "/home" ];""",
        good="""
inventory.instances.borgbackup.roles.client.machines.laptop.settings.destinations.cellar.repo = "u1@box.example:./laptop";
machines.laptop.clan.core.state.docs.folders = [ "/home" ];""",
    ),
    Code(
        "CB418",
        "jobs start together and share hooks",
        "warning",
        """
Several jobs of one machine start at the same minute and each runs all hooks: one restarts a database while another
still reads its files. clanback's modules run the jobs of a machine one after the other; with `--compat clan-core`
they do not.""",
    ),
    Code(
        "CB419",
        "clients start together on one server",
        "warning",
        """
Many clients begin at the same minute on one server. clanback's modules spread them; with `--compat clan-core` they do
not.""",
    ),
    Code(
        "CB420",
        "host key is not pinned",
        "info",
        """
No sshd service makes the server a lasting host key, so the client trusts whoever answers first. Give the server the role
`server` of an instance of sshd: its key is then made once, kept under `vars/`, and pinned by `render`. For a destination
elsewhere, write the host key's file into `rsh`.""",
        bad=_BORG + '\nmachines.laptop.clan.core.state.docs.folders = [ "/home" ];',
        good=_BORG
        + """
inventory.instances.sshd.roles.server.machines.server = { };
machines.laptop.clan.core.state.docs.folders = [ "/home" ];""",
    ),
    Code(
        "CB421",
        "folder whose name breaks restoring",
        "warning",
        """
clan-core's restore command splits folders at `:`, so this folder cannot be restored with it. clanback's modules can.""",
    ),
    Code(
        "CB422",
        "prune matches other archives",
        "warning",
        """
Pruning goes by the beginning of archive names, and the archives of another job begin alike: it would delete them as
its own. clanback's modules use a prefix that only this job's archives have.""",
    ),
    Code(
        "CB423",
        "state that no backup saves",
        "warning",
        """
The machine says what is worth keeping, but is a client of no borgbackup instance: nobody saves it. Often a tag is misspelt,
or a machine was forgotten.""",
        bad='machines.laptop.clan.core.state.docs.folders = [ "/home" ];',
        good=_BORG + '\nmachines.laptop.clan.core.state.docs.folders = [ "/home" ];',
    ),
    Code(
        "CB424",
        "folder that is excluded as a whole",
        "error",
        """
An exclude pattern matches a folder of the state itself, so nothing of it is saved, and Borg says nothing. An error when
nothing else is left to save, a warning when there is.""",
        bad=_BORG.replace("laptop = { }", 'laptop.settings.exclude = [ "/home" ]')
        + '\nmachines.laptop.clan.core.state.docs.folders = [ "/home" ];',
        good=_BORG.replace("laptop = { }", 'laptop.settings.exclude = [ "/home/*/.cache" ]')
        + '\nmachines.laptop.clan.core.state.docs.folders = [ "/home" ];',
    ),
    Code(
        "CB425",
        "timer that does not go on",
        "warning",
        """
`startAt` names one year, or a day that no year has: systemd accepts it, and starts the job never, or never again.""",
        bad=_BORG.replace("laptop = { }", 'laptop.settings.startAt = "*-02-30"')
        + '\nmachines.laptop.clan.core.state.docs.folders = [ "/home" ];',
        good=_BORG.replace("laptop = { }", 'laptop.settings.startAt = "*-02-28"')
        + '\nmachines.laptop.clan.core.state.docs.folders = [ "/home" ];',
    ),
    Code(
        "CB426",
        "folder with a pattern",
        "warning",
        """
Folders of a state are taken as they are written: neither NixOS nor Borg expands `*` or `$HOME` in them, and a path with `..`
is stored under another name. What has no such name on the machine is not saved.""",
        bad=_BORG + '\nmachines.laptop.clan.core.state.docs.folders = [ "/home/*/docs" ];',
        good=_BORG + '\nmachines.laptop.clan.core.state.docs.folders = [ "/home" ];',
    ),
    Code(
        "CB427",
        "name that no unit can have",
        "error",
        """
A job is a systemd unit called after its destination, `borgbackup-job-<name>.service`, and systemd takes letters, digits and
`-_.:` only. NixOS fails when it writes the unit, or the job is never there.""",
        bad="""
inventory.instances.borgbackup.roles.client.machines.laptop.settings.destinations."my box".repo = "u1@box.example:./laptop";
machines.laptop.clan.core.state.docs.folders = [ "/home" ];""",
        good="""
inventory.instances.borgbackup.roles.client.machines.laptop.settings.destinations.my-box.repo = "u1@box.example:./laptop";
machines.laptop.clan.core.state.docs.folders = [ "/home" ];""",
    ),
    Code(
        "CB428",
        "repository without an address",
        "error",
        """
The destination has a `repo`, but it is an empty text. Borg would stop at it, every time.""",
        bad="""
inventory.instances.borgbackup.roles.client.machines.laptop.settings.destinations.box.repo = "";
machines.laptop.clan.core.state.docs.folders = [ "/home" ];""",
        good="""
inventory.instances.borgbackup.roles.client.machines.laptop.settings.destinations.box.repo = "u1@box.example:./laptop";
machines.laptop.clan.core.state.docs.folders = [ "/home" ];""",
    ),
    *operating.CODES,
    *insight.CODES,
)

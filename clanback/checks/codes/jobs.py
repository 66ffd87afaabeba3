"""CB414 to CB428: jobs, their timers and folders."""

from __future__ import annotations

from clanback.checks.registry import Code

_BORG = """
inventory.instances.borgbackup.roles.server.machines.server = { };
inventory.instances.borgbackup.roles.client.machines.laptop = { };"""

CODES = (
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
        good="""
inventory.instances.borgbackup.roles.client.machines.laptop.settings.destinations = {
  one.repo = "u1@box.example:./laptop";
  two.repo = "u2@other.example:./laptop";
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
        bad="""
inventory.instances.borgbackup.roles.server.machines = { server = { }; nas = { }; };
inventory.machines.nas = { };
inventory.instances.borgbackup.roles.client.machines.laptop = { };
machines.laptop.clan.core.state.app = {
  folders = [ "/var/lib/app" ];
  preBackupScript = "systemctl stop app";
  postBackupScript = "systemctl start app";
};""",
        good="""
inventory.instances.borgbackup.roles.server.machines.server = { };
inventory.instances.borgbackup.roles.client.machines.laptop = { };
machines.laptop.clan.core.state.docs.folders = [ "/home" ];""",
        options="--compat clan-core",
    ),
    Code(
        "CB419",
        "clients start together on one server",
        "warning",
        """
Many clients begin at the same minute on one server. clanback's modules spread them; with `--compat clan-core` they do
not.""",
        bad="""
inventory.instances.borgbackup.roles.server.machines.server = { };
inventory.instances.borgbackup.roles.client.tags.all = { };
inventory.machines = { a = { }; b = { }; c = { }; d = { }; e = { }; f = { }; g = { }; h = { }; };
machines = builtins.listToAttrs (
  map (name: {
    inherit name;
    value.clan.core.state.docs.folders = [ "/home" ];
  }) [ "laptop" "server" "a" "b" "c" "d" "e" "f" "g" "h" ]
);
--- clanback.toml
random_delay = 0""",
        good="""
inventory.instances.borgbackup.roles.server.machines.server = { };
inventory.instances.borgbackup.roles.client.machines.laptop = { };
machines.laptop.clan.core.state.docs.folders = [ "/home" ];""",
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
        bad="""
inventory.instances.borgbackup.roles.server.machines.server = { };
inventory.instances.borgbackup.roles.client.machines.laptop = { };
machines.laptop.clan.core.state.docs.folders = [ "/home/a:b" ];""",
        good="""
inventory.instances.borgbackup.roles.server.machines.server = { };
inventory.instances.borgbackup.roles.client.machines.laptop = { };
machines.laptop.clan.core.state.docs.folders = [ "/home" ];""",
        options="--compat clan-core",
    ),
    Code(
        "CB422",
        "prune matches other archives",
        "warning",
        """
Pruning goes by the beginning of archive names, and the archives of another job begin alike: it would delete them as
its own. clanback's modules use a prefix that only this job's archives have.""",
        bad="""
inventory.instances.borgbackup.roles.client.machines.laptop.settings.destinations = {
  one.repo = "u1@box.example:./laptop";
  one-more.repo = "u1@box.example:./laptop";
};
machines.laptop.clan.core.state.docs.folders = [ "/home" ];""",
        good="""
inventory.instances.borgbackup.roles.client.machines.laptop.settings.destinations = {
  one.repo = "u1@box.example:./one";
  one-more.repo = "u1@box.example:./one-more";
};
machines.laptop.clan.core.state.docs.folders = [ "/home" ];""",
        options="--compat clan-core",
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
)

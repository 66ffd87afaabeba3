"""CB429 to CB459: what machines save and keep, how they reach one another, and what is silenced."""

from __future__ import annotations

from clanback.checks.registry import Code

_BORG = """
inventory.instances.borgbackup.roles.server.machines.server = { };
inventory.instances.borgbackup.roles.client.machines.laptop = { };"""
_DOCS = '\nmachines.laptop.clan.core.state.docs.folders = [ "/home" ];'
_BOX = "\ninventory.instances.borgbackup.roles.client.machines.laptop.settings.destinations.box"

CODES = (
    Code(
        "CB429",
        "line that systemd-tmpfiles refuses",
        "warning",
        """
systemd-tmpfiles passes over this line of `systemd.tmpfiles.rules` and says so in the journal only: the folder it was to make
is not there, and the state in it is not saved. Lines are read as systemd reads them: types, modifiers, specifiers, modes,
accounts, ages, quotes and escapes.""",
        bad='\nmachines.laptop.systemd.tmpfiles.rules = [ "d srv/photos 0755 root root -" ];',
        good='\nmachines.laptop.systemd.tmpfiles.rules = [ "d /srv/photos 0755 root root -" ];',
    ),
    Code(
        "CB430",
        "end of a tmpfiles line that is ignored",
        "warning",
        """
Lines of this type take no argument, so systemd ignores the end of the line. Often a path with a space in it was not put in
quotes.""",
        bad='\nmachines.laptop.systemd.tmpfiles.rules = [ "d /srv/photos 0755 root root - old" ];',
        good="\nmachines.laptop.systemd.tmpfiles.rules = [ \"d '/srv/old photos' 0755 root root -\" ];",
    ),
    Code(
        "CB431",
        "tmpfiles rule removes what is saved",
        "warning",
        """
A rule of `systemd.tmpfiles.rules` removes the content of a folder that a state declares worth keeping: at every start (`D`,
`R`), or when it gets older than an age.""",
        bad=_BORG + _DOCS + '\nmachines.laptop.systemd.tmpfiles.rules = [ "d /home 0755 root root 30d" ];',
        good=_BORG + _DOCS + '\nmachines.laptop.systemd.tmpfiles.rules = [ "d /home 0755 root root -" ];',
    ),
    Code(
        "CB432",
        "saved folder is a symbolic link",
        "warning",
        """
A rule of `systemd.tmpfiles.rules` makes the folder of a state a symbolic link. Borg does not follow links that it is given:
the archive holds the link and nothing else.""",
        bad=_BORG + _DOCS + '\nmachines.laptop.systemd.tmpfiles.rules = [ "L+ /home - - - - /persist/home" ];',
        good=_BORG
        + '\nmachines.laptop.clan.core.state.docs.folders = [ "/persist/home" ];'
        + '\nmachines.laptop.systemd.tmpfiles.rules = [ "L+ /home - - - - /persist/home" ];',
    ),
    Code(
        "CB433",
        "saved folder does not last",
        "warning",
        """
The folder lies in memory (`/run`, `/dev/shm`) or where systemd removes old files (`/tmp`, `/var/tmp`): what is in it is gone
before anybody could want it back, and restoring it restores it for a while only.""",
        bad=_BORG + '\nmachines.laptop.clan.core.state.docs.folders = [ "/run/docs" ];',
        good=_BORG + '\nmachines.laptop.clan.core.state.docs.folders = [ "/var/lib/docs" ];',
    ),
    Code(
        "CB434",
        "repositories do not last",
        "warning",
        """
The repositories lie in memory, or where systemd removes old files: all backups are gone with the next start.""",
        bad=_BORG + _DOCS + '\ninventory.instances.borgbackup.roles.server.settings.directory = "/tmp/backups";',
        good=_BORG + _DOCS + '\ninventory.instances.borgbackup.roles.server.settings.directory = "/srv/backups";',
    ),
    Code(
        "CB435",
        "folder in another folder",
        "info",
        """
A folder lies in another one that is saved too. It is stored once, but restoring the outer one puts both back: what runs on
the inner one may not be stopped then.""",
        bad=_BORG + '\nmachines.laptop.clan.core.state.docs.folders = [ "/home" "/home/alice" ];',
        good=_BORG + '\nmachines.laptop.clan.core.state.docs.folders = [ "/home" "/srv" ];',
    ),
    Code(
        "CB436",
        "saved folder among the repositories",
        "warning",
        """
The folder lies where the server keeps the repositories of other machines, so it is mixed up with them, and may be taken for
one.""",
        bad="""
inventory.instances.borgbackup.roles.server.machines.server = { };
inventory.instances.borgbackup.roles.client.tags.all = { };
machines.laptop.clan.core.state.docs.folders = [ "/home" ];
machines.server.clan.core.state.notes.folders = [ "/var/lib/borgbackup/notes" ];""",
        good="""
inventory.instances.borgbackup.roles.server.machines.server = { };
inventory.instances.borgbackup.roles.client.tags.all = { };
machines.laptop.clan.core.state.docs.folders = [ "/home" ];
machines.server.clan.core.state.notes.folders = [ "/srv/notes" ];""",
    ),
    Code(
        "CB437",
        "database saved while it runs",
        "warning",
        """
The files of a database server hold together only while it stands still. Saved as they are while it writes, they may be
useless. Dump the database in `preBackupScript` and save the dump (clan-core's `clan.core.postgresql` does), or stop the service
around the backup.""",
        bad=_BORG + '\nmachines.laptop.clan.core.state.db.folders = [ "/var/lib/postgresql" ];',
        good=_BORG
        + """
machines.laptop.clan.core.state.db = {
  folders = [ "/var/lib/postgresql" ];
  preBackupScript = "systemctl stop postgresql";
  postBackupScript = "systemctl start postgresql";
};""",
    ),
    Code(
        "CB438",
        "hook calls a program without a path",
        "info",
        """
A hook finds what is in the system's path of the machine; this program is there only if something installs it. A store path is
always there. With `--compat clan-core` it is a warning for more programs: hooks of clan-core's jobs find coreutils, find,
grep, sed and systemd only, and fail with “command not found”.""",
        bad=_BORG
        + """
machines.laptop.clan.core.state.db = {
  folders = [ "/var/backup" ];
  preBackupScript = "sqlite3 /var/lib/app/db .dump > /var/backup/db.sql";
};""",
        good=_BORG
        + """
machines.laptop =
  { pkgs, ... }:
  {
    clan.core.state.db = {
      folders = [ "/var/backup" ];
      preBackupScript = "${pkgs.sqlite}/bin/sqlite3 /var/lib/app/db .dump > /var/backup/db.sql";
    };
  };""",
    ),
    Code(
        "CB439",
        "service that nothing starts again",
        "warning",
        """
A script stops a unit before the backup (or a restore), and neither it nor the script that runs afterwards starts it again.""",
        bad=_BORG
        + """
machines.laptop.clan.core.state.app = {
  folders = [ "/var/lib/app" ];
  preBackupScript = "systemctl stop app";
};""",
        good=_BORG
        + """
machines.laptop.clan.core.state.app = {
  folders = [ "/var/lib/app" ];
  preBackupScript = "systemctl stop app";
  postBackupScript = "systemctl start app";
};""",
    ),
    Code(
        "CB440",
        "`rsh` that ssh or Borg would refuse",
        "error",
        """ Borg
splits `rsh` into words as a shell does, and appends the host. A quote is not closed, an option does not exist or lacks its
value, or a host stands in it already.""",
        bad=_BOX + ' = {\n  repo = "u1@box.example:./laptop";\n  rsh = "ssh --port 23";\n};' + _DOCS,
        good=_BOX + ' = {\n  repo = "u1@box.example:./laptop";\n  rsh = "ssh -p 23";\n};' + _DOCS,
    ),
    Code(
        "CB441",
        "host key is not checked",
        "warning",
        """
With these options ssh takes whoever answers: somebody in between can take the backups, and give forged ones back.
`accept-new` trusts the first answer only and needs no more work.""",
        bad=_BOX + ' = {\n  repo = "u1@box.example:./laptop";\n  rsh = "ssh -o StrictHostKeyChecking=no";\n};' + _DOCS,
        good=_BOX + ' = {\n  repo = "u1@box.example:./laptop";\n  rsh = "ssh -o StrictHostKeyChecking=accept-new";\n};' + _DOCS,
    ),
    Code(
        "CB442",
        "key that no generator makes",
        "info",
        """
`-i` names a key that none of the generators known here makes for this machine. It has to be laid there in another way. A
warning where it cannot be right: the key of another machine, a slip in the name, a key in the Nix store.""",
        bad=_BOX + ' = {\n  repo = "u1@box.example:./laptop";\n  rsh = "ssh -i /root/.ssh/id_ed25519";\n};' + _DOCS,
        good=_BOX
        + """ = {
  repo = "u1@box.example:./laptop";
  rsh = "ssh -i /run/secrets/vars/per-machine/laptop/borgbackup/borgbackup.ssh";
};"""
        + _DOCS,
    ),
    Code(
        "CB443",
        "password in `rsh`",
        "warning",
        """ The command is written into the Nix store, which everybody on
the machine can read, and into the repository.""",
        bad=_BOX + ' = {\n  repo = "u1@box.example:./laptop";\n  rsh = "sshpass -p hunter2 ssh";\n};' + _DOCS,
        good=_BOX + ' = {\n  repo = "u1@box.example:./laptop";\n  rsh = "sshpass -f /root/box.password ssh";\n};' + _DOCS,
    ),
    Code(
        "CB444",
        "address that Borg cannot reach",
        "error",
        """
Borg 1 knows `ssh://user@host:port/path`, `user@host:path` and folders. What begins with `sftp:`, `s3:`, `rclone:` or `https:`
it takes for a host or a folder of that name; `::` is followed by the name of an archive, which jobs make themselves.""",
        bad=_BOX + '.repo = "sftp://u1@box.example/laptop";' + _DOCS,
        good=_BOX + '.repo = "ssh://u1@box.example:23/./laptop";' + _DOCS,
    ),
    Code(
        "CB445",
        "address that means something else",
        "warning",
        """
Borg takes the address, but for something else than it looks like: without a colon after the host it is a folder of the
machine itself, and a number after the colon is a folder, not a port.""",
        bad=_BOX + '.repo = "u1@box.example/laptop";' + _DOCS,
        good=_BOX + '.repo = "u1@box.example:laptop";' + _DOCS,
    ),
    Code(
        "CB446",
        "exclude pattern that Borg refuses",
        "error",
        """
Patterns may begin with `fm:`, `sh:`, `re:`, `pp:` or `pf:`; what follows `re:` is a regular expression. Borg stops at
anything else, and nothing is saved.""",
        bad=_BORG.replace("laptop = { }", 'laptop.settings.exclude = [ "re:*.tmp" ]') + _DOCS,
        good=_BORG.replace("laptop = { }", 'laptop.settings.exclude = [ "*.tmp" ]') + _DOCS,
    ),
    Code(
        "CB447",
        "exclude pattern without effect",
        "info",
        """
The pattern begins with a folder that is not saved, so it leaves out nothing.""",
        bad=_BORG.replace("laptop = { }", 'laptop.settings.exclude = [ "/var/cache" ]') + _DOCS,
        good=_BORG.replace("laptop = { }", 'laptop.settings.exclude = [ "/home/*/.cache" ]') + _DOCS,
    ),
    Code(
        "CB448",
        "address of the machine itself",
        "warning",
        """
`localhost` means the machine that says it: clients on other machines would look for the server on themselves.""",
        bad=_BORG + _DOCS + '\ninventory.instances.borgbackup.roles.server.settings.address = "localhost";',
        good=_BORG + _DOCS + '\ninventory.instances.borgbackup.roles.server.settings.address = "192.0.2.12";',
    ),
    Code(
        "CB449",
        "two machines with one address",
        "warning",
        """
Two machines have the same `deploy.targetHost`. Commands that reach a machine would reach one of them for both: secrets,
backups and restores of one would go to the other.""",
        bad="""
inventory.machines.laptop.deploy.targetHost = "root@192.0.2.11";
inventory.machines.server.deploy.targetHost = "root@192.0.2.11";""",
        good="""
inventory.machines.laptop.deploy.targetHost = "root@192.0.2.11";
inventory.machines.server.deploy.targetHost = "root@192.0.2.12";""",
    ),
    Code(
        "CB450",
        "append-only does not reach a destination",
        "info",
        """
`append_only` restricts the client's key on servers of the clan. A destination elsewhere is not ours to restrict: whoever has
the key can delete its archives. Many providers offer snapshots, or keys that may only append.""",
        bad=_BOX + '.repo = "u1@box.example:./laptop";' + _DOCS + "\n--- clanback.toml\n[machines.laptop]\nappend_only = true",
        good=_BORG + _DOCS + "\n--- clanback.toml\n[machines.laptop]\nappend_only = true",
    ),
    Code(
        "CB451",
        "hooks after the job run for nothing",
        "warning",
        """
clan-core runs the scripts after a job whatever ran before it: if the first one fails, services are started that nobody
stopped. clanback's modules run them for exactly the states whose script before was begun; with `--compat clan-core` they do
not.""",
        bad=_BORG
        + """
machines.laptop.clan.core.state.app = {
  folders = [ "/var/lib/app" ];
  preBackupScript = "systemctl stop app";
  postBackupScript = "systemctl start app";
};
machines.laptop.clan.core.state.web = {
  folders = [ "/var/lib/web" ];
  preBackupScript = "systemctl stop web";
  postBackupScript = "systemctl start web";
};""",
        good=_BORG + _DOCS,
        options="--compat clan-core",
    ),
    Code(
        "CB452",
        "nothing to ignore",
        "warning",
        """
A comment `# clanback: ignore[…]` stands where no finding of that code is: the finding was mended, the code is another one, or
the comment is not on the finding's line or the line above. Errors that keep a clan from being understood cannot be ignored.""",
        bad='meta.domain = "ours"; # clanback: ignore[CB301] not a placeholder',
        good='meta.domain = "ours";',
    ),
    Code(
        "CB453",
        "comment that ignores nothing",
        "warning",
        """
A comment begins with `clanback:` but is not `# clanback: ignore[CODE, …] reason`, or a code in it does not exist. Without a
reason it works, and this is a remark: whoever reads it later wants to know why.""",
        bad='meta.domain = "ours"; # clanback: ignore CB301',
        good='meta.domain = "ours"; # nothing that clanback reads',
    ),
    Code(
        "CB454",
        "tag names an unknown machine",
        "warning",
        """
`inventory.tags` gives a tag to a machine that does not exist. clan-core passes over it without a word; often the name is
misspelt, and the machine that was meant is not saved.""",
        bad='inventory.tags.saved = [ "labtop" ];',
        good='inventory.tags.saved = [ "laptop" ];',
    ),
    Code(
        "CB456",
        "job that never rests",
        "warning",
        """
`startAt` starts the job every few minutes, or every second: a star stands for every hour, minute or second. Each run reads
all that is saved, and holds the lock of the repository.""",
        bad=_BORG.replace("laptop = { }", 'laptop.settings.startAt = "*-*-* *:*:00"') + _DOCS,
        good=_BORG.replace("laptop = { }", 'laptop.settings.startAt = "*-*-* *:00:00"') + _DOCS,
    ),
    Code(
        "CB457",
        "folder with nothing to save in it",
        "warning",
        """
`/proc`, `/sys` and `/dev` show the running kernel, and the Nix store is made again from the configuration. Saving `/` saves
them all, unless they are excluded.""",
        bad=_BORG + '\nmachines.laptop.clan.core.state.docs.folders = [ "/" ];',
        good=_BORG.replace("laptop = { }", 'laptop.settings.exclude = [ "/proc" "/sys" "/dev" "/run" "/nix" ]')
        + '\nmachines.laptop.clan.core.state.docs.folders = [ "/" ];',
    ),
    Code(
        "CB458",
        "file with keys cannot be read",
        "error",
        """
`openssh.authorizedKeys.keyFiles` names a file of the repository that is not there. NixOS stops at it.""",
        bad="""
inventory.instances.users.roles.default.machines.laptop.settings = {
  user = "alice";
  openssh.authorizedKeys.keyFiles = [ ./alice.pub ];
};""",
        good="""
inventory.instances.users.roles.default.machines.laptop.settings = {
  user = "alice";
  openssh.authorizedKeys.keyFiles = [ ./alice.pub ];
};
--- alice.pub
ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMYQpZ0ZQ2HkJ0cYqW8n7lZ5oR7mE2S8vVw0n3p1bKxT alice""",
    ),
    Code(
        "CB459",
        "search domain that is none",
        "warning",
        """
The certificate of a host key is made for the machine's name in these domains. What stands here can be no part of a name.""",
        bad="""
inventory.instances.sshd.roles.server = {
  machines.server = { };
  settings.certificate.searchDomains = [ "home example" ];
};""",
        good="""
inventory.instances.sshd.roles.server = {
  machines.server = { };
  settings.certificate.searchDomains = [ "home.example" ];
};""",
    ),
)

"""CB460 to CB489: backups that are made, listed, restored and watched from the operator's computer."""

from __future__ import annotations

from clanback.checks.registry import Code

CODES = (
    Code(
        "CB460",
        "a target host that ssh cannot be given",
        "error",
        """
`deploy.targetHost` is an address with a few harmless options, as clan-core reads it. What would make `ssh` on your computer
start a program (`ProxyCommand`, `LocalCommand`), or would be taken for an option of `ssh`, is refused: a clan may come from
somebody else. Put such options into `~/.ssh/config`, under the name of the host.""",
    ),
    Code(
        "CB461",
        "nobody says where a machine is reached",
        "error",
        """
The machine has no `deploy.targetHost`, or one that only Nix knows, so `clanback backups` cannot connect to it. Set
`inventory.machines.NAME.deploy.targetHost = "root@ADDRESS"`, or give the address with `--target-host`.""",
    ),
    Code(
        "CB462",
        "a machine cannot be reached",
        "error",
        """
`ssh` could not connect, or the machine lets nobody in with your keys; its own words stand below. Other machines of the same
command are not affected, and the exit status is 4. Nothing was changed on the machine.""",
    ),
    Code(
        "CB463",
        "a machine shows another host key",
        "error",
        """
`vars/` knows the host key of the machine, or `known_hosts` remembers one, and who answers at its address has another. Nothing was
sent. If the machine was installed anew, deploy its keys; else somebody stands between you and it.""",
    ),
    Code(
        "CB464",
        "the connection was lost",
        "error",
        """
The machine was reached and began to work, then the connection ended, or it stopped answering. Backup jobs are units of the
machine's own and go on; a restore goes on, too, on machines that clanback rendered. `clanback backups status` says what became of
it. Borg commits an archive in one step, so an interrupted backup leaves all earlier archives as they were.""",
    ),
    Code(
        "CB465",
        "a command on a machine failed",
        "error",
        """
The machine was reached, and what it was told to do failed there. Its own words stand in the message; the journal of the machine
has more. Other machines of the same command are not affected, and the exit status is 3.""",
    ),
    Code(
        "CB466",
        "an answer that makes no sense",
        "error",
        """
The machine answered, and the answer is not what its program prints: it was cut off, is of a newer version, or another program
answered in its place. Nothing is made of half an answer.""",
    ),
    Code(
        "CB467",
        "no backups on a machine",
        "error",
        """
The machine is no client of a backup service, has no provider of that name, or does not have the commands that a rendered module
installs. Deploy what `clanback render` wrote for it.""",
    ),
    Code(
        "CB468",
        "no such archive",
        "error",
        """
The name is none that `clanback backups list MACHINE` prints (`JOB::REPOSITORY::ARCHIVE`), the machine has no such job, or the
archive was pruned since. Nothing was restored.""",
    ),
    Code(
        "CB469",
        "nothing is known to restore",
        "error",
        """
No state of the machine names a folder, or there is no state of that name. An archive is never restored as a whole because
nothing was said: name folders with `--path`.""",
    ),
    Code(
        "CB470",
        "a path that cannot be restored",
        "error",
        """
The path is not absolute, does not belong to the state that was named, or is not in the archive. What was asked for besides it is
restored as far as the message says.""",
    ),
    Code(
        "CB471",
        "a folder with a colon, and a machine that cannot be told",
        "error",
        """
clan-core's contract passes folders separated by colons, so a machine that follows it alone would take one folder for two and
restore what nobody asked for. Machines that clanback rendered are asked in another way, and have no such limit.""",
    ),
    Code(
        "CB472",
        "a machine that speaks the contract only",
        "error",
        """
What was asked for needs `clanback-machine`, the program that rendered modules install. The machine has only clan-core's three
commands: start all jobs, list names, restore folders to where they were.""",
    ),
    Code(
        "CB473",
        "the passphrase does not open the repository",
        "error",
        """
The passphrase, in `vars/` or on the machine, is not the one the repository was made with. Nothing was written. If it was
generated anew, restore the old one from version control: without it no archive can be read.""",
    ),
    Code(
        "CB474",
        "the repository is not as it was",
        "error",
        """
There is no repository at the place, it was moved, is damaged, or is older than what was seen last. Nothing was written to it.
Look on the server before anything else; a repository that was moved by mistake can be moved back.""",
    ),
    Code(
        "CB475",
        "the repository is locked",
        "error",
        """
Somebody else works on it: a backup, a prune, a check. Wait and try again. A lock of a machine that crashed stays; only when
nobody can be using the repository, `borg break-lock` on the server removes it.""",
    ),
    Code(
        "CB476",
        "no room left",
        "error",
        """
The disk of the server or the quota of the repository is full, or the place where files are restored. Borg does not commit an
archive it could not write, and complete archives are not touched. Make room and run the command again.""",
    ),
    Code(
        "CB477",
        "no secrets to open a repository with",
        "error",
        """
To restore without the machine, its passphrase and ssh key are taken out of `vars/`, and one of them is not there or is none.
Restore them from version control; `clanback vars check` says what is missing.""",
    ),
    Code(
        "CB478",
        "files are in the way",
        "error",
        """
Something that would be restored is already there, and none of it was touched. Name an empty folder with `--to`, or agree to
have it replaced with `--overwrite`.""",
    ),
    Code(
        "CB479",
        "a machine cannot use its server",
        "error",
        """
The machine that makes the backup does not reach the server of the repository, meets another host key there, or is not let in. The
message holds its words. Nothing was written, and earlier archives are as they were.""",
    ),
    Code(
        "CB480",
        "a job that the machine does not have",
        "error",
        """
The job is planned in `clan.nix`, and the machine does not have it: it was not deployed since, or has no state.
What you believe to be saved is not.""",
    ),
    Code(
        "CB481",
        "the newest backup is too old",
        "error",
        """
The newest good archive of a job is older than `--max-age`. The job does not run, or runs and fails; `clanback backups status`
and the journal of the machine say which.""",
    ),
    Code(
        "CB482",
        "no archive yet",
        "error",
        """
The job has made no complete archive, or made none in the time it was given. Until it has, nothing can be restored.""",
    ),
    Code(
        "CB483",
        "a backup failed",
        "error",
        """
The job's last run ended with an error, or could not start. Archives that were made before are as they were. The journal of the
machine says what happened.""",
    ),
    Code(
        "CB484",
        "a clock that is wrong",
        "error",
        """
The clock of a machine differs from ours, or its newest archive is dated after now. Archives carry the time of the machine that
made them: after a jump nobody knows how old they are, and prune may keep the wrong ones. Mend the clock, then make a backup.""",
    ),
    Code(
        "CB485",
        "a backup that is not what it should be",
        "error",
        """
`backups verify` found a repository that `borg check` complains of, or an archive whose files came out otherwise than Borg
lists them, or than they are on the machine. Copy the repository before anything else, look at the files named, and make a new
backup.""",
    ),
    Code(
        "CB486",
        "not everything came back",
        "warning",
        """
Most was restored, and what is named in the message was not, or not as it was saved: a file that the archive does not hold, an
owner or attribute that the place cannot have, state that only NixOS knows of.""",
    ),
    Code(
        "CB487",
        "something is wrong with a repository",
        "error",
        """
A repository on its server is not there, is nearly full, or holds a lock whose owner is gone. The message says which, and what to
do.""",
    ),
    Code(
        "CB488",
        "a job that nobody planned",
        "warning",
        """
The machine has a backup job that `clan.nix` does not plan: it was taken out of the clan and the machine was not deployed since,
or somebody declared it by hand.""",
    ),
    Code(
        "CB489",
        "a folder that cannot be restored to",
        "error",
        """
The folder cannot be made or written to, on this computer or on the machine that was named. Nothing was put into place.""",
    ),
)

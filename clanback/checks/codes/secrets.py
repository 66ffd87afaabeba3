"""CB5xx: keys, passwords and secrets."""

from __future__ import annotations

from clanback.checks.registry import Code

CODES: tuple[Code, ...] = (
    Code(
        "CB501",
        "malformed public value",
        "error",
        """
A file below `vars/` that must hold a public key, or a certificate of a host key, holds something else: a merge that went
wrong, or a file that was cut off. It would be written into `authorizedKeys` or `knownHosts` as it is, and every backup that
depends on it would fail. Restore the file from version control, or generate it again.""",
        bad="""
inventory.instances.borgbackup.roles.server.machines.server = { };
inventory.instances.borgbackup.roles.client.machines.laptop = { };
machines.laptop.clan.core.state.docs.folders = [ "/home" ];
--- vars/per-machine/laptop/borgbackup/borgbackup.ssh.pub/value
ssh-ed25519 AAAA""",
        good="""
inventory.instances.borgbackup.roles.server.machines.server = { };
inventory.instances.borgbackup.roles.client.machines.laptop = { };
machines.laptop.clan.core.state.docs.folders = [ "/home" ];
--- vars/per-machine/laptop/borgbackup/borgbackup.ssh.pub/value
ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMYQpZ0ZQ2HkJ0cYqW8n7lZ5oR7mE2S8vVw0n3p1bKxT""",
    ),
    Code(
        "CB510",
        "not generated",
        "error",
        """
A key, password or secret that a machine needs has not been made. `clanback vars generate` makes everything that is missing,
or what is missing of one machine: `clanback vars generate laptop`.""",
    ),
    Code(
        "CB511",
        "nobody may read the secrets",
        "error",
        """
Secrets are encrypted to the machines, and the keys of the machines to the people who look after the clan. Nobody is named.
Name public keys in clan.nix, `vars.settings.recipients.default = [ "age1…" ];` (and
`vars.settings.recipients.hosts.<machine>` for machines that others look after), or in clanback.toml: `recipients` in the
table `[vars]`. In a clan that names nobody at all, `clanback vars generate` names you.""",
    ),
    Code(
        "CB512",
        "no age identity",
        "error",
        """
To decrypt a secret, clanback needs your private key, an age identity. It takes the one in the environment variable AGE_KEY;
else the file that AGE_KEYFILE names; else those in ~/.config/age/identities, ~/.config/sops/age/keys.txt and ~/.age/key.txt.
`clanback vars keygen` makes one. On a new computer copy yours from the old one. A variable that is set but empty is an error: it
was meant to hold a key, and another one must not be taken in its place.""",
    ),
    Code(
        "CB513",
        "not for your identity",
        "error",
        """
The file is encrypted to others. Somebody who can read it has to name your public key among the recipients and run `clanback
vars fix`, which encrypts the keys of the machines for you too. If you have several identities, AGE_KEYFILE says which to use.""",
    ),
    Code(
        "CB514",
        "unreadable file",
        "error",
        """
A file of the store is there but cannot be read: it belongs to somebody else, or there is a folder in its place.""",
    ),
    Code(
        "CB515",
        "not encrypted by age",
        "error",
        """
Where a secret belongs lies something else: a file that was cut off, a merge that went wrong, or the secret itself in plain
text. If it is plain text, consider it known to everybody who can read the repository, make another one, and remove the file
from the history.""",
    ),
    Code(
        "CB516",
        "for the wrong readers",
        "error",
        """
A secret or the key of a machine is encrypted for others than those who should read it: somebody has come or gone in
`vars.settings.recipients`, another machine uses a shared secret, or the list beside the file does not tell the truth.
`clanback vars fix` encrypts it anew. Somebody who could read it before can still read it in the history: make such secrets
anew.""",
    ),
    Code(
        "CB517",
        "a certificate ends",
        "warning",
        """
The certificate of a host key has expired, or will within 30 days. Then clients no longer trust the machine, and backups to it
fail. clanback makes certificates without an end, as clan-core does; this one was made by something else.""",
    ),
    Code(
        "CB518",
        "a program could not be used",
        "error",
        """
Identities and recipients that are plugins (a security key: `AGE-PLUGIN-…`, `age1yubikey1…`), or that a passphrase protects,
need the program `age` and the plugin; secrets in clan-core's sops store need `sops`. Install what is missing.""",
    ),
    Code(
        "CB519",
        "cannot write",
        "error",
        """
A file could not be written: the disk is full, or the folder belongs to somebody else. Secrets are changed all or none, so
nothing is half-written; make room, or see to the permissions, and run the command again.""",
    ),
    Code(
        "CB520",
        "somebody else is changing the secrets",
        "error",
        """
Only one clanback at a time changes the secrets of a clan. It waits for another one for half a minute, then gives up. Often
the other one waits for a password to be entered.""",
    ),
    Code(
        "CB521",
        "no such machine, generator or file",
        "error",
        """
The name of a machine, generator or file is none of this clan's. `clanback vars list` shows them all.""",
    ),
    Code(
        "CB522",
        "a value that follows from others",
        "error",
        """
Public keys follow from private ones, hashes from passwords, certificates from keys. Set what they follow from, or have them
made.""",
    ),
    Code(
        "CB523",
        "secrets kept by sops",
        "error",
        """
Secrets of this clan lie in clan-core's sops store. clanback can read them, with the program `sops`, but does not write there:
who may read them is decided by users, groups and machines below `sops/`, which clan-core manages. Use `clan vars generate`,
or move the clan to age.""",
    ),
    Code(
        "CB524",
        "not entered twice alike",
        "error",
        """
A password is entered twice, hidden, so that a slip does not lock anybody out. Nothing has been changed; run the command
again.""",
    ),
    Code(
        "CB525",
        "not a public key",
        "error",
        """
A recipient must be a public key that age can encrypt to: `age1…`, `ssh-ed25519 AAAA…` or `ssh-rsa AAAA…`, or that of a
plugin.""",
    ),
    Code(
        "CB526",
        "not an identity",
        "error",
        """
A file that should hold your age identity holds something else. An identity is a line that begins with `AGE-SECRET-KEY-1` or
`AGE-PLUGIN-`, or a private key of OpenSSH; lines that begin with `#` are comments.""",
    ),
    Code(
        "CB527",
        "not what it should be",
        "error",
        """
A file decrypts, but its content cannot be used: no private key where one belongs, a certificate for another key, a hash of
another password. Restore it from version control or generate it again.""",
    ),
    Code(
        "CB528",
        "a machine without its key",
        "error",
        """
Each machine has a key pair below `secrets/age-keys/machines/`. One half is missing, so its secrets can no longer be
decrypted. Restore the file from version control. If it is lost, so are the secrets; they can be made anew, which also means a
new passphrase for backups: archives made so far can then be read with `clanback vars export`'s sheet only.""",
    ),
    Code(
        "CB529",
        "secrets of a machine that is gone",
        "warning",
        """
A folder below `vars/` or `secrets/` belongs to a machine that the clan does not have: it was removed or renamed. The
passphrase of its backups may be in there. Remove the folder when nobody needs its backups any more.""",
    ),
    Code(
        "CB530",
        "a change that nobody decided",
        "error",
        """
When several files are changed, their new contents first lie in `secrets/.clanback-change`, so that a run that was killed can
be finished by the next. What lies there now was not written by clanback. Remove it.""",
    ),
    Code(
        "CB531",
        "a line that cannot be right",
        "error",
        """
A sheet of `clanback vars export` has check digits at the end of each line. Those of the line that is named do not fit what
stands before them, or the line belongs elsewhere. The line itself is not shown, because it may be a secret.""",
    ),
    Code(
        "CB532",
        "the sheet says something else",
        "error",
        """
A secret that exists differs from the one on the sheet: the sheet is older, or of another clan. `clanback vars import --force`
takes what the sheet says. For the passphrase of a backup remember which of the two the archives were made with.""",
    ),
    Code(
        "CB533",
        "a value that cannot be one",
        "error",
        """
What was given to `clanback vars set`, or stands on a sheet, cannot be the content of that file: a key must be a private key
of OpenSSH that no passphrase protects, a password one line of text.""",
    ),
    Code(
        "CB540",
        "a name that cannot be a folder",
        "error",
        """
Keys and passwords lie in folders named after machines, generators and users. A name with a slash, or one that begins with a
dot, would lead elsewhere.""",
    ),
    Code(
        "CB560",
        "secrets that somebody else deploys",
        "error",
        """
With the way `clan`, clan-core brings the secrets to the machines (`clan machines update`). `clanback vars upload` is for the
other ways: see `docs/how-to/secrets-to-the-machines.md`.""",
    ),
    Code(
        "CB561",
        "a machine did not take its secrets",
        "error",
        """
The machine was reached, but the secrets did not come to lie in their place: no space, no permission, no `tar`. What it said
stands below the message. The secrets it had before are still there, whole.""",
    ),
    Code(
        "CB562",
        "secrets arrived, but are not all in use",
        "warning",
        """
The new secrets are on the machine for good, and will be laid down when it next boots or activates a system. Laying them down at
once did not succeed for all: the system that runs there declares a secret that was not uploaded, or a user that does not exist.
Deploy what was rendered last, and upload again.""",
    ),
    Code(
        "CB563",
        "secrets cannot be laid out",
        "error",
        """
`vars upload --directory` makes a folder with the secrets of one machine, readable as they are, for an installer to copy. It
never adds to one that has secrets already, so that those of two machines are not mixed, and follows no link in it, which could
lead anywhere. A folder that is new or empty always does.""",
    ),
    Code(
        "CB564",
        "a secret that sops-nix would not bring as it is",
        "error",
        """
With `secrets = "sops-nix"` each secret of a machine lies in the repository twice: as age file, and as the file that sops-nix
reads. The second is missing, or was made from another content, since clan-core or an older setting wrote only the first. The
machine would get the old secret, or evaluation would stop. `clanback vars fix` makes the two agree.""",
    ),
)

"""Make, list and restore backups on the machines, and see that they are good.

Machines are reached over the system's OpenSSH, as `deploy.targetHost` says; host keys are those of `vars/` where it knows them.
When a machine is gone, `restore --from-repository` needs only its server and the secrets in `vars/`.
"""

from __future__ import annotations

from clanback.cli.backups import create, prune, restore, status, verify
from clanback.cli.backups import list as listing

NAME = "backups"
SUMMARY = "make, list and restore backups, and see that they are good"
SUBCOMMANDS = (create, listing, restore, verify, status, prune)

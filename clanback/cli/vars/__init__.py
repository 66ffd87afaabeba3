"""Keys, passwords and secrets of the machines: make them, look at them, keep them readable for the right people.

They lie in the repository: public values below vars/, secrets below secrets/, encrypted with age.
Both are laid out as clan-core does it, so that either tool can go on where the other stopped.
"""

from __future__ import annotations

from clanback.cli.vars import check, export, fix, generate, get, importing, keygen, listing, setting, upload

NAME = "vars"
SUMMARY = "keys, passwords and secrets of the machines"
SUBCOMMANDS = (generate, listing, get, setting, check, fix, upload, keygen, export, importing)

"""CB230 to CB242: clanback.toml, and state in machines' modules."""

from __future__ import annotations

from clanback.checks.registry import Code

CODES = (
    Code(
        "CB230",
        "invalid clanback.toml",
        "error",
        """
`clanback.toml` is not TOML or cannot be read.""",
        bad="""
--- clanback.toml
quota 100G""",
        good="""
--- clanback.toml
quota = "100G"
""",
    ),
    Code(
        "CB231",
        "unknown key in clanback.toml",
        "error",
        """
There is no setting of this name. `docs/reference/settings.md` lists them all.""",
        bad="""
--- clanback.toml
qota = "100G"
""",
        good="""
--- clanback.toml
quota = "100G"
""",
    ),
    Code(
        "CB232",
        "wrong value in clanback.toml",
        "error",
        """
The setting wants another kind of value; the message says which. A `retention` that keeps nothing is wrong too: with `daily`,
`weekly`, `monthly` and `yearly` all 0 and `within` no more than a day, pruning would delete all archives but the newest.""",
        bad="""
--- clanback.toml
quota = "much"
""",
        good="""
--- clanback.toml
quota = "100G"
""",
    ),
    Code(
        "CB233",
        "clanback.toml names something unknown",
        "error",
        """
The file has settings for an instance, role, tag or machine that the clan does not have, so they would do nothing.""",
        bad="""
--- clanback.toml
[machines.labtop]
quota = "100G"
""",
        good="""
--- clanback.toml
[machines.laptop]
quota = "100G"
""",
    ),
    Code(
        "CB234",
        "conflicting values in clanback.toml",
        "error",
        """
Two places of `clanback.toml` that count alike (a role and a machine, or two tags of one machine) give one setting
different values.""",
        bad="""
inventory.instances.borgbackup.roles.server.machines.server = { };
inventory.instances.borgbackup.roles.client.machines.laptop = { };
machines.laptop.clan.core.state.docs.folders = [ "/home" ];
--- clanback.toml
[roles.borgbackup.client]
random_delay = "10min"

[machines.laptop]
random_delay = "1h"
""",
        good="""
inventory.instances.borgbackup.roles.server.machines.server = { };
inventory.instances.borgbackup.roles.client.machines.laptop = { };
machines.laptop.clan.core.state.docs.folders = [ "/home" ];
--- clanback.toml
random_delay = "10min"

[machines.laptop]
random_delay = "1h"
""",
    ),
    Code(
        "CB240",
        "invalid name of a state",
        "error",
        """
The name after `clan.core.state` becomes part of file and command names: letters, digits, `_` and `-`.""",
        bad='machines.laptop.clan.core.state."my docs".folders = [ "/home" ];',
        good='machines.laptop.clan.core.state.my-docs.folders = [ "/home" ];',
    ),
    Code(
        "CB241",
        "unknown option of a state",
        "warning",
        """
A state has `folders`, `preBackupScript`, `postBackupScript`, `preRestoreScript` and `postRestoreScript`; this option
is none of them.""",
        bad='machines.laptop.clan.core.state.docs.folder = [ "/home" ];',
        good='machines.laptop.clan.core.state.docs.folders = [ "/home" ];',
    ),
    Code(
        "CB242",
        "unknown option of clan-core",
        "warning",
        """
Neither `clan` nor `clan.core` has an option of this name, and one of almost the same name exists: what it holds would not be
seen, and the state in it not be saved. NixOS refuses the machine, but only when it is built.""",
        bad='machines.laptop.clan.core.sate.docs.folders = [ "/home" ];',
        good='machines.laptop.clan.core.state.docs.folders = [ "/home" ];',
    ),
)

"""Clans to be drawn: a home of three machines and an office of as many as wanted, as `clan.nix` and `clanback.toml`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

HOME = """{
  meta.name = "home";
  inventory.machines = { alice-laptop = { }; living-room = { }; nas = { }; };
  inventory.instances.borgbackup.roles = {
    client.machines.alice-laptop = { };
    client.machines.living-room.settings.startAt = "Sun 04:00";
    server.machines.nas = { };
  };
  inventory.instances.offsite = {
    module.name = "borgbackup";
    roles.client.machines.nas.settings.destinations.storagebox.repo = "u123456@u123456.your-storagebox.de:./nas";
    roles.client.machines.alice-laptop.settings.destinations.storagebox.repo = "u123456@u123456.your-storagebox.de:./alice";
    roles.client.settings.startAt = "03:30";
  };
  machines = {
    alice-laptop.clan.core.state.documents.folders = [ "/home/alice/documents" "/home/alice/pictures" ];
    living-room.clan.core.state.recordings.folders = [ "/srv/recordings" ];
    nas.clan.core.state.photos.folders = [ "/srv/photos" ];
    nas.services.home-assistant.enable = true;
  };
}
"""

SITES = ("north", "south", "west")
KINDS = ("laptop", "laptop", "laptop", "desktop", "web", "laptop", "db", "laptop", "desktop", "laptop", "kiosk", "web")
FOLDERS = {"laptop": '"/home"', "desktop": '"/home" "/srv/projects"', "web": '"/var/www"', "db": '"/var/backup/postgres"'}
SERVERS = {"nas-north": "north", "nas-south": "south", "nas-west": "west", "vault": "cellar"}
BOX = "u1.your-storagebox.de"


def office(count: int) -> str:
    """An office at three sites: a server at each, a vault, and a storage box elsewhere."""
    machines, modules = [], []
    for number in range(count - len(SERVERS)):
        kind, site = KINDS[number % len(KINDS)], SITES[number // 5 % 3]
        name = f"{kind}-{number:03d}"
        machines.append(f'    {name}.tags = [ "{kind}" "{site}" ];')
        if kind in FOLDERS:
            state = [f"clan.core.state.data.folders = [ {FOLDERS[kind]} ];"]
            state += ["clan.core.state.more.folders = [ config.services.x.dataDir ];"] if kind == "db" and number % 4 == 2 else []
            state += ["services.vaultwarden.enable = true;"] if kind == "web" and number % 4 == 0 else []
            modules.append(f"    {name} = {{ config, ... }}: {{ {' '.join(state)} }};")
    machines += [f'    {name}.tags = [ "server" ];' for name in SERVERS]
    modules += [f'    {name}.clan.core.state.keys.folders = [ "/etc/keys" ];' for name in SERVERS]
    instances = [
        f'    backup-{site} = {{ module.name = "borgbackup"; roles.server.machines.nas-{site} = {{ }}; '
        f"roles.client.tags.{site} = {{ }}; }};"
        for site in SITES
    ]
    boxes = "".join(f' {name}.settings.destinations.box-{name}.repo = "u1-{name}@{BOX}:./{name}";' for name in SERVERS)
    return "\n".join(
        [
            "{",
            '  meta.name = "office";',
            "  inventory.machines = {",
            *machines,
            "  };",
            "  inventory.instances = {",
            *instances,
            '    deep = { module.name = "borgbackup"; roles.server.machines.vault = { };',
            "      roles.client.tags = { db = { }; web = { }; server = { }; };",
            '      roles.client.settings.startAt = "03:00"; };',
            f'    box = {{ module.name = "borgbackup"; roles.client.machines = {{{boxes} }}; }};',
            "  };",
            "  machines = {",
            *modules,
            "  };",
            "}",
            "",
        ]
    )


def sites() -> str:
    """Where the office's machines and destinations stand."""
    parts = [f'[tags.{site}]\nsite = "{site}"' for site in SITES]
    parts += [f'[machines.{name}]\nsite = "{site}"' for name, site in SERVERS.items()]
    parts += [f'[destinations.box-{name}]\nsite = "data centre"' for name in SERVERS]
    return "\n".join(parts) + "\n"


def lay_out(folder: Path, count: int) -> Path:
    """The home (up to three machines) or the office in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "clan.nix").write_text(HOME if count <= 3 else office(count))
    if count > 3:
        (folder / "clanback.toml").write_text(sites())
    return folder

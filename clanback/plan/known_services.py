"""Where well-known NixOS services keep what somebody would miss, as the modules of nixpkgs say it.

Each entry was read in the module it names (below `nixos/modules/services/`). A service that is not here may have state all the
same: then an audit says that it does not know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@attrs.frozen
class KnownService:
    """Folders of one service. `option` moves the first of them; with `below` its value is a name in `/var/lib`.

    `dynamic`: systemd makes the user (`DynamicUser`), and the folder in `/var/lib` is a link to `/var/lib/private`: Borg would
    save the link. `either`: one of the folders is used, by age of the installation. `database` names a service whose state it
    uses as well, unless told otherwise.
    """

    name: str
    module: str
    folders: tuple[str, ...] = ()
    option: str | None = None
    below: bool = False
    dynamic: bool = False
    either: bool = False
    database: str | None = None


POSTGRESQL = "postgresql"


def _table() -> Iterator[KnownService]:
    def at(name: str, module: str, folder: str | None = None, option: str | None = None, **more: object) -> KnownService:
        folders = (folder or f"/var/lib/{name}",)
        return KnownService(name, module, folders, option, **more)  # type: ignore[arg-type]

    # Databases
    yield KnownService("postgresql", "databases/postgresql.nix", ("/var/lib/postgresql",), "dataDir")
    yield KnownService("mysql", "databases/mysql.nix", ("/var/lib/mysql", "/var/mysql"), "dataDir", either=True)
    yield at("mongodb", "databases/mongodb.nix", "/var/db/mongodb", "dbpath")
    yield at("couchdb", "databases/couchdb.nix", None, "databaseDir")
    yield at("influxdb", "databases/influxdb.nix", "/var/db/influxdb", "dataDir")
    yield at("influxdb2", "databases/influxdb2.nix")
    yield at("clickhouse", "databases/clickhouse.nix")
    yield at("redis", "databases/redis.nix")
    # Files, photos, media
    yield KnownService("nextcloud", "web-apps/nextcloud.nix", ("/var/lib/nextcloud",), "datadir")
    yield at("immich", "web-apps/immich.nix", None, "mediaLocation", database=POSTGRESQL)
    yield at("photoprism", "web-apps/photoprism.nix", None, "storagePath", dynamic=True)
    yield at("paperless", "misc/paperless.nix", None, "dataDir")
    yield at("syncthing", "networking/syncthing.nix", None, "dataDir")
    yield at("jellyfin", "misc/jellyfin.nix", None, "dataDir")
    yield at("jellyseerr", "misc/jellyseerr.nix", dynamic=True)
    yield at("plex", "misc/plex.nix", None, "dataDir")
    yield at("navidrome", "audio/navidrome.nix")
    yield at("audiobookshelf", "web-apps/audiobookshelf.nix", None, "dataDir", below=True)
    yield at("komga", "web-apps/komga.nix", None, "stateDir")
    yield at("kavita", "web-apps/kavita.nix", None, "dataDir")
    yield at("calibre-server", "misc/calibre-server.nix")
    yield at("sonarr", "misc/sonarr.nix", "/var/lib/sonarr/.config/NzbDrone", "dataDir")
    yield at("radarr", "misc/radarr.nix", "/var/lib/radarr/.config/Radarr", "dataDir")
    yield at("lidarr", "misc/lidarr.nix", "/var/lib/lidarr/.config/Lidarr", "dataDir")
    yield at("readarr", "misc/readarr.nix", None, "dataDir")
    yield at("bazarr", "misc/bazarr.nix", None, "dataDir")
    yield at("prowlarr", "misc/prowlarr.nix", dynamic=True)
    yield at("transmission", "torrent/transmission.nix", None, "home")
    yield at("deluge", "torrent/deluge.nix", None, "dataDir")
    # Code and continuous integration
    yield at("gitea", "misc/gitea.nix", None, "stateDir")
    yield at("forgejo", "misc/forgejo.nix", None, "stateDir")
    yield at("gitlab", "misc/gitlab.nix", "/var/gitlab/state", "statePath", database=POSTGRESQL)
    yield at("jenkins", "continuous-integration/jenkins/default.nix", None, "home")
    # Passwords, people, names
    vaultwarden = ("/var/lib/vaultwarden", "/var/lib/bitwarden_rs")
    yield KnownService("vaultwarden", "security/vaultwarden/default.nix", vaultwarden, either=True)
    yield at("lldap", "databases/lldap.nix", dynamic=True)
    yield at("headscale", "networking/headscale.nix")
    yield at("adguardhome", "networking/adguardhome.nix", "/var/lib/AdGuardHome", dynamic=True)
    yield at("unifi", "networking/unifi.nix")
    # Words, tasks, money, kitchens
    yield at("radicale", "networking/radicale.nix")
    yield at("etebase-server", "misc/etebase-server.nix", None, "dataDir")
    yield at("vikunja", "web-apps/vikunja.nix", dynamic=True)
    yield at("actual", "web-apps/actual.nix", None, "settings.dataDir", dynamic=True)
    yield at("bookstack", "web-apps/bookstack.nix", None, "dataDir")
    yield at("wiki-js", "web-apps/wiki-js.nix", None, "stateDirectoryName", below=True, dynamic=True)
    yield at("freshrss", "web-apps/freshrss.nix", None, "dataDir")
    yield KnownService("miniflux", "web-apps/miniflux.nix", database=POSTGRESQL)
    yield KnownService("atuin", "misc/atuin.nix", database=POSTGRESQL)
    yield at("mealie", "web-apps/mealie.nix", dynamic=True)
    yield at("tandoor-recipes", "misc/tandoor-recipes.nix")
    yield at("grocy", "web-apps/grocy.nix", None, "dataDir")
    yield at("anki-sync-server", "misc/anki-sync-server.nix", dynamic=True)
    yield at("n8n", "misc/n8n.nix", dynamic=True)
    yield at("changedetection-io", "web-apps/changedetection-io.nix", None, "datastorePath")
    # Talk
    yield at("matrix-synapse", "matrix/synapse.nix", None, "dataDir", database=POSTGRESQL)
    yield at("murmur", "networking/murmur.nix")
    yield at("teamspeak3", "networking/teamspeak3.nix", "/var/lib/teamspeak3-server", "dataDir")
    yield at("ntfy-sh", "misc/ntfy-sh.nix", dynamic=True)
    # Home, games, watching
    yield at("home-assistant", "home-automation/home-assistant.nix", "/var/lib/hass", "configDir")
    yield at("zigbee2mqtt", "home-automation/zigbee2mqtt.nix", None, "dataDir")
    yield at("esphome", "home-automation/esphome.nix", dynamic=True)
    yield at("mosquitto", "networking/mosquitto.nix", None, "dataDir")
    yield at("minecraft-server", "games/minecraft-server.nix", "/var/lib/minecraft", "dataDir")
    yield at("grafana", "monitoring/grafana.nix", None, "dataDir")
    yield at("uptime-kuma", "monitoring/uptime-kuma.nix", dynamic=True)


KNOWN: Mapping[str, KnownService] = {service.name: service for service in _table()}

OPTIONS: Mapping[str, tuple[str, ...]] = {name: (known.option,) for name, known in KNOWN.items() if known.option}
"""What has to be asked of a service's settings: the options that move its state."""

STATELESS = frozenset(
    {
        *("openssh", "nginx", "resolved", "timesyncd", "chrony", "ntp", "fstrim", "avahi", "printing", "xserver", "pipewire"),
        *(
            "pulseaudio",
            "getty",
            "logind",
            "dbus",
            "udev",
            "udisks2",
            "upower",
            "thermald",
            "tlp",
            "fwupd",
            "irqbalance",
            "smartd",
        ),
        *("haveged", "fail2ban", "displayManager", "desktopManager", "gnome", "greetd", "libinput", "logrotate", "earlyoom"),
        *("qemuGuest", "spice-vdagentd", "vscode-server", "power-profiles-daemon", "geoclue2", "blueman", "flatpak", "gvfs"),
        *("borgbackup", "zfs", "btrfs", "nscd", "rpcbind", "acpid", "automatic-timezoned", "auto-cpufreq", "auto-upgrade"),
    }
)
"""Services whose state nobody would miss, or is declared elsewhere: an audit is silent about them."""

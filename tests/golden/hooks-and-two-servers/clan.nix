{ lib, ... }:
let
  # Travels with the modules that use it.
  ledger = "/var/lib/ledger";
in
{
  meta.name = "shop";
  meta.domain = "shop.example";
  inventory.machines = {
    till.tags = [ "shop" ];
    cellar = { };
    attic.deploy.targetHost = "root@attic.shop.example";
  };
  inventory.instances.borgbackup = {
    roles.client.tags.shop = { };
    roles.client.settings.exclude = [ "*.tmp" ];
    roles.client.machines.till.settings.destinations.box = {
      repo = "u1@u1.your-storagebox.de:/./till";
      rsh = "ssh -p 23 -i /run/secrets/box";
    };
    roles.server.machines.cellar.settings.directory = "/srv/backups";
    roles.server.machines.attic.settings.address = "fd00::7";
  };
  machines.till =
    { config, pkgs, ... }:
    {
      networking.firewall.enable = true;
      clan.core.state.ledger = {
        folders = [ ledger ];
        preBackupScript = ''
          systemctl stop ledger
          ${pkgs.sqlite}/bin/sqlite3 ${ledger}/db ".backup ${ledger}/copy"
        '';
        postBackupScript = "systemctl start ledger";
      };
      systemd.tmpfiles.rules = [ "d ${ledger} 0750 ledger ledger -" ];
    };
}

{ self, lib, ... }:
{
  clan.inventory.instances.offsite = {
    module.name = "borgbackup";
    module.input = "clan-core";
    roles.client.machines = lib.genAttrs [ "harbour" "quay" ] (
      name:
      let
        inherit (self.nixosConfigurations.${name}) config;
        login = "backup-${config.networking.hostName}";
      in
      {
        settings.destinations.${login} = {
          repo = "${login}@store.${config.clan.core.settings.domain}:vault/${name}";
          rsh = "ssh -p 2022 -i ${config.clan.core.vars.generators.borgbackup.files."borgbackup.ssh".path}";
        };
      }
    );
  };
}

{ inputs, community, nixpkgs, ... }:
{
  inventory.machines.m = {
    icon = inputs.community.icons.m;
    deploy.targetHost = inputs.community.lib.hostOf "m";
  };
  inventory.machines.nas = { };
  inventory.instances.borgbackup = {
    roles.client.machines.m = { };
    roles.server.machines.nas = { };
    roles.client.extraModules = [ inputs.community.nixosModules.backup ];
  };
  inventory.instances.web = {
    module.input = "community";
    roles.server.machines.m.settings = inputs.community.lib.settings;
  };
  machines.m =
    { pkgs, config, ... }:
    {
      imports = [ inputs.community.nixosModules.default ];
      networking.hostName = config.clan.core.settings.machine.name;
      environment.systemPackages = [ pkgs.hello ];
      clan.core.state.m.folders = [ "/m" config.services.postgresql.dataDir ];
    };
}

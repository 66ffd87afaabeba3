{ config, inputs, ... }:
let
  inherit (config.flake.modules) nixos;
in
{
  clan = {
    meta.name = "dendritic";
    inventory.machines.web.tags = [ "backup" ];
    inventory.machines.vault = { };
    inventory.instances.borgbackup = {
      roles.client.tags.backup = { };
      roles.client.extraModules = [ nixos.databases ];
      roles.server.machines.vault = { };
    };
    machines.web.imports = [
      nixos.website
      inputs.self.modules.nixos.shared
    ];
  };
}

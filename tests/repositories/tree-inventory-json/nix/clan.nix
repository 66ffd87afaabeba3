{ inputs, ... }:
{
  imports = [ inputs.clan-core.flakeModules.default ];
  clan = {
    meta.name = "mixed";
    inventory.instances.borgbackup = {
      roles.client.tags.stored = { };
      roles.server.machines.keep = { };
    };
  };
}

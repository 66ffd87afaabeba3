{ lib, config, ... }:
{
  clan.inventory.instances.borg = {
    module.name = "borgbackup";
    roles.server.tags = [ "server" ];
    roles.client.tags = lib.mkForce { laptop = { }; };
  };
}

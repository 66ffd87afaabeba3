{ lib, self, ... }:
{
  borg = {
    module.name = "borgbackup";
    roles.client.tags = lib.genAttrs [ "all" ] (_: { });
    roles.server.machines.m = { };
  };
}

{ lib, ... }:
{
  inventory.instances.borgbackup.roles.client = {
    settings.startAt = lib.mkDefault "02:00";
    settings.exclude = [ "*.role" ];
    tags.fast.settings.exclude = [ "*.fast" ];
    tags.big.settings = {
      exclude = lib.mkBefore [ "*.big" ];
      startAt = "03:00";
    };
    machines.b.settings.exclude = lib.mkForce [ "*.only" ];
  };
  inventory.instances.borgbackup.roles.server.machines.s.settings = import ./server.nix;
}

{ lib, ... }:
{
  flake.clan.inventory.machines.m.tags = [ "two" ];
  flake.clan.inventory.machines.n.tags = lib.mkIf true [ "two" ];
  flake.clan.inventory.tags.pair = [ "m" "n" ];
}

{ lib, ... }:
{
  clan = lib.mkMerge [
    { meta.name = "partitions"; }
    (lib.mkIf true { inventory.machines.m.machineClass = "darwin"; })
    (lib.mkIf false { inventory.machines.no = { }; })
  ];
}

{ lib, ... }:
{
  meta.name = "tags";
  inventory.machines.laptop.tags = [ "mobile" ];
  inventory.machines.phone.tags = [ "mobile" ];
  inventory.machines.tower = { };
  inventory.tags =
    { config, machines, ... }:
    {
      home = [ "tower" "laptop" ];
      reachable = lib.subtractLists [ "phone" ] config.all;
      linux = builtins.filter (name: machines.${name}.machineClass == "nixos") (builtins.attrNames machines);
    };
  inventory.instances.borgbackup = {
    roles.client.tags = [ "home" ];
    roles.server.machines.tower = { };
  };
}

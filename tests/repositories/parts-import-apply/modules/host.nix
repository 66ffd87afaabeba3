{ name }:
{ lib, ... }:
{
  clan.inventory.machines.${name}.tags = [ (lib.toUpper name) ];
}

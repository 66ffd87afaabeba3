{ lib, mylib, owner, prefix, ... }:
{
  clan.meta.name = "args-of-${owner}";
  clan.inventory.machines = lib.genAttrs (mylib.numbered prefix 3) (_: { });
}

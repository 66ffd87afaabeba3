{
  clan.meta.name = "both";
  clan.inventory.machines.m.tags = [ "one" ];
}

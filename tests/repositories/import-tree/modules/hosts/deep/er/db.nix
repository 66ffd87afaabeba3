{
  clan.inventory.machines.db.tags = [ "server" ];
}

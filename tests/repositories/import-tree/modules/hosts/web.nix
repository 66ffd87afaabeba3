{
  clan.inventory.machines.web.tags = [ "server" ];
}

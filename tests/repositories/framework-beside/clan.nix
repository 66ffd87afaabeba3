{
  meta.name = "beside";
  inventory.machines.laptop.tags = [ "client" ];
  inventory.machines.nas = { };
  inventory.instances.borgbackup = {
    roles.client.tags.client = { };
    roles.server.machines.nas = { };
  };
  machines.laptop.clan.core.state.docs.folders = [ "/home/docs" ];
}

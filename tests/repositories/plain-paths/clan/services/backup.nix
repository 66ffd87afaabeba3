{
  inventory.instances.borgbackup.roles = {
    client.machines.pc = { };
    server.machines.nas = { };
  };
}

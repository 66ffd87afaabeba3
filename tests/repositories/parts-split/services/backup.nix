{
  clan.inventory.instances.nightly = {
    module.name = "borgbackup";
    module.input = "clan-core";
    roles.client.tags.public = { };
    roles.server.machines.db.settings.address = "10.0.0.2";
  };
}

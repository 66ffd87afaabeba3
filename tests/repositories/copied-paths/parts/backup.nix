{
  inventory.instances.borgbackup = {
    roles.client.tags.grain = { };
    roles.client.extraModules = [ "${./.}/state.nix" ];
    roles.server.tags.store = { };
  };
}

{
  meta.name = "folders";
  imports = [ { machines.desk = ./modules/desk.nix; } ];
  inventory.machines.desk = { };
  inventory.instances.borgbackup = {
    roles.client.tags.all = { };
    roles.client.extraModules = [ ./modules/client.nix ];
    roles.client.settings.destinations.disk.repo = "/mnt/disk/backups";
  };
}

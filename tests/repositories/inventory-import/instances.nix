{ lib, names }:
{
  borgbackup = {
    roles.server.machines.${lib.last names} = { };
    roles.client.machines = lib.genAttrs (lib.init names) (_: { settings.exclude = [ "*.tmp" ]; });
  };
}

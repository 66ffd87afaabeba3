{ config, lib, ... }:
let
  inherit (config.fleet) hosts domain;
in
{
  clan = {
    meta.name = "own-options";
    meta.domain = domain;
    inventory.machines = lib.mapAttrs (_: host: {
      inherit (host) tags;
      deploy.targetHost = host.target;
    }) hosts;
    inventory.instances.borgbackup.roles = {
      client.machines = lib.mapAttrs (_: _: { }) (lib.filterAttrs (_: host: host.backup) hosts);
      server.machines.db = { };
    };
    machines.web.clan.core.state.web.folders = [ "/web" ];
  };
}

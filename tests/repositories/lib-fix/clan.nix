{ config, lib, inputs, ... }:
{
  clan = lib.fix (s: {
    self = inputs.self;
    specialArgs = config._module.specialArgs;
    meta.name = "fixed";
    meta.domain = "fixed.example";
    inventory.machines = {
      node = {
        tags = [ "online" ];
        deploy.targetHost = "192.0.2.7";
      };
      lap.tags = [ "local" ];
    };
    inventory.instances = lib.clan.autoChooseModule {
      internet.roles.default.machines =
        lib.mapAttrs (_: m: { settings.host = m.deploy.targetHost or "x"; }) s.inventory.machines;
      borgbackup = {
        roles.server.tags.online = { };
        roles.client.tags.local = { };
      };
      sshd = {
        roles.server.tags.all = { };
        roles.server.settings.certificate.searchDomains = [ s.meta.domain ];
      };
    };
    machines.lap.clan.core.state.x.folders = [ "/x" ];
  });
}

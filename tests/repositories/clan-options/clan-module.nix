{ lib, config, clan-core, ... }:
let
  cfg = config.fleet.apps;
in
{
  options.fleet.apps = {
    defaults.backup = lib.mkOption {
      type = lib.types.bool;
      default = false;
    };
    machines = lib.mkOption {
      type =
        lib.types.attrsOf
          (lib.types.submodule {
            options.apps = lib.mkOption {
              type = lib.types.listOf (lib.types.enum [ "nextcloud" "forgejo" ]);
            };
          });
      default = { };
    };
  };
  config = lib.mkMerge [
    {
      meta.name = "options";
      inventory.machines = lib.mapAttrs (n: m: { tags = map (a: "app-${a}") m.apps; }) cfg.machines;
    }
    (lib.mkIf cfg.defaults.backup {
      inventory.machines.store = { };
      inventory.instances.backup = {
        module.name = "borgbackup";
        roles.client.machines = lib.mapAttrs (_: _: { }) cfg.machines;
        roles.server.machines.store = { };
      };
      machines =
        lib.mapAttrs
          (n: m: { clan.core.state = lib.genAttrs m.apps (a: { folders = [ "/var/lib/${a}" ]; }); })
          cfg.machines;
    })
  ];
}

{ config, lib, inputs, ... }:
{
  flake.clan.machines = lib.genAttrs [ "lap" "srv" ] (name: {
    imports = [
      config.flake.modules.nixos.default
      config.flake.modules.nixos."machines/${name}" or { }
    ];
  });
  flake.modules.nixos."machines/srv" = { clan.core.state.srv.folders = [ "/srv" ]; };
}

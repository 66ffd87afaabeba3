{ config, ... }:
let
  inherit (config.flake) modules;
in
{
  flake.clan.inventory.instances.ann = {
    module = {
      name = "users";
      input = "clan-core";
    };
    roles.default = {
      tags.laptop = { };
      settings = {
        user = "ann";
        share = true;
        prompt = true;
        groups = [ "wheel" ];
      };
      extraModules = [ { profiles.ann.enable = true; } ];
    };
  };
  flake.modules.nixos.default =
    { lib, ... }:
    {
      imports = with modules; [ nixos."users/ann" ];
      options.profiles.ann.enable = lib.mkEnableOption "the profile";
    };
  flake.modules.nixos."users/ann" =
    { lib, config, ... }: {
      config = lib.mkIf config.profiles.ann.enable {
        clan.core.state.ann.folders = [ "/home/ann" ];
      };
    };
}

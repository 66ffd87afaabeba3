# Outputs of a framework that nobody here knows, joined with the clan.
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.nixpkgs.follows = "clan-core/nixpkgs";
  inputs.snowfall-lib.url = "github:snowfallorg/lib";

  outputs =
    { self, clan-core, snowfall-lib, ... }@inputs:
    let
      clan = clan-core.lib.clan {
        inherit self;
        imports = [ ./clan.nix ];
      };
    in
    snowfall-lib.mkFlake {
      inherit inputs;
      src = ./.;
    }
    // {
      clan = clan.config;
    };
}

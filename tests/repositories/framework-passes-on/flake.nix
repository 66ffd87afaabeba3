# A framework whose mkFlake gives out what it is given.
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.nixpkgs.follows = "clan-core/nixpkgs";
  inputs.utils.url = "github:gytis-ivaskevicius/flake-utils-plus";

  outputs =
    { self, clan-core, utils, ... }@inputs:
    utils.lib.mkFlake {
      inherit self inputs;
      channels.nixpkgs.config.allowUnfree = true;
      clan = (clan-core.lib.clan {
        inherit self;
        imports = [ ./clan.nix ];
      }).config;
    };
}

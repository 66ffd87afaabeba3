# Two clans in one flake: the output `clan` says which it is.
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.nixpkgs.follows = "clan-core/nixpkgs";

  outputs =
    { self, clan-core, nixpkgs, ... }:
    let
      clan = clan-core.lib.clan {
        inherit self;
        meta.name = "real";
        inventory.machines.m = { };
      };
    in
    {
      clan = clan.config;
      inherit (clan.config) nixosConfigurations;
      aTest = (clan-core.lib.clan {
        inherit self;
        meta.name = "fixture";
        inventory.machines.fake = { };
      }).config;
    };
}

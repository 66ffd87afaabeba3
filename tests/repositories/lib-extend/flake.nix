# `lib.extend` with functions of the repository's own.
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.nixpkgs.follows = "clan-core/nixpkgs";

  outputs =
    { self, clan-core, nixpkgs, ... }:
    let
      lib = nixpkgs.lib.extend (import ./lib);
      clan = clan-core.lib.clan {
        inherit self;
        meta.name = "extended";
        inventory = lib.fleet.inventory ./hosts;
      };
    in
    {
      clan = clan.config;
      inherit (clan.config) nixosConfigurations;
    };
}

# An inventory.json beside the flake, as the `clan` command writes it.
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.nixpkgs.follows = "clan-core/nixpkgs";

  outputs =
    { self, clan-core, nixpkgs, ... }@inputs:
    let
      clan = clan-core.lib.clan {
        inherit self;
        meta.name = "json";
        inventory.machines.a.tags = [ "nix" ];
        inventory.machines.b = { };
      };
    in
    {
      clan = clan.config;
      inherit (clan.config) nixosConfigurations;
    };
}

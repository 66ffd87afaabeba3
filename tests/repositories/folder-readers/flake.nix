# Functions of the flake's own read folders of machines and instances, and are given paths.
{
  inputs.clan-core.url = "github:clan-lol/clan-core";
  inputs.nixpkgs.follows = "clan-core/nixpkgs";
  inputs.haumea.url = "github:nix-community/haumea";
  outputs =
    { self, clan-core, nixpkgs, haumea, ... }@inputs:
    let
      lib = nixpkgs.lib // { my = import ./lib { inherit (nixpkgs) lib; }; };
      hosts = haumea.lib.load {
        src = ./hosts;
        loader = haumea.lib.loaders.path;
      };
      clan = clan-core.lib.clan {
        inherit self;
        specialArgs = { inherit inputs lib; };
        meta.name = "agen";
        inventory.instances = lib.my.readInstances ./instances { inherit lib self; };
        machines = lib.my.readMachines ./machines;
      };
    in
    {
      inherit (clan.config) nixosConfigurations clanInternals;
      clan = clan.config;
      nixosModules = hosts;
    };
}

# Files named by `self`, in every way.
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.nixpkgs.follows = "clan-core/nixpkgs";

  outputs =
    { self, clan-core, nixpkgs, ... }@inputs:
    let
      clan = clan-core.lib.clan {
        inherit self;
        imports = [
          (self + "/clan.nix")
          "${self}/inventory/machines.nix"
          (self.outPath + "/inventory/tags.nix")
          (import (self + "/wrapped.nix") self)
        ];
      };
    in
    {
      clan = clan.config;
      inherit (clan.config) nixosConfigurations;
    };
}

# `lib.filesystem.listFilesRecursive` as imports.
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.nixpkgs.follows = "clan-core/nixpkgs";

  outputs =
    { self, clan-core, nixpkgs, ... }@inputs:
    let
      clan = clan-core.lib.clan {
        inherit self;
        meta.name = "list-files";
        imports = builtins.filter (path: nixpkgs.lib.hasSuffix ".clan.nix" (toString path)) (
          nixpkgs.lib.filesystem.listFilesRecursive ./fleet
        );
      };
    in
    {
      clan = clan.config;
      inherit (clan.config) nixosConfigurations;
    };
}

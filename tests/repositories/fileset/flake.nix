# `lib.fileset` says which files are imported.
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.nixpkgs.follows = "clan-core/nixpkgs";

  outputs =
    { self, clan-core, nixpkgs, ... }@inputs:
    let
      clan = clan-core.lib.clan {
        inherit self;
        imports = nixpkgs.lib.fileset.toList (
          nixpkgs.lib.fileset.difference (nixpkgs.lib.fileset.fileFilter (file: file.hasExt "nix") ./clan) ./clan/old
        );
      };
    in
    {
      clan = clan.config;
      inherit (clan.config) nixosConfigurations;
    };
}

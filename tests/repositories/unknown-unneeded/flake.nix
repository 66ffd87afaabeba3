# Much that only Nix can know, none of which matters for backups.
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.nixpkgs.follows = "clan-core/nixpkgs";

  outputs =
    { self, clan-core, nixpkgs, community, ... }@inputs:
    let
      clan = clan-core.lib.clan {
        inherit self;
        meta.name = "unneeded";
        meta.description = community.lib.slogan;
        imports = [ ./clan.nix ];
        specialArgs = community.lib.specialArgs;
        secrets = community.lib.secrets;
        pkgsForSystem = system: import nixpkgs { inherit system; overlays = [ community.overlays.default ]; };
      };
    in
    {
      clan = clan.config;
      inherit (clan.config) nixosConfigurations;
    };
}

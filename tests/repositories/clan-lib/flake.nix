# clan-core.lib.clan with the clan in a file of its own, as clan-core's template has it.
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.nixpkgs.follows = "clan-core/nixpkgs";

  outputs =
    { self, clan-core, nixpkgs, ... }@inputs:
    let
      clan = clan-core.lib.clan {
        inherit self;
        imports = [ ./clan.nix ];
        specialArgs = { inherit inputs; };
      };
    in
    {
      inherit (clan.config) nixosConfigurations nixosModules clanInternals;
      clan = clan.config;
      devShells =
        nixpkgs.lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] (system: {
          default = clan-core.inputs.nixpkgs.legacyPackages.${system}.mkShell {
            packages = [ clan-core.packages.${system}.clan-cli ];
          };
        });
    };
}

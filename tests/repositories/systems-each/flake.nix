# `import systems`, and outputs merged with `recursiveUpdate`.
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.nixpkgs.follows = "clan-core/nixpkgs";
  inputs.systems.url = "github:nix-systems/default-linux";

  outputs =
    inputs@{ self, nixpkgs, systems, ... }:
    let
      eachSystem = f: nixpkgs.lib.genAttrs (import systems) (system: f nixpkgs.legacyPackages.${system});
      clan = inputs.clan-core.lib.clan {
        inherit self;
        imports = [ ./clan.nix ];
        inventory.tags = nixpkgs.lib.genAttrs (map (s: "cross-${s}") (import systems)) (_: [ "nas" ]);
      };
    in
    nixpkgs.lib.recursiveUpdate { packages = eachSystem (pkgs: { inherit (pkgs) hello; }); } {
      clan = clan.config;
      packages.x86_64-linux.installer = clan.config.nixosConfigurations.nas.config.system.build.isoImage;
    };
}

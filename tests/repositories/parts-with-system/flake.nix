# `withSystem`, `moduleWithSystem` and what only `perSystem` knows.
{
  inputs = {
    clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
    clan-core.inputs.nixpkgs.follows = "nixpkgs";
    clan-core.inputs.flake-parts.follows = "flake-parts";
    flake-parts.url = "github:hercules-ci/flake-parts";
    import-tree.url = "github:vic/import-tree";
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    systems.url = "github:nix-systems/default";
    treefmt-nix.url = "github:numtide/treefmt-nix";
  };

  outputs =
    inputs@{ flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } (
      { self, withSystem, moduleWithSystem, config, ... }:
      {
        imports = [ inputs.clan-core.flakeModules.default ];
        systems = [ "x86_64-linux" ];
        perSystem =
          { system, ... }:
          {
            _module.args.pkgs = import inputs.nixpkgs { inherit system; };
          };
        flake.nixosModules.tool = moduleWithSystem (
          { config, self' }:
          { lib, ... }:
          {
            environment.systemPackages = [ self'.packages.tool ];
            clan.core.state.tool.folders = [ "/var/lib/tool" ];
          }
        );
        clan = {
          meta.name = "with-system";
          pkgsForSystem = system: withSystem system ({ pkgs, ... }: pkgs);
          inventory.machines.m = { };
          machines.m.imports = [ self.nixosModules.tool ];
        };
      }
    );
}

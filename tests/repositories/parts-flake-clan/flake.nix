# `flake.clan` is a module that is a function.
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
      { config, ... }:
      {
        imports = [ inputs.clan-core.flakeModules.default ];
        systems = import inputs.systems;
        flake.clan =
          { self, lib, ... }:
          {
            meta.name = "flake-clan";
            specialArgs = {
              modules = config.flake;
              outputs = self;
            };
            inventory.machines.m.deploy.targetHost = "root@${lib.toLower "HOST"}.lan";
          };
      }
    );
}

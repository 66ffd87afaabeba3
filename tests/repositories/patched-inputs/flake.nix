# Inputs changed on the way: everything that is known of them stays known.
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
    unpatched:
    let
      inputs = unpatched // {
        extra = { clanModule = { inventory.tags.extra = [ "m" ]; }; };
      };
      inherit (inputs.nixpkgs) lib;
    in
    inputs.flake-parts.lib.mkFlake { inherit inputs; } (
      { inputs, ... }:
      {
        imports = [ inputs.clan-core.flakeModules.default ] ++ lib.optional (inputs ? treefmt-nix) inputs.treefmt-nix.flakeModule;
        clan = {
          meta.name = "patched";
          imports = [ inputs.extra.clanModule ];
          inventory.machines.m = { };
          specialArgs.inputs = removeAttrs inputs [ "self" ];
        };
      }
    );
}

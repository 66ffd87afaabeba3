# import-tree with filters, patterns and further paths.
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
    inputs@{ nixpkgs, import-tree, ... }:
    let
      inherit (nixpkgs) lib;
    in
    inputs.flake-parts.lib.mkFlake { inherit inputs; } {
      imports = [
        inputs.clan-core.flakeModules.default
        ((import-tree.filterNot (lib.hasInfix "/draft/")).match ".*/[a-z]+\\.nix" ./parts)
        (import-tree.filter (lib.hasSuffix "-host.nix") [ ./hosts ])
        ((import-tree.addPath ./more).addPath ./single.nix)
      ];
      clan.imports = (import-tree.withLib lib).leafs ./clan;
    };
}

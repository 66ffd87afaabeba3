# Inputs that follow clan-core's own, and modules of theirs among the imports.
{
  inputs = {
    clan.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
    nixpkgs.follows = "clan/nixpkgs";
    flake-parts.follows = "clan/flake-parts";
    treefmt.follows = "clan/treefmt-nix";
    clan-core.follows = "clan";
    lists.follows = "clan-core/systems";
  };

  outputs =
    inputs@{ flake-parts, nixpkgs, lists, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } {
      systems = import lists;
      imports = [
        inputs.treefmt.flakeModule
        inputs.clan.flakeModules.default
      ];
      clan.meta.name = nixpkgs.lib.concatStringsSep "-" [ "follows" "all" ];
      clan.inventory.machines.m = { };
      clan.inventory.instances.sshd = {
        module.input = "clan";
        roles.client.machines.m = { };
      };
      clan.inventory.instances.lint = {
        module.input = "treefmt";
        roles.default.machines.m = { };
      };
    };
}

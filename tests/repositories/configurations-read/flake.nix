# Settings that are taken from the machines' own NixOS configurations: their host names, and where a client's key lies.
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.nixpkgs.follows = "clan-core/nixpkgs";
  outputs =
    inputs@{ flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } {
      systems = [ "x86_64-linux" ];
      imports = [
        inputs.clan-core.flakeModules.default
        ./offsite.nix
      ];
      clan.meta.name = "port";
      clan.meta.domain = "port.example";
      clan.inventory.machines.harbour.tags = [ "kept" ];
      clan.inventory.machines.quay.tags = [ "kept" ];
      flake.nixosConfigurations.installer = inputs.nixpkgs.lib.nixosSystem { modules = [ ]; };
    };
}

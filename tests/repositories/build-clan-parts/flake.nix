# `buildClan` beside flake-parts, which is taken from clan-core's inputs; what it gives is the output `clan` as it is.
{
  inputs.clan-core.url = "git+https://git.clan.lol/clan/clan-core";
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    inputs@{ self, nixpkgs, clan-core, ... }:
    let
      inherit (nixpkgs) lib;
      clan = clan-core.lib.buildClan {
        self = self;
        specialArgs.self = self;
        inventory = {
          meta.name = "grove";
          machines.oak.tags = [ "old" ];
          machines.elm = { };
          instances.borgbackup.roles = {
            client.tags.old = { };
            server.machines.elm = { };
          };
        };
        machines = lib.mapAttrs (name: _: { imports = [ ./machines/${name}/wood.nix ]; }) (
          lib.filterAttrs (name: _: builtins.pathExists ./machines/${name}/wood.nix) (builtins.readDir ./machines)
        );
      };
    in
    clan-core.inputs.flake-parts.lib.mkFlake { inherit inputs; } {
      systems = [ "x86_64-linux" ];
      imports = map (name: ./tools + "/${name}/flake-module.nix") (
        builtins.attrNames (lib.filterAttrs (_: kind: kind == "directory") (builtins.readDir ./tools))
      );
      flake.nixosConfigurations = clan.nixosConfigurations;
      flake.clanInternals = clan.clanInternals;
      flake.clan = clan;
      flake.names = lib.mapAttrs (_: configuration: configuration.config.networking.hostName) self.nixosConfigurations;
    };
}

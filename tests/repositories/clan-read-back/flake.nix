# What the clan becomes, read back by the flake and by the clan itself.
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
      { config, self, ... }:
      {
        imports = [ inputs.clan-core.flakeModules.default ];
        clan = {
          meta.name = "read-back";
          specialArgs = {
            clanDirectory = config.flake.clan.directory;
            exports = config.clan.exports;
          };
          inventory.machines.a.tags = [ "t" ];
          inventory.machines.a.deploy.targetHost = "here";
          inventory.machines.b.tags = [ "t" ];
          inventory.instances.x = {
            module.input = "self";
            roles.r.tags.t.settings.port = 1;
          };
          machines.a = {
            networking.hosts = builtins.mapAttrs (_: machine: machine.config.networking.ip) self.nixosConfigurations;
            clan.core.state.a.folders = [ "/a" ];
          };
          imports = [
            ({ config, ... }: {
              inventory.machines.b.deploy.targetHost = config.inventory.machines.a.deploy.targetHost;
              inventory.machines.b.description = toString config.inventory.instances.x.roles.r.tags.t.settings.port;
            })
          ];
        };
        flake.report = {
          names = builtins.attrNames self.clan.inventory.machines;
          first = builtins.head config.flake.report.names;
        };
        flake.clan.inventory.tags.known = config.flake.report.names;
      }
    );
}

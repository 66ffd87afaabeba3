# Hosts are written as modules of their own, which `lib.evalModules` merges.
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.nixpkgs.url = "github:nixos/nixpkgs";
  outputs =
    { self, clan-core, nixpkgs, ... }@inputs:
    let
      lib = nixpkgs.lib;
      fleet =
        (lib.evalModules {
          specialArgs = { inherit inputs; };
          modules = [
            ./fleet/options.nix
            ./fleet/hosts.nix
            ({ config, ... }: { _module.args.prefix' = "10.0"; })
          ];
        }).config.fleet;
      clan = clan-core.lib.clan {
        inherit self;
        meta.name = "evalm";
        inventory.machines =
          lib.mapAttrs
            (_: h: {
              inherit (h) tags;
              deploy = { targetHost = h.address; };
            })
            fleet.hosts;
        inventory.instances.b = {
          module.name = "borgbackup";
          roles.client.machines =
            lib.mapAttrs
              (_: h: { settings.exclude = h.exclude; })
              (lib.filterAttrs (_: h: h.backup) fleet.hosts);
          roles.server.machines.${fleet.store} = { };
        };
      };
    in
    {
      inherit (clan.config) nixosConfigurations;
      clan = clan.config;
    };
}

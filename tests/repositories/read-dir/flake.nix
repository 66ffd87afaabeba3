# Machines and instances from what lies in folders.
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.nixpkgs.follows = "clan-core/nixpkgs";

  outputs =
    { self, clan-core, nixpkgs, ... }@inputs:
    let
      clan = clan-core.lib.clan {
        inherit self;
        meta.name = "read-dir";
        inventory.machines = nixpkgs.lib.mapAttrs (name: _: import ./hosts/${name}) (
          nixpkgs.lib.filterAttrs (_: kind: kind == "directory") (builtins.readDir ./hosts)
        );
        inventory.instances = nixpkgs.lib.mapAttrs' (file: _: {
          name = "user-${nixpkgs.lib.removeSuffix ".nix" file}";
          value = {
            module.name = "users";
            roles.default.tags.all = { };
            roles.default.settings = import (./users + "/${file}");
          };
        }) (builtins.readDir ./users);
      };
    in
    {
      clan = clan.config;
      inherit (clan.config) nixosConfigurations;
    };
}

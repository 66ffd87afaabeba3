# Machines of both classes; `nix-darwin` among the inputs.
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.nixpkgs.follows = "clan-core/nixpkgs";

  outputs =
    { self, clan-core, nixpkgs, nix-darwin, ... }:
    let
      clan = clan-core.lib.clan {
        inherit self;
        meta.name = "mixed-classes";
        inventory.machines.mac.machineClass = "darwin";
        inventory.machines.pc = { };
        machines.mac = { nixpkgs.hostPlatform = "aarch64-darwin"; };
        inventory.instances.all.module.name = "sshd";
        inventory.instances.all.roles.client.tags = [ "nixos" ];
        inventory.instances.all.roles.server.tags = [ "all" ];
      };
    in
    {
      clan = clan.config;
      inherit (clan.config) nixosConfigurations;
      darwinConfigurations = clan.config.darwinConfigurations // {
        other = nix-darwin.lib.darwinSystem { modules = [ ]; };
      };
    };
}

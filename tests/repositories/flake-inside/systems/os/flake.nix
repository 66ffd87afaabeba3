{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.nixpkgs.follows = "clan-core/nixpkgs";

  outputs =
    { self, clan-core, nixpkgs, ... }@inputs:
    let
      clan = clan-core.lib.clan {
        inherit self;
        specialArgs = { inherit inputs; };
        meta.name = "wood";
        inventory.machines.pine.tags = [ "needles" ];
        inventory.instances.borgbackup.roles = {
          client.tags.needles = { };
          server.machines.fir = { };
        };
        machines.fir.imports = [ (self + "/shared.nix") ];
      };
    in
    {
      inherit (clan.config) nixosConfigurations clanInternals;
      clan = clan.config;
    };
}

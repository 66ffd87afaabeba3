# Arguments that only the machines get.
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.nixpkgs.follows = "clan-core/nixpkgs";

  outputs =
    inputs@{ self, clan-core, nixpkgs, disko, ... }:
    let
      clan = clan-core.lib.clan {
        inherit self;
        specialArgs = { inherit inputs; owner = "ann"; } // inputs;
        meta.name = "special-args";
        inventory.machines.m = { };
        machines.m =
          { inputs, owner, disko, ... }:
          {
            imports = [ disko.nixosModules.disko inputs.self.nixosModules.common ];
            users.users.${owner}.isNormalUser = true;
            clan.core.state.home.folders = [ "/home" ];
          };
      };
    in
    {
      clan = clan.config;
      inherit (clan.config) nixosConfigurations;
      nixosModules.common = { owner, ... }: { clan.core.state.common.folders = [ "/common" ]; };
    };
}

# Settings by role, tag and machine over several files, with mkForce and friends.
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.nixpkgs.follows = "clan-core/nixpkgs";

  outputs =
    { self, clan-core, nixpkgs, ... }@inputs:
    let
      clan = clan-core.lib.clan {
        inherit self;
        imports = [ ./inventory/borgbackup.nix ];
        meta.name = "tag-settings";
        inventory.machines.a.tags = [ "fast" "big" ];
        inventory.machines.b.tags = [ "fast" ];
        inventory.machines.s = { };
      };
    in
    {
      clan = clan.config;
      inherit (clan.config) nixosConfigurations;
    };
}

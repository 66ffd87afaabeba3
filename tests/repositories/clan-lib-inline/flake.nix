# Everything inside the call, with `mkDefault` from nixpkgs.
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.nixpkgs.follows = "clan-core/nixpkgs";

  outputs =
    inputs@{ self, clan-core, ... }:
    let
      clan = clan-core.lib.clan {
        inherit self;
        meta.name = inputs.nixpkgs.lib.mkDefault "inline";
        meta.domain = "example.org";
        inventory = {
          machines = {
            a.tags = [ "all-of-us" ];
            b.machineClass = "darwin";
          };
          instances.sshd.roles.server = {
            tags.all-of-us = { };
            settings.authorizedKeys.me = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB";
          };
        };
      };
    in
    {
      inherit (clan.config) nixosConfigurations;
      clan = clan.config;
    };
}

# JSON, TOML and a key read from files.
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.nixpkgs.follows = "clan-core/nixpkgs";

  outputs =
    { self, clan-core, nixpkgs, ... }@inputs:
    let
      clan = clan-core.lib.clan {
        inherit self;
        meta = nixpkgs.lib.importTOML ./meta.toml;
        inventory.machines = nixpkgs.lib.importJSON ./machines.json;
        inventory.tags = (builtins.fromTOML (builtins.readFile ./tags.toml)).tags;
        inventory.instances.sshd.roles.server = {
          tags = [ "trusted" ];
          settings.authorizedKeys.admin = nixpkgs.lib.fileContents ./admin.pub;
        };
      };
    in
    {
      clan = clan.config;
      inherit (clan.config) nixosConfigurations;
    };
}

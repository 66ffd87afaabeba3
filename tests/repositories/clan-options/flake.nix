# The clan's modules declare options of their own; `directory` lies below `self`.
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  outputs =
    { self, clan-core, ... }@inputs:
    let
      clan = clan-core.lib.clan {
        inherit self;
        specialArgs.clan-core = clan-core;
        directory = "${self.outPath}/infra";
        imports = [
          self.clanModules.default
          {
            fleet.apps = {
              machines.fixture = {
                apps = [
                  "nextcloud"
                  "forgejo"
                ];
              };
              defaults.backup = true;
            };
          }
        ];
      };
    in
    {
      clanModules.default = ./clan-module.nix;
      clan = clan.config;
      inherit (clan.config) nixosConfigurations;
    };
}

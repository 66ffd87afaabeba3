# Services of the clan's own, and one of another flake: members are known, nothing else.
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.nixpkgs.follows = "clan-core/nixpkgs";

  outputs =
    { self, clan-core, nixpkgs, community, ... }:
    let
      clan = clan-core.lib.clan {
        inherit self;
        meta.name = "own-services";
        modules."@me/web" = ./services/web.nix;
        modules.cache = import ./services/cache.nix;
        inventory.machines.a.tags = [ "web" ];
        inventory.machines.b = { };
        inventory.instances = {
          site = {
            module.name = "@me/web";
            module.input = "self";
            roles.server.tags.web.settings.port = 80;
            roles.client.machines.b = { };
          };
          cache = {
            module.input = "self";
            roles.default.machines.b = { };
          };
          theirs = {
            module = { name = "tailscale"; input = "community"; };
            roles.peer.tags.all = { };
          };
        };
      };
    in
    {
      clan = clan.config;
      inherit (clan.config) nixosConfigurations;
    };
}

# Role names of the clan's own services are checked where they are plain.
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.nixpkgs.follows = "clan-core/nixpkgs";

  outputs =
    { self, clan-core, nixpkgs, ... }@inputs:
    let
      clan = clan-core.lib.clan {
        inherit self;
        meta.name = "own-roles";
        modules = {
          "@me/web" = ./services/web.nix;
          split.imports = [ ./services/web.nix ];
          computed = { lib, ... }: { roles = lib.genAttrs [ "one" "two" ] (_: { }); };
        };
        inventory.machines.a = { };
        inventory.instances = {
          site = {
            module.name = "@me/web";
            module.input = "self";
            roles.sever.machines.a = { };
            roles.client.tags = [ "all" ];
          };
          split.module.input = "self";
          split.roles.anything.machines.a = { };
          computed.module.input = "self";
          computed.roles.two.machines.a = { };
          computed.roles.three.machines.a = { };
        };
      };
    in
    {
      clan = clan.config;
      inherit (clan.config) nixosConfigurations;
    };
}

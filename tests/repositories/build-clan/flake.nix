# The older `buildClan`, with `directory = self`, and no output called `clan`.
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.nixpkgs.follows = "clan-core/nixpkgs";

  outputs =
    { self, clan-core, nixpkgs }:
    let
      clan = clan-core.lib.buildClan {
        directory = self;
        specialArgs.self = self;
        meta.name = "old";
        inventory.machines = nixpkgs.lib.genAttrs [ "one" "two" ] (name: {
          tags = [ "host-${name}" ];
        });
        inventory.instances.users.roles.default = {
          tags = [ "host-one" ];
          settings.user = "root";
        };
      };
    in
    {
      inherit (clan) nixosConfigurations clanInternals;
    };
}

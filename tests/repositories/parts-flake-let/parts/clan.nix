{ self, inputs, config, ... }:
{
  flake =
    let
      clan = inputs.clan-core.lib.clan {
        inherit self;
        specialArgs = { inherit inputs; };
        imports = with config.flake.modules.clan; [
          base
          hosts
        ];
      };
    in
    {
      inherit (clan.config) nixosConfigurations clanInternals;
      clan = clan.config;
      modules.clan.base = { ... }: { meta.name = "let"; };
    };
}

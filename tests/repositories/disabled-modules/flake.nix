# Modules that are disabled, with what only they import; what others import too stays.
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  outputs =
    { self, clan-core, ... }:
    {
      clan = clan-core.lib.clan {
        inherit self;
        imports = [ ./infra.nix ];
      };
    };
}

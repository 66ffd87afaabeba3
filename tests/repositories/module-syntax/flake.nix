# Modules of the clan with `_file`, `key`, `disabledModules`, `options`, `config`, `_module.args`, `mkIf`, `mkMerge`.
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.nixpkgs.follows = "clan-core/nixpkgs";

  outputs =
    { self, clan-core, nixpkgs, ... }@inputs:
    let
      clan = clan-core.lib.clan {
        inherit self;
        imports = [
          ./one.nix
          ./one.nix
          { _file = "somewhere"; config.meta.name = "syntax"; }
          { key = "twice"; inventory.machines.k = { }; }
          { key = "twice"; inventory.machines.k = { }; inventory.machines.never = { }; }
          ./off.nix
          ({ config, lib, ... }: {
            disabledModules = [ ./off.nix ];
            inventory.tags.copy = config.inventory.tags.all;
          })
          ({ lib, team, ... }: {
            options.team = lib.mkOption { default = [ "x" ]; };
            config._module.args.team = "crew";
            config.inventory.tags.${"t"} = [ "k" ];
          })
          ({ config, team, lib, ... }: {
            config = lib.mkMerge [
              { inventory.machines.one.tags = lib.mkAfter [ team ]; }
              (lib.mkIf (config.team == [ "x" ]) { inventory.machines.one.tags = lib.mkBefore config.team; })
              (lib.mkIf false { inventory.machines.hidden = { }; })
            ];
          })
        ];
      };
    in
    {
      clan = clan.config;
      inherit (clan.config) nixosConfigurations;
    };
}

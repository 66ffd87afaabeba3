# Folders inside strings (`"${./folder}/file.nix"`): Nix copies them to its store, and reads them there.
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.nixpkgs.follows = "clan-core/nixpkgs";

  outputs =
    { self, clan-core, nixpkgs, ... }:
    let
      inherit (nixpkgs) lib;
      root = "${./.}";
      groups = "${root}/groups";
      names = map (lib.removeSuffix ".nix") (builtins.attrNames (builtins.readDir groups));
      own = builtins.path {
        path = ./lib;
        name = "own-lib";
      };
      clan = clan-core.lib.clan {
        inherit self;
        imports = [ "${./parts}/backup.nix" ];
        meta.name = (import "${own}/names.nix").clan;
        inventory.machines = lib.genAttrs names (name: {
          tags = import "${groups}/${name}.nix";
        });
      };
    in
    {
      clan = clan.config;
      inherit (clan.config) nixosConfigurations;
    };
}

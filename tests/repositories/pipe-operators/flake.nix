# The flake asks for pipe operators.
{
  nixConfig.extra-experimental-features = [ "pipe-operators" ];
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.nixpkgs.follows = "clan-core/nixpkgs";

  outputs =
    { self, clan-core, nixpkgs, ... }:
    {
      clan =
        ({
          inherit self;
          imports = [ ./clan.nix ];
        }
        |> clan-core.lib.clan).config;
    };
}

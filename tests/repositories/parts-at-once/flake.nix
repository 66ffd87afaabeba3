# A flake framework that takes everything in one set.
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.nixpkgs.follows = "clan-core/nixpkgs";
  inputs.adios-flake.url = "github:Mic92/adios-flake";

  outputs =
    inputs@{ self, clan-core, adios-flake, ... }:
    adios-flake.lib.mkFlake {
      inherit inputs self;
      systems = [ "x86_64-linux" ];
      perSystem = { pkgs, ... }: { packages.default = pkgs.hello; };
      flake =
        let
          clan = clan-core.lib.clan { inherit self; imports = [ ./clan.nix ]; };
        in
        {
          inherit (clan.config) nixosConfigurations clanInternals;
          clan = clan.config;
        };
    };
}

# `lib` extended by the flake and handed to mkFlake; the clan is a fixed point that refers to itself.
{
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.more-lib.url = "github:someone/lib";
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.nixpkgs.url = "github:nixos/nixpkgs";
  outputs =
    { flake-parts, nixpkgs, ... }@inputs:
    let
      lib = nixpkgs.lib.extend (final: prev: { clan = import ./lib.nix { lib = final; }; });
    in
    flake-parts.lib.mkFlake
      {
        inherit inputs;
        specialArgs = { inherit lib; };
      }
      {
        systems = [ "x86_64-linux" ];
        imports = [
          inputs.clan-core.flakeModules.default
          ./clan.nix
        ];
      };
}

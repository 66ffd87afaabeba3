# The clan is what a function gives to which `withSystem` hands the arguments of `perSystem`; `self` is bound in a `let`.
{
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  outputs =
    inputs:
    inputs.flake-parts.lib.mkFlake { inherit inputs; } {
      systems = [ "aarch64-linux" ];
      imports = [
        inputs.clan-core.flakeModules.default
        ./fleet.nix
      ];
    };
}

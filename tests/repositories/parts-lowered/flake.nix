# A flake module with options of its own (importApply), lowered into `clan.imports`.
{
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  outputs =
    inputs@{ flake-parts, self, ... }: flake-parts.lib.mkFlake
      { inherit inputs; }
      ({ flake-parts-lib, withSystem, ... }:
      let
        inherit (flake-parts-lib) importApply;
        flakeModule = importApply ./flake-module.nix { stackInputs = inputs; };
      in
      {
        imports = [
          flakeModule
          inputs.flake-parts.flakeModules.flakeModules
        ];
        flake.flakeModules.default = flakeModule;
        stack.clusters.main = {
          enable = true;
          members = {
            a = "10.0.0.1";
            b = "10.0.0.2";
          };
          backup.to = "b";
        };
        stack.clusters.off = { members = { z = "1"; }; };
        clan.meta.name = "stack";
      });
}

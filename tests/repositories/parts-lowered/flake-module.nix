{ stackInputs }: { lib, config, ... }:
let
  lower = import ./cluster/lower.nix { inherit lib; };
  clusters = lib.filterAttrs (_: c: c.enable) config.stack.clusters;
  multi = lib.length (lib.attrNames clusters) > 1;
in
{
  imports = [ stackInputs.clan-core.flakeModules.default ];
  options.stack = import ./cluster/options.nix { inherit lib; };
  config = {
    systems = lib.mkDefault (import stackInputs.systems);
    clan.imports = lib.mapAttrsToList (name: lower { inherit name multi; }) clusters;
  };
}

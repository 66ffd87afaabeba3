{ lib }:
let
  names = [ "alpha" "beta" ];
in
{
  machines = lib.genAttrs names (name: {
    deploy.targetHost = "root@${name}.example.org";
    tags = [ name ];
  });
  instances = import ./instances.nix { inherit lib names; };
}

{ self, ... }:
let
  inherit (self.inputs.nixpkgs) lib;
in
{
  meta.name = lib.toLower "SELF-INPUTS";
  inventory.machines = lib.mapAttrs (_: host: { inherit (host) tags; }) self.hosts;
  machines.web.imports = [ self.nixosModules.web ];
}

{ self, inputs, ... }:
{
  clan = {
    meta.name = "split";
    specialArgs = { inherit inputs; };
    inventory.machines.web.tags = [ "public" ];
    inventory.machines.db = { };
    machines.web.imports = [ self.nixosModules.base ];
  };
  flake.nixosModules.base = {
    clan.core.state.base.folders = [ "/srv/base" ];
  };
}

{ self, inputs, lib, ... }:
{
  meta.name = "beside";
  inventory.machines = lib.genAttrs [ "a" "b" ] (_: { });
  inventory.instances.u = {
    module.name = "users";
    module.input = "core";
    roles.default.tags.all = { };
    roles.default.settings.user = "ann";
    roles.default.settings.groups = [ "wheel" ];
  };
  machines.a.imports = [ inputs.self.nixosModules.x (self + "/a.nix") ];
}

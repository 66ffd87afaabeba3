{ prefix', config, lib, ... }:
{
  fleet.hosts = {
    x = {
      address = "${prefix'}.0.1";
      tags = [ "t" ];
      exclude = [ "*.o" ];
    };
    y = {
      role = "b";
      backup = lib.mkForce false;
    };
  };
  fleet.store = lib.head (lib.attrNames (lib.filterAttrs (_: h: h.role == "b") config.fleet.hosts));
}

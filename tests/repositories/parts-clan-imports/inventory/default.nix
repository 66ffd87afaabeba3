{
  imports = [ ./machines.nix ];
  meta.name = "another";
  inventory.instances.users.roles.default = {
    tags.desk = { };
    settings.user = "ann";
  };
}

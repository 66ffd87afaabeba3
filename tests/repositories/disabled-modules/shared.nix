{
  imports = [ ./shared2.nix ];
  inventory.machines.a = { };
}

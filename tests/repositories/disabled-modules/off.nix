{
  imports = [
    ./child.nix
    ./shared2.nix
  ];
  inventory.machines.off = { };
}

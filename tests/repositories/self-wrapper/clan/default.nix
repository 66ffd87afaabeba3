{ inputs, self }:
{
  inherit self;
  meta.name = "wrapped";
  specialArgs = { inherit inputs; };
  inventory = import ./inventory.nix inputs;
}

{ self, ... }:
{
  imports = [ ../../shared/state.nix ];
}

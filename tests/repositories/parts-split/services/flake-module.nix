{ ... }:
{
  imports = [ ./backup.nix ];
}

{
  meta.name = "plain-paths";
  imports = [ hosts/pc.nix ];
}

{
  imports = [ ./m-child.nix ];
  clan.core.state.off.folders = [ "/x" ];
}
